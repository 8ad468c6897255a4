import { type Command, Option } from "commander";
import type { CheckOptions } from "./check.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { problemsOption } from "./option-values.ts";
import type { LoadFactories } from "./program.ts";

interface Flags {
  readonly only?: readonly string[];
  readonly startSubscriptions?: true;
  readonly problems?: true;
  readonly json?: true;
}

/** Adds `otel-o365 check`. `filesOf` gives the configuration files named on the command line, or ends with an error. */
export function addCheck(
  program: Command,
  factories: LoadFactories,
  io: Io,
  filesOf: (command: Command) => readonly string[],
  ended: (code: ExitCode) => void,
): Command {
  const command = program
    .command("check")
    .description("ask Entra ID, the API and the backends whether everything is right; one line per fact, with a remedy")
    .addOption(
      new Option("--only <id>", 'check this component only; repeatable, "*" stands for any text').argParser(
        (id: string, before: readonly string[] | undefined) => [...(before ?? []), id],
      ),
    )
    .option("--start-subscriptions", "start the subscriptions that are missing; otherwise nothing is changed")
    .addOption(problemsOption("what is not ok, and the last line"))
    .option("--json", "print the facts as JSON");
  return command.action(async () => {
    const { only = [], startSubscriptions = false, problems = false, json = false } = command.opts<Flags>();
    const files = filesOf(command);
    const { check } = await import("./check.ts");
    const signal = new AbortController().signal;
    const options: CheckOptions = { files, only, startSubscriptions, problems, json, signal };
    ended(await check(options, await factories(), io));
  });
}

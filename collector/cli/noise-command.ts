import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { LoadFactories } from "./program.ts";

interface Flags {
  readonly file?: readonly string[];
  readonly filter?: readonly string[];
  readonly drop?: readonly string[];
  readonly by: string;
  readonly top: number;
  readonly sort: "records" | "bytes";
  readonly json?: true;
}

/** Adds `otel-o365 noise`. `filesOf` gives the configuration files named on the command line, perhaps none. */
export function addNoise(
  program: Command,
  factories: LoadFactories,
  io: Io,
  filesOf: (command: Command) => readonly string[],
  ended: (code: ExitCode) => void,
): Command {
  const command = program
    .command("noise")
    .description("count exported records by operation, and what filters would have dropped of them")
    .addOption(
      repeatable(
        "--file <path>",
        "OTLP JSON lines, as the file exporter writes them; .gz and .zst are unpacked, - is standard input",
      ),
    )
    .addOption(repeatable("--filter <id>", "processor of the configuration to try; without it, every filter"))
    .addOption(repeatable("--drop <condition>", "CEL condition to try, without a configuration"))
    .option("--by <expression>", "CEL expression that records are grouped by", "event_name")
    .option("--top <number>", "groups to print", parseTop, 20)
    .addOption(
      new Option("--sort <amount>", "what groups are sorted by").choices(["records", "bytes"]).default("records"),
    )
    .option("--json", "print the result as JSON");
  return command.action(async () => {
    const { file = [], filter = [], drop = [], by, top, sort, json = false } = command.opts<Flags>();
    if (file.length === 0) command.error("error: cannot count: no file of records is named; add --file FILE");
    const { noise } = await import("./noise.ts");
    ended(
      await noise(
        { records: file, configs: filesOf(command), filter, drop, by, top, sort, json },
        await factories(),
        io,
      ),
    );
  });
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

function parseTop(text: string): number {
  const top = Number(text);
  if (Number.isSafeInteger(top) && top > 0) return top;
  throw new InvalidArgumentError("write a whole number from 1 on.");
}

import { type Command, Option } from "commander";
import { CollectorError, ErrorCode } from "../../errors.ts";
import { printable } from "../../printable.ts";
import { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import type { LoadFactories } from "../program.ts";
import type { AddFlags } from "./add.ts";
import type { RemoveFlags } from "./remove.ts";
import type { Session } from "./session.ts";

/** What the program gives its commands. */
export interface CommandContext {
  readonly program: Command;
  readonly factories: LoadFactories;
  readonly io: Io;
  /** Adds `--config`. */
  withConfig(command: Command): Command;
  /** The configuration files named on the command line; ends with a usage error when there is none. */
  filesOf(command: Command, action: string): readonly string[];
  ended(code: ExitCode): void;
}

export type Action = (session: Session, command: Command) => ExitCode | Promise<ExitCode>;

const DIRECTORY =
  'folder of integration files; default: the folder among the --config, else "integrations.d" beside the first of them';

/** Adds `otel-o365 integrations` with its subcommands. */
export function addIntegrations(context: CommandContext): void {
  const group = context.program
    .command("integrations")
    .description("add, list, show, rename and remove integrations, each in a file of its own")
    .addHelpText(
      "after",
      "\nRun the collector with the folder as one more --config, and name the receivers o365/* in its pipelines.",
    );
  addAdd(group, context);
  sub(group, context, "list", "list the integrations with their health", jsonOption, async (session, command) => {
    const { list } = await import("./list.ts");
    return list({ json: isJson(command) }, session);
  });
  sub(group, context, "show <name>", "show one integration", jsonOption, async (session, command) => {
    const { show } = await import("./list.ts");
    return show(command.processedArgs[0], { json: isJson(command) }, session);
  });
  sub(
    group,
    context,
    "rename <name> <new-name>",
    "give it another name; nothing is collected twice",
    same,
    async (session, command) => {
      const { rename } = await import("./rename.ts");
      return rename(command.processedArgs[0], command.processedArgs[1], session);
    },
  );
  addRemove(group, context);
}

function addAdd(group: Command, context: CommandContext): void {
  const options = (command: Command): Command =>
    command
      .option("--tenant <guid or domain>", "the tenant; a domain is looked up")
      .option("--name <name>", "what to call it")
      .option("--cloud <plan>", "commercial, gcc, gcc_high or dod; default: where the tenant lives")
      .option("--client-id <guid>", "Application (client) ID of the app registration")
      .option("--certificate-file <file>", "PEM file of the certificate")
      .option("--private-key-file <file>", "PEM file of its private key")
      .option("--make-certificate", "make a new pair, at the paths above or as NAME.pem and NAME-key.pem")
      .addOption(contentTypeOption())
      .option("--proxy <url>", "HTTP proxy of this integration")
      .option("--ca-file <file>", "PEM file of further certificate authorities to trust")
      .option("--offline", "look nothing up: needs the GUID and --cloud");
  sub(
    group,
    context,
    "add",
    "add an integration; asks for what is missing at a terminal",
    options,
    async (session, command) => {
      const { add } = await import("./add.ts");
      return add(command.opts<AddFlags>(), session, new AbortController().signal);
    },
  );
}

function addRemove(group: Command, context: CommandContext): void {
  const options = (command: Command): Command =>
    command
      .addOption(new Option("--ledger <what>", "what happens to its part of the ledger").choices(["keep", "delete"]))
      .addOption(
        new Option(
          "--subscriptions <what>",
          "what happens to the subscriptions; what appears while they are stopped is lost",
        ).choices(["keep", "stop"]),
      )
      .option("--yes", "do not ask whether it is meant");
  sub(group, context, "remove <name>", "remove an integration", options, async (session, command) => {
    const { remove } = await import("./remove.ts");
    return remove(command.processedArgs[0], command.opts<RemoveFlags>(), session, new AbortController().signal);
  });
}

function sub(
  group: Command,
  context: CommandContext,
  usage: string,
  description: string,
  options: (command: Command) => Command,
  action: Action,
): void {
  const command = options(group.command(usage).description(description).allowExcessArguments(false));
  withSession(command, `${command.name()} integrations`, context, action);
}

/** Gives a command the folder of integrations to work on. @param what For "cannot …: no configuration file is named". */
export function withSession(command: Command, what: string, context: CommandContext, action: Action): void {
  command.option("--directory <folder>", DIRECTORY).option("--no-input", "never ask, even at a terminal");
  context.withConfig(command).action(async () => {
    const { directory, input } = command.opts<{ directory?: string; input: boolean }>();
    const paths = context.filesOf(command, what);
    const { openSession } = await import("./session.ts");
    const session = openSession({ paths, directory, noInput: !input }, await context.factories(), context.io);
    try {
      context.ended(await action(session, command));
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== ErrorCode.config) throw error;
      context.io.stderr.write(`${printable(error.message)}\n`);
      context.ended(ExitCode.usage);
    }
  });
}

/** Adds `--content-type`, which can be given several times. */
export function contentTypeOption(): Option {
  return new Option("--content-type <type>", "collect this content type only; repeatable").argParser(
    (type: string, before: readonly string[] | undefined) => [...(before ?? []), type],
  );
}

function jsonOption(command: Command): Command {
  return command.option("--json", "print it as JSON");
}

function isJson(command: Command): boolean {
  return command.opts<{ json?: true }>().json === true;
}

function same(command: Command): Command {
  return command;
}

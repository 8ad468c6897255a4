import { Command, CommanderError } from "commander";
import type { AnyFactory } from "../component.ts";
import { suggest } from "../config/nearest.ts";
import { version } from "../version.ts";
import { addAuthorize } from "./authorize/command.ts";
import { addCheck } from "./check-command.ts";
import { addCertificate } from "./certificate-command.ts";
import { addNoise } from "./noise-command.ts";
import { ExitCode, exitCodeHelp } from "./exit-code.ts";
import { addIntegrations } from "./integrations/command.ts";
import type { Io } from "./io.ts";
import { problemsOption } from "./option-values.ts";
import { addReplay } from "./replay-command.ts";

/** Where the components come from; a function, so that `--version` need not load them. */
export type LoadFactories = () => Promise<readonly AnyFactory[]>;

const EXAMPLES = `Examples:
  otel-o365 validate --config collector.yaml           check the file; connects to nothing
  otel-o365 integrations add --config collector.yaml   a tenant more; asks for what it needs
  otel-o365 authorize --config collector.yaml          the same, with consent to a multi-tenant application
  otel-o365 check --config collector.yaml              ask Entra ID, the API and the backends whether all is right
  otel-o365 certificate                                a certificate and its key for an app registration
  otel-o365 --config collector.yaml                    collect until Ctrl-C or SIGTERM
  otel-o365 --config base.yaml --config tenants/       several files, merged in order
  otel-o365 status --config collector.yaml             what was collected, what is owed, what is missing
  otel-o365 replay --help                              a period, dead letters or an export, once more
  otel-o365 noise --file out.jsonl                     what most records are, and what filters would drop
  otel-o365 schema > otel-o365.schema.json             completion and checks in an editor
  otel-o365 emulate --help                             an Office 365 tenant on localhost, to try it on

${exitCodeHelp}

Logs go to standard error: readable on a terminal, JSON lines otherwise.`;

const NAME_EACH_FILE = "options come with two dashes, and each configuration file with a --config of its own";

/**
 * Runs one command line and says how it ended. Prints to the streams of `io` only, and never ends the process.
 *
 * @param args Without the program's own name: `process.argv.slice(2)`.
 * @throws {Error} What a command failed with at run time.
 */
export async function runCli(args: readonly string[], factories: LoadFactories, io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.ok;
  const program = createProgram(factories, io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Help and version end this way as well, with 0; commander has printed whatever there was to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    throw error;
  }
}

function createProgram(factories: LoadFactories, io: Io, ended: (code: ExitCode) => void): Command {
  const program = new Command("otel-o365")
    .description(
      "Collects the Office 365 audit trail and ships it as OpenTelemetry logs, normalized to Taegis XDR attributes.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(see "otel-o365 --help")')
    .exitOverride()
    .enablePositionalOptions()
    .allowExcessArguments()
    .addHelpText("after", `\n${EXAMPLES}`);
  addConfigOption(program).action(async () => {
    const [unknown] = program.args;
    if (unknown !== undefined) refuseCommand(program, unknown);
    const files = configFiles(program, program, "run");
    const { run } = await import("./run.ts");
    ended(await run(files, await factories(), io));
  });
  addValidate(program, factories, io, ended);
  addConfigOption(addCheck(program, factories, io, (command) => configFiles(program, command, "check"), ended));
  addListings(program, factories, io, ended);
  addStatus(program, factories, io, ended);
  addReplayCommand(program, factories, io, ended);
  addCertificate(program, io);
  addConfigOption(addNoise(program, factories, io, (command) => allFiles(program, command), ended));
  for (const command of program.commands) refuseArguments(command);
  const context = {
    program,
    factories,
    io,
    ended,
    withConfig: addConfigOption,
    filesOf: (command: Command, action: string) => configFiles(program, command, action),
  };
  addIntegrations(context);
  addAuthorize(context);
  addEmulate(program);
  return program;
}

function addValidate(program: Command, factories: LoadFactories, io: Io, ended: (code: ExitCode) => void): void {
  const command = program
    .command("validate")
    .description("check the configuration, certificates and keys included, without connecting to anything")
    .option("--json", "print the result as JSON");
  addConfigOption(command).action(async () => {
    const files = configFiles(program, command, "validate");
    const { validate } = await import("./validate.ts");
    ended(validate(files, await factories(), io, { json: isJson(command) }));
  });
}

function addStatus(program: Command, factories: LoadFactories, io: Io, ended: (code: ExitCode) => void): void {
  const command = program
    .command("status")
    .description("print what the ledger of a running or stopped collector says, and what is missing")
    .option("--storage <dir>", "folder of the ledger, instead of storage::directory of the configuration")
    .addOption(problemsOption("integrations that are not well, without numbers"))
    .option("--json", "print the report as JSON");
  addConfigOption(command).action(async () => {
    const { storage, problems = false } = command.opts<{ storage?: string; problems?: true }>();
    const files = allFiles(program, command);
    if (files.length === 0 && storage === undefined) {
      command.error("error: cannot read a ledger: none is named; add --config FILE or --storage DIR");
    }
    const { status } = await import("./status.ts");
    ended(status({ files, storage, json: isJson(command), problems, now: Date.now }, await factories(), io));
  });
}

function addReplayCommand(program: Command, factories: LoadFactories, io: Io, ended: (code: ExitCode) => void): void {
  const command = addConfigOption(
    program
      .command("replay")
      .description("deliver once more: a period from the API, what backends refused, or an audit search export"),
  );
  addReplay(command, () => configFiles(program, command, "replay"), factories, io, ended);
}

function addListings(program: Command, factories: LoadFactories, io: Io, ended: (code: ExitCode) => void): void {
  const print = async (command: Command, text: (all: readonly AnyFactory[]) => string): Promise<void> => {
    const { factoriesWithPlugins } = await import("./load-files.ts");
    const all = factoriesWithPlugins(allFiles(program, command), await factories(), io);
    if (all === undefined) ended(ExitCode.usage);
    else io.stdout.write(`${text(all)}\n`);
  };
  const components = addConfigOption(
    program
      .command("components")
      .description("list what a configuration can use; with --config, its plugins as well")
      .option("--json", "print the list as JSON"),
  ).action(async () => {
    const { componentJson, componentTable } = await import("./list-components.ts");
    await print(components, isJson(components) ? componentJson : componentTable);
  });
  const schema = addConfigOption(
    program
      .command("schema")
      .description(
        "print the JSON Schema of the configuration file, for editors; with --config, of what its plugins bring as well",
      ),
  ).action(async () => {
    const { schemaText } = await import("./schema.ts");
    await print(schema, schemaText);
  });
}

/** The emulator brings a whole certificate authority along: it is loaded when asked for, and parses its own options. */
function addEmulate(program: Command): void {
  const stub = program
    .command("emulate")
    .description("run an Office 365 tenant on localhost, to try and to test collectors on")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[options...]")
    .usage("[options]")
    .addHelpText("after", "\nAll options: otel-o365 emulate --help")
    .action(async (args: readonly string[]) => {
      const { emulate } = await import("./emulate.ts");
      await emulate(args, stub);
    });
}

function addConfigOption(command: Command): Command {
  return command.option(
    "-c, --config <file>",
    "YAML file, or a folder of them; several are merged in order",
    (file: string, before: readonly string[] | undefined) => [...(before ?? []), file],
  );
}

/** Files named before and after the command's name: both are natural to write. */
function configFiles(program: Command, command: Command, action: string): readonly string[] {
  const files = allFiles(program, command);
  if (files.length === 0) {
    command.error(`error: cannot ${action}: no configuration file is named; add --config FILE`);
  }
  return files;
}

function allFiles(program: Command, command: Command): readonly string[] {
  return command === program ? ownFiles(program) : [...ownFiles(program), ...ownFiles(command)];
}

function ownFiles(command: Command): readonly string[] {
  return command.opts<{ config?: readonly string[] }>().config ?? [];
}

function isJson(command: Command): boolean {
  return command.opts<{ json?: boolean }>().json === true;
}

/** A shell that expands `--config conf/*.yaml` leaves all files but the first without an option: they would not count. */
function refuseArguments(command: Command): void {
  command.hook("preAction", () => {
    const [extra] = command.args;
    if (extra !== undefined) command.error(`error: unexpected argument "${extra}"; ${NAME_EACH_FILE}`);
  });
}

function refuseCommand(program: Command, name: string): void {
  if (/\.ya?ml$/.test(name)) program.error(`error: unexpected argument "${name}"; ${NAME_EACH_FILE}`);
  const known = program.commands.map((command) => command.name());
  program.error(`error: unknown command "${name}"; ${suggest(name, known, "the commands")}`);
}

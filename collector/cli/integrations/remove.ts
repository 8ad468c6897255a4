import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { CollectorError, ErrorCode } from "../../errors.ts";
import { preflightSettings } from "../../preflight/run-preflight.ts";
import { forgetIntegration } from "../../storage/forget-integration.ts";
import { readLock } from "../../storage/lock-holder.ts";
import type { Problem } from "../../config/problem.ts";
import { factLine } from "../check-text.ts";
import { ExitCode } from "../exit-code.ts";
import { printProblems } from "../load-files.ts";
import { Answers } from "./answers.ts";
import { findDefinition, type Definition } from "./files.ts";
import { find, load, type Integration, type Session } from "./session.ts";
import { rewriteFile } from "./write-file.ts";

export interface RemoveFlags {
  readonly ledger?: "keep" | "delete";
  readonly subscriptions?: "keep" | "stop";
  /** Do not ask whether it is meant. */
  readonly yes?: true;
}

const LEDGER = [
  { value: "keep", label: "Keep it", hint: "added again, collecting goes on where it was" },
  {
    value: "delete",
    label: "Delete it",
    hint: "added again, collecting begins anew, and records of the last days come twice",
  },
] as const;

const SUBSCRIPTIONS = [
  {
    value: "keep",
    label: "Leave them on",
    hint: "the service keeps 7 days; nothing is lost that is collected in time",
  },
  {
    value: "stop",
    label: "Stop them",
    hint: "what appears until the next start is lost for good, for other tools of this app as well",
  },
] as const;

/** Removes an integration: its subscriptions if wished, then its state if wished, and last its file. */
export async function remove(
  name: string,
  flags: RemoveFlags,
  session: Session,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { io, folder } = session;
  const { config, problems } = load(session);
  if (config === undefined) {
    printProblems(problems, io.stderr);
    return ExitCode.usage;
  }
  const integration = find(config, name);
  const definition = findDefinition(folder, integration.id);
  if (definition === undefined) {
    throw cannot(
      integration.id,
      `no file of "${folder.directory}" defines it; remove it where it stands in the configuration`,
    );
  }
  const directory = resolve(config.storage.directory);
  const answers = new Answers(session.prompter);
  const ledger =
    flags.ledger ??
    (await answers.choose("--ledger keep|delete", "What was collected is in the ledger", LEDGER, "keep"));
  const subscriptions =
    flags.subscriptions ??
    (await answers.choose(
      "--subscriptions keep|stop",
      "Subscriptions of this app to the tenant",
      SUBSCRIPTIONS,
      "keep",
    ));
  answers.demand();
  if (ledger === "delete") refuseWhileRunning(integration.id, directory);
  warnAboutRest(definition, integration.id, session);
  if (flags.yes !== true && !(await answers.confirm(`Remove "${integration.id}"?`, !answers.canAsk))) {
    io.stdout.write("Nothing was changed\n");
    return ExitCode.ok;
  }
  if (subscriptions === "stop" && !(await stopSubscriptions(integration, session, signal))) {
    throw cannot(
      integration.id,
      "its subscriptions could not be stopped, see above; nothing else was changed. Mend that, or leave them on with --subscriptions keep",
      ErrorCode.unavailable,
    );
  }
  const owner = integration.factory.ledgerUse?.(integration.config).owner;
  const forgot = ledger === "delete" && owner !== undefined && forgetIntegration(directory, owner);
  takeOut(definition, integration.id);
  io.stdout.write(
    `Removed "${integration.id}" from ${definition.path}. Its ledger was ${forgot ? "deleted" : "kept"}, its subscriptions were ${subscriptions === "stop" ? "stopped" : "left on"}; certificate and key are where they were. Restart the collector.\n`,
  );
  return ExitCode.ok;
}

function refuseWhileRunning(id: string, directory: string): void {
  const { running, process: holder } = readLock(directory);
  if (running === "no") return;
  const who = holder === undefined ? "a collector" : `the collector (process ${holder.pid} on host "${holder.host}")`;
  throw cannot(
    id,
    `${who} works on "${directory}", and would go on writing there; stop it first, or keep the ledger with --ledger keep`,
    ErrorCode.storage,
  );
}

/** What the configuration lacks without it: the collector will say the same at its next start. */
function warnAboutRest(definition: Definition, id: string, session: Session): void {
  const { problems } = load(session, new Map([[definition.path, withoutId(definition, id)]]));
  const before = new Set(load(session).problems.map(({ message }) => message));
  const fresh = problems.filter((problem: Problem) => problem.severity === "error" && !before.has(problem.message));
  if (fresh.length === 0) return;
  session.io.stderr.write(`Without "${id}" the collector will not start, until this is mended:\n`);
  printProblems(fresh, session.io.stderr);
}

async function stopSubscriptions(
  { id, factory, config }: Integration,
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  const settings = preflightSettings(id, { clock: session.clock, startSubscriptions: false });
  let isGood = true;
  for await (const fact of factory.onboarding?.stopSubscriptions(config, settings, signal) ?? []) {
    session.io.stdout.write(`${factLine(id, fact, (_colour, text) => text)}\n`);
    isGood &&= fact.level !== "fail";
  }
  return isGood;
}

function takeOut(definition: Definition, id: string): void {
  const text = withoutId(definition, id);
  if (text === undefined) rmSync(definition.path);
  else rewriteFile(definition.path, text);
}

/** The file without the integration; undefined when nothing is left of it. */
function withoutId({ document, isOwnFile }: Definition, id: string): string | undefined {
  if (isOwnFile) return undefined;
  const rest = document.clone();
  rest.deleteIn(["receivers", id]);
  return rest.toString({ lineWidth: 0 });
}

function cannot(id: string, why: string, code: ErrorCode = ErrorCode.config): CollectorError {
  return new CollectorError(code, `Cannot remove "${id}": ${why}`);
}

import { styleText } from "node:util";
import { systemClock, type Clock } from "../clock.ts";
import type { AnyFactory } from "../component.ts";
import { globPattern } from "../config/glob.ts";
import type { CollectorConfig, ConfiguredComponent } from "../config/model.ts";
import { LEVELS, type Fact, type Level } from "../preflight/fact.ts";
import { runPreflight } from "../preflight/run-preflight.ts";
import { storageFacts } from "../preflight/storage-facts.ts";
import { checkJson } from "./check-json.ts";
import { factLine, summaryLine } from "./check-text.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";

export interface CheckOptions {
  readonly files: readonly string[];
  /** Ids or patterns of the components to check; none: all. */
  readonly only: readonly string[];
  readonly startSubscriptions: boolean;
  /** Print only what is not ok. */
  readonly problems?: boolean;
  readonly json: boolean;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

/** What was found out about one component. */
export interface CheckedComponent {
  /** As in YAML; `storage` for the collector's own folder. */
  readonly id: string;
  readonly kind: AnyFactory["kind"] | "storage";
  readonly facts: readonly Fact[];
}

/** Tenants that are looked at side by side; each has its own quota, and what is waited for is the network. */
const AT_A_TIME = 8;

/**
 * Looks at everything that has to be right before records can flow, by asking everybody concerned. Changes nothing, unless
 * subscriptions may be started.
 */
export async function check(options: CheckOptions, factories: readonly AnyFactory[], io: Io): Promise<ExitCode> {
  // The offline checks of the components are facts among the others here.
  const { config, problems } = loadFiles(options.files, factories, io.env, { offlineChecks: false });
  printProblems(problems, io.stderr);
  if (config === undefined) return ExitCode.usage;
  const components = chosen(config, options.only);
  if (components.length === 0) {
    io.stderr.write(`Nothing to check: no component is named "${options.only.join('" or "')}"\n`);
    return ExitCode.usage;
  }
  const print = options.json ? () => {} : printer(io, options.problems === true);
  const checked: CheckedComponent[] = [];
  const add = (one: CheckedComponent): void => {
    checked.push(one);
    print(one);
  };
  if (options.only.length === 0) add({ id: "storage", kind: "storage", facts: storageFacts(config.storage.directory) });
  await inOrder(components, (component) => checkComponent(component, config, options), add);
  const levels = checked.flatMap(({ facts }) => facts.map(({ level }) => level));
  const exitCode = levels.includes("fail") ? ExitCode.failure : ExitCode.ok;
  const counts = countLevels(levels);
  const text = options.json ? checkJson(checked, counts, exitCode, options) : summaryLine(checked, counts, styleOf(io));
  io.stdout.write(`${text}\n`);
  return exitCode;
}

/** Components in the order in which a record passes them, then what stands beside. Those without anything to check are left out. */
function chosen(config: CollectorConfig, only: readonly string[]): readonly ConfiguredComponent[] {
  const all: readonly ConfiguredComponent[] = [
    ...config.receivers.values(),
    ...config.processors.values(),
    ...config.exporters.values(),
    ...config.extensions.values(),
  ];
  const patterns = only.map(globPattern);
  return all
    .filter(({ factory }) => factory.preflight !== undefined || factory.check !== undefined)
    .filter(({ id }) => patterns.length === 0 || patterns.some((pattern) => pattern.test(id)));
}

async function checkComponent(
  component: ConfiguredComponent,
  { extensions }: CollectorConfig,
  options: CheckOptions,
): Promise<CheckedComponent> {
  const { clock = systemClock, startSubscriptions, signal } = options;
  const { id, factory } = component;
  return {
    id,
    kind: factory.kind,
    facts: await runPreflight(component, { clock, startSubscriptions, extensions }, signal),
  };
}

/** Works on some items at a time and hands the results on in the order of the items, each as soon as it can. */
async function inOrder<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  done: (result: R) => void,
): Promise<void> {
  const results: Promise<R>[] = [];
  const startNext = (): void => {
    const item = items[results.length];
    if (item !== undefined) results.push(work(item));
  };
  for (let count = 0; count < AT_A_TIME; count += 1) startNext();
  for (let index = 0; index < items.length; index += 1) {
    const result = await results[index];
    startNext();
    if (result !== undefined) done(result);
  }
}

export type LevelCounts = Readonly<Record<Level, number>>;

function countLevels(levels: readonly Level[]): LevelCounts {
  const count = (level: Level): number => levels.filter((one) => one === level).length;
  const [ok, warn, fail] = LEVELS;
  return { ok: count(ok), warn: count(warn), fail: count(fail) };
}

type Style = Parameters<typeof factLine>[2];

function printer(io: Io, problemsOnly: boolean): (one: CheckedComponent) => void {
  const style = styleOf(io);
  return ({ id, facts }) => {
    const shown = problemsOnly ? facts.filter(({ level }) => level !== "ok") : facts;
    for (const found of shown) io.stdout.write(`${factLine(id, found, style)}\n`);
  };
}

function styleOf({ stdout }: Io): Style {
  return (colour, text) => (stdout.isTTY === true ? styleText(colour, text, { stream: stdout }) : text);
}

import { join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../collector/clock.ts";
import type { ContentTypeFacts } from "../../collector/storage/ledger-facts.ts";
import { readLedger } from "../../collector/storage/ledger-report.ts";
import type { Emulator, EmulatorOptions } from "../../emulator/index.ts";
import { startCollector, type TestCollector } from "./collector.ts";
import { ManualClock } from "./manual-clock.ts";
import { type OtlpSink, type SinkOptions, startOtlpSink } from "./otlp-sink.ts";
import { startTenant, type TestTenant } from "./tenant.ts";
import type { LogLine } from "./test-settings.ts";

export const TYPE = "Audit.General";
export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/** Real milliseconds for each step of the clock: what a request on this machine needs to get on. */
const STEP_REAL_MS = 4;
const GIVE_UP_REAL_MS = 90_000;

export interface TrialOptions {
  readonly emulator?: Omit<EmulatorOptions, "tenants" | "clock"> & { readonly roles?: readonly string[] };
  /** Keys of the receiver beyond the usual. */
  readonly receiver?: Readonly<Record<string, unknown>>;
  readonly processors?: readonly string[];
  readonly sink?: SinkOptions;
}

/** A blob of one record. */
export interface Added {
  /** `Id` of the record. */
  readonly id: string;
  readonly contentId: string;
}

export interface AddOptions {
  readonly ageMs?: number;
  readonly contentType?: "Audit.General" | "Audit.Exchange" | "DLP.All";
  /** Members of the record beyond the usual, or in their place. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * A whole collector between an emulated tenant and a backend, all real, on one clock that the test moves. Time-outs of
 * requests are those of the machine, because the requests are real: the clock may leap while one is under way.
 */
export class Trial {
  readonly clock: ManualClock;
  readonly source: TestTenant;
  readonly sink: OtlpSink;
  /** Everything that was logged, by every collector of the trial. */
  readonly lines: LogLine[] = [];
  /** Everything that was added. */
  readonly added: Added[] = [];
  /** How much later than the service's the collector's clock is, milliseconds. */
  skewMs = 0;
  readonly #options: TrialOptions;
  #collector: TestCollector | undefined;

  private constructor(clock: ManualClock, source: TestTenant, sink: OtlpSink, options: TrialOptions) {
    this.clock = clock;
    this.source = source;
    this.sink = sink;
    this.#options = options;
  }

  /** Makes the parts; the collector is not started. */
  static async prepare(options: TrialOptions = {}): Promise<Trial> {
    const clock = new ManualClock(Date.now());
    const source = await startTenant({ clock, assertionClock: { now: Date.now }, ...options.emulator });
    return new Trial(clock, source, await startOtlpSink(options.sink), options);
  }

  /** Adds blobs of one record each, created `ageMs` (a minute) ago. */
  add(count: number = 1, { ageMs = MINUTE, contentType = TYPE, more = {} }: AddOptions = {}): readonly Added[] {
    return Array.from({ length: count }, () => {
      const createdMs = this.clock.now() - ageMs;
      const CreationTime = new Date(createdMs).toISOString().slice(0, 19);
      const id = `record-${this.added.length + 1}`;
      const text = JSON.stringify({ Id: id, Operation: "X", RecordType: 25, CreationTime, ...more });
      const [blob] = this.source.emulator.addContent({ contentType, records: [text], createdMs, verbatim: true });
      const one = { id, contentId: blob?.contentId ?? "" };
      this.added.push(one);
      return one;
    });
  }

  async start(): Promise<void> {
    const clock: Clock = {
      now: () => this.clock.now() + this.skewMs,
      sleep: (ms, signal) => this.clock.sleep(ms, signal),
      timeoutSignal: (ms) => AbortSignal.timeout(ms),
    };
    this.#collector = await startCollector(this.#configuration(), { clock, random: () => 0.5, lines: this.lines });
  }

  /** Stops the collector. Resolves to whether everything in flight was settled. */
  async stop(): Promise<boolean> {
    let settled: boolean | undefined;
    const stopping = this.#collector?.stop() ?? Promise.resolve(true);
    const watched = stopping.then((outcome) => (settled = outcome));
    await this.until(() => settled !== undefined);
    this.#collector = undefined;
    return watched;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.sink.close();
    await this.source.close();
  }

  /** Lets the time pass until it is so. */
  async until(condition: () => boolean, stepMs: number = SECOND): Promise<void> {
    const endMs = Date.now() + GIVE_UP_REAL_MS;
    while (!condition()) {
      if (Date.now() > endMs) throw new Error(`Gave up waiting; the last that was said: ${this.#lastLines()}`);
      await this.clock.advance(stepMs);
      await sleep(STEP_REAL_MS);
    }
  }

  /** Lets so much time pass. */
  async pass(ms: number, stepMs: number = SECOND): Promise<void> {
    const endMs = this.clock.now() + ms;
    await this.until(() => this.clock.now() >= endMs, stepMs);
  }

  /** Lets the time pass until everything that was added has arrived and is settled. */
  async delivered(stepMs: number = SECOND): Promise<void> {
    await this.until(() => this.ids().length >= this.added.length, stepMs);
    await this.until(() => this.facts().every(({ pending }) => pending === 0), stepMs);
  }

  /** `o365.id` of every record that the backend accepted, sorted. */
  ids(): readonly string[] {
    return this.sink
      .accepted()
      .flatMap(({ attributes }) => {
        const id = attributes["o365.id"];
        return typeof id === "string" ? [id] : [];
      })
      .toSorted();
  }

  /** What `otel-o365 status` reads of each content type. */
  facts(): readonly ContentTypeFacts[] {
    return readLedger(join(this.source.folder, "state"))?.integrations[0]?.contentTypes ?? [];
  }

  /** Blobs by how they are, over all content types. */
  blobs(): { readonly delivered: number; readonly pending: number; readonly expired: number; readonly gone: number } {
    const sum = (of: (facts: ContentTypeFacts) => number): number =>
      this.facts().reduce((total, facts) => total + of(facts), 0);
    return {
      delivered: sum(({ delivered }) => delivered),
      pending: sum(({ pending }) => pending),
      expired: sum(({ expired }) => expired),
      gone: sum(({ gone }) => gone),
    };
  }

  /** Warnings and errors, as `level aspect: message`; without what the collector says of the integration as a whole. */
  complaints(): readonly string[] {
    return this.lines
      .filter(({ level }) => level === "warn" || level === "error")
      .filter(({ message }) => !isVerdict(message))
      .map(({ level, message, fields }) => `${level} ${String(fields["aspect"] ?? fields["component"])}: ${message}`);
  }

  /** The states of the integration that were said, in order, with what was said to trouble it. */
  verdicts(): readonly { readonly state: unknown; readonly troubles: string }[] {
    return this.lines
      .filter(({ message }) => isVerdict(message))
      .map(({ fields }) => ({ state: fields["state"], troubles: JSON.stringify(fields["troubles"] ?? []) }));
  }

  /** How often trouble was said to be over. */
  recoveries(): number {
    return this.lines.filter(({ message }) => message === "Recovered").length;
  }

  /** Requests to the API so far, in the order of their answers; those for tokens left out unless asked for. */
  requests(operation?: string): Emulator["requests"] {
    const ofTheApi = new Set(["list", "start", "content", "blob"]);
    return this.source.emulator.requests.filter((one) =>
      operation === undefined ? ofTheApi.has(one.operation) : one.operation === operation,
    );
  }

  #lastLines(): string {
    return JSON.stringify(this.lines.slice(-5).map(({ level, message }) => `${level} ${message}`));
  }

  #configuration(): Readonly<Record<string, unknown>> {
    const { receiver, processors = [] } = this.#options;
    const usual = { content_types: [TYPE], poll_interval: "1m", initial_lookback: "3h", retry: {} };
    return {
      receivers: { o365: this.source.receiver({ ...usual, ...receiver }) },
      processors: Object.fromEntries(processors.map((id) => [id, {}])),
      exporters: { otlp_http: { endpoint: this.sink.url } },
      storage: { directory: join(this.source.folder, "state") },
      service: {
        shutdown_timeout: "30s",
        pipelines: { logs: { receivers: ["o365"], processors, exporters: ["otlp_http"] } },
      },
    };
  }
}

function isVerdict(message: string): boolean {
  return message.startsWith("Integration ") || message === "Nothing was collected for long";
}

/** The ids of what was added, sorted as those that arrived. */
export function idsOf(added: readonly Added[]): readonly string[] {
  return added.map(({ id }) => id).toSorted();
}

/** Runs `body` with a trial of its own. */
export async function withTrial(options: TrialOptions, body: (trial: Trial) => Promise<void>): Promise<void> {
  const trial = await Trial.prepare(options);
  try {
    await body(trial);
  } finally {
    await trial.close();
  }
}

/**
 * One trial, whose collector runs, for all tests of the suite that calls this, one after the other.
 *
 * @returns What each of them begins with: gives the trial, with nothing said so far.
 */
export function sharedTrial(options: TrialOptions): () => Trial {
  let trial: Trial | undefined;
  before(async () => {
    const prepared = await Trial.prepare(options);
    trial = prepared;
    await prepared.start();
    // Every content type has its subscription and was listed: what a test does to the service is not to meet a start half way.
    const types = options.receiver?.["content_types"];
    const wanted = Array.isArray(types) ? types.length : 1;
    const listed = (): number => new Set(prepared.requests("content").map(({ contentType }) => contentType)).size;
    await prepared.until(() => listed() >= wanted);
  });
  after(() => trial?.close());
  return () => {
    if (trial === undefined) throw new Error("The trial was not prepared");
    trial.lines.length = 0;
    return trial;
  };
}

import { Writable } from "node:stream";
import { clearInterval, setInterval } from "node:timers";
import type { LogStream } from "../logger.ts";
import type { ReplayRun } from "../replay/replay-run.ts";
import type { ReplayProgress, Share } from "../replayable.ts";
import type { Logger } from "../telemetry.ts";

const TERMINAL_INTERVAL_MS = 500;
const LINE_INTERVAL_MS = 5000;
/** Asking how far it is may take long for a large ledger: it gets at most this share of the time. */
const MOST_OF_THE_TIME = 0.05;
const BAR_WIDTH = 20;
const DEFAULT_WIDTH = 80;
const CLEAR_LINE = "\r\u001b[2K";

/** How far a replay is, and whom it waits for. */
export interface Overview extends Omit<ReplayProgress, "problems" | "missing"> {
  /** Components that do not work now: exporters whose backend is away, a receiver that cannot sign in. */
  readonly waitingFor: readonly string[];
}

/** Standard error of a replay: log lines, and below them one line that tells how far it is when somebody watches. */
export class ProgressStream extends Writable {
  readonly isTTY: boolean;
  readonly #stream: LogStream & { readonly columns?: number };
  #line = "";

  constructor(stream: LogStream & { readonly columns?: number }) {
    super({ decodeStrings: false });
    this.#stream = stream;
    this.isTTY = stream.isTTY === true;
  }

  /** Replaces the line; an empty text takes it away. */
  show(line: string): void {
    // A terminal that does not know its width says 0.
    const columns = this.#stream.columns ?? 0;
    const width = (columns > 1 ? columns : DEFAULT_WIDTH) - 1;
    const before = this.#line === "" ? "" : CLEAR_LINE;
    this.#line = line.slice(0, width);
    this.#stream.write(`${before}${this.#line}`);
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    const text = String(chunk);
    this.#stream.write(this.#line === "" ? text : `${CLEAR_LINE}${text}${this.#line}`);
    done();
  }
}

/**
 * Tells how far a run is, until it is told to stop: a bar on a terminal, elsewhere a log line every few seconds.
 *
 * @returns Stops it.
 */
export function followProgress(run: ReplayRun, stream: ProgressStream, logger: Logger): () => void {
  let quietUntilMs = 0;
  const tick = (): void => {
    const startedMs = performance.now();
    if (startedMs < quietUntilMs) return;
    const overview = overviewOf(run);
    if (stream.isTTY) stream.show(progressLine(overview));
    else logger.info("Replaying", progressFields(overview));
    const endedMs = performance.now();
    quietUntilMs = endedMs + (endedMs - startedMs) / MOST_OF_THE_TIME;
  };
  const timer = setInterval(tick, stream.isTTY ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    if (stream.isTTY) stream.show("");
  };
}

/** All sources of a run together. */
export function overviewOf(run: ReplayRun): Overview {
  const parts = [...run.replays.values()].map((replay) => replay.progress());
  const sum = (of: (part: ReplayProgress) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const failing = run.service.statuses().filter(({ status }) => status.endsWith("_error"));
  return {
    found: { done: sum(({ found }) => found.done), total: sum(({ found }) => found.total) },
    settled: { done: sum(({ settled }) => settled.done), total: sum(({ settled }) => settled.total) },
    records: sum(({ records }) => records),
    malformed: sum(({ malformed }) => malformed),
    unreadable: sum(({ unreadable }) => unreadable),
    waitingFor: [...new Set(failing.map(({ component }) => component))],
  };
}

/** One line for a terminal: `[#####...............]  25 %  1,234 records; waiting for otlp_http`. */
export function progressLine(overview: Overview): string {
  const share = overallShare(overview);
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}]`;
  const waiting = overview.waitingFor.length === 0 ? "" : `; waiting for ${overview.waitingFor.join(", ")}`;
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${bar} ${percent} %  ${overview.records.toLocaleString("en")} records${waiting}`;
}

function progressFields(overview: Overview): Readonly<Record<string, unknown>> {
  const { records, malformed, unreadable, waitingFor } = overview;
  return {
    percent: Math.floor(overallShare(overview) * 100),
    records,
    ...(malformed === 0 ? {} : { malformed }),
    ...(unreadable === 0 ? {} : { unreadable }),
    ...(waitingFor.length === 0 ? {} : { waiting_for: waitingFor }),
  };
}

/** Finding is half of it, delivering what was found the other. */
function overallShare({ found, settled }: Overview): number {
  const share = fraction(found);
  const isNothingYet = settled.total === 0 && share < 1;
  return (share + (isNothingYet ? 0 : share * fraction(settled))) / 2;
}

function fraction({ done, total }: Share): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

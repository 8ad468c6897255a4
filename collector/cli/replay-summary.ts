import { printable } from "../printable.ts";
import type { ReplayKind } from "../replay/replay-directory.ts";
import { ExitCode } from "./exit-code.ts";
import { wrap } from "./text-table.ts";

/** How a replay ended. */
export type ReplayState =
  /** All of it was delivered. */
  | "complete"
  /** There was nothing left to do, but something could not be delivered. */
  | "incomplete"
  /** A signal came first: the same command goes on. */
  | "interrupted"
  /** It had ended before this run, which did nothing. */
  | "ended_before"
  /** There is nothing to deliver. */
  | "nothing";

/** What all summaries have in common, as `--json` prints it. */
export interface ReplaySummary {
  readonly version: 1;
  readonly kind: ReplayKind;
  readonly state: ReplayState;
  readonly exit_code: ExitCode;
  /** Folder of the replay's own state and dead letters. */
  readonly directory: string;
  /** Records delivered. */
  readonly records: number;
  /** Those that were refused for good and are in dead-letter files of the replay. */
  readonly dead_lettered: number;
  /** What stands in the way of the rest, and what to do. */
  readonly problems: readonly string[];
}

const WIDTH = 100;

export function exitCodeOf(state: Exclude<ReplayState, "ended_before">): ExitCode {
  if (state === "interrupted") return ExitCode.unsettled;
  return state === "incomplete" ? ExitCode.incomplete : ExitCode.ok;
}

/** Number and noun: `1 record`, `1,234 records`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Paragraphs of a summary for people, wrapped. */
export function paragraphs(texts: readonly string[]): string {
  return texts
    .flatMap((text) => wrap(printable(text), WIDTH).map((line, index) => (index === 0 ? line : `  ${line}`)))
    .join("\n");
}

import { formatDuration } from "./config/fields.ts";
import { scrub } from "./scrub.ts";
import type { Condition } from "./storage/storage.ts";
import type { ComponentStatus, Logger, ReportStatus, StatusReport } from "./telemetry.ts";

/** How one part of one component is, and since when. */
export interface StatusEntry {
  /** As in YAML: "o365/contoso". */
  readonly component: string;
  /** The branch that a processor instance belongs to; undefined for receivers and exporters. */
  readonly branch: string | undefined;
  /** The part of the component; undefined: the component as a whole. */
  readonly aspect: string | undefined;
  readonly status: ComponentStatus;
  readonly message: string | undefined;
  /** An `ErrorCode`, when the component said. */
  readonly code: string | undefined;
  /** What tells this cause from others with the same status. */
  readonly reason: string | undefined;
  /** Milliseconds since the epoch of the last change of `status`. */
  readonly sinceMs: number;
}

/** Whose status it is. */
export interface StatusOwner {
  readonly component: string;
  readonly branch?: string;
}

/** Keeps the last status of everything, and logs each change once. */
export class StatusBoard {
  readonly #now: () => number;
  readonly #entries = new Map<string, StatusEntry>();
  readonly #onChange: () => void;

  /**
   * @param now Milliseconds since the epoch.
   * @param onChange Called after each change that was logged.
   */
  constructor(now: () => number, onChange: () => void = () => {}) {
    this.#now = now;
    this.#onChange = onChange;
  }

  /** The reporting function of one component, writing its changes to `logger`. */
  reporter(owner: StatusOwner, logger: Logger): ReportStatus {
    return (report) => this.#report(owner, logger, report);
  }

  /** Every part of every component that has reported, in order of first report. */
  entries(): readonly StatusEntry[] {
    return [...this.#entries.values()];
  }

  #report(owner: StatusOwner, logger: Logger, report: StatusReport): void {
    const key = JSON.stringify([owner.component, owner.branch, report.aspect]);
    const before = this.#entries.get(key);
    const message = report.message === undefined ? undefined : scrub(report.message);
    const reason = report.reason ?? message;
    const nowMs = this.#now();
    this.#entries.set(key, {
      component: owner.component,
      branch: owner.branch,
      aspect: report.aspect,
      status: report.status,
      message,
      code: report.code,
      reason,
      sinceMs: before?.status === report.status ? before.sinceMs : nowMs,
    });
    if (before?.status === report.status && before.reason === reason) return;
    log(logger, report, before, nowMs);
    this.#onChange();
  }
}

/** What is not well, as it is stored for those who look from outside. */
export function conditionsOf(entries: readonly StatusEntry[]): readonly Condition[] {
  return entries.flatMap(({ component, branch, aspect, status, code, message, sinceMs }) =>
    status === "recoverable_error" || status === "permanent_error"
      ? [{ component, branch, aspect, status, code, message, sinceMs }]
      : [],
  );
}

const LEVELS = {
  starting: "debug",
  ok: "info",
  recoverable_error: "warn",
  permanent_error: "error",
  stopping: "debug",
  stopped: "debug",
} as const satisfies Record<ComponentStatus, keyof Logger>;

/** The line of a report that brings no message of its own. */
const MESSAGES: Readonly<Record<ComponentStatus, string>> = {
  starting: "Starting",
  ok: "Working",
  recoverable_error: "Not working for now",
  permanent_error: "Not working until somebody changes something",
  stopping: "Stopping",
  stopped: "Stopped",
};

function log(logger: Logger, report: StatusReport, before: StatusEntry | undefined, nowMs: number): void {
  const recovered = report.status === "ok" && before !== undefined && isError(before.status);
  // That a part works is news only when it did not: a line for each of them at every start would bury the others.
  const level = report.status === "ok" && report.aspect !== undefined && !recovered ? "debug" : LEVELS[report.status];
  logger[level](report.message ?? (recovered ? "Recovered" : MESSAGES[report.status]), {
    status: report.status,
    ...(report.aspect === undefined ? {} : { aspect: report.aspect }),
    ...(recovered ? { after: formatDuration(roundToSeconds(nowMs - before.sinceMs)) } : {}),
    ...report.fields,
  });
}

function isError(status: ComponentStatus): boolean {
  return status === "recoverable_error" || status === "permanent_error";
}

function roundToSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000)) * 1000;
}

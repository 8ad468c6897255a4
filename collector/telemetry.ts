/** A structured field of a log line. Secrets never belong here; `Secret` prints as `[REDACTED]` by any route. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The collector's own log. Messages are constant text, values go into fields.
 * Normal operation writes one line each for start, stop and every state change; never one per record.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger;
}

/**
 * How a component is, in the words of the OpenTelemetry Collector's component status.
 * `recoverable_error`: works on it, waiting may mend it. `permanent_error`: somebody has to change something;
 * the component goes on checking slowly and returns to `ok` by itself.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/docs/component-status.md (read 2026-11-22)
 */
export type ComponentStatus = "starting" | "ok" | "recoverable_error" | "permanent_error" | "stopping" | "stopped";

/** One observation of a component's status. */
export interface StatusReport {
  readonly status: ComponentStatus;
  /** The part of the component it is about, for example a content type. Absent: the component as a whole. */
  readonly aspect?: string;
  /** What was seen and what to do about it: *Cannot <action> <object>: <what was seen>; <what to do>*. */
  readonly message?: string;
  /** What kind of error it is: an `ErrorCode`. */
  readonly code?: string;
  /** Stable word for the cause, for messages that vary in detail (ids, times). Default: the message. */
  readonly reason?: string;
  /** Machine-readable detail: API or AADSTS codes, ids. */
  readonly fields?: LogFields;
}

/** Takes status observations; repeats of the same status and reason for an aspect are not logged again. */
export type ReportStatus = (report: StatusReport) => void;

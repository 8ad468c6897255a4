/** When something counts as trouble. Milliseconds. */
export interface HealthThresholds {
  /** Trouble that is older makes an integration Degraded. */
  readonly degradedAfterMs: number;
  /** Trouble that is older makes it Unhealthy. */
  readonly unhealthyAfterMs: number;
  /** Once no listing of a content type has succeeded for longer, the collector says so. */
  readonly watchdogMs: number;
  /** A content type that used to have content and has had none for longer is Quiet; 0 for never. */
  readonly quietAfterMs: number;
}

const MINUTE_MS = 60_000;

/** What holds without a configuration, and where it does not say. */
export const defaultThresholds: HealthThresholds = {
  degradedAfterMs: 5 * MINUTE_MS,
  unhealthyAfterMs: 210 * MINUTE_MS,
  watchdogMs: 30 * MINUTE_MS,
  quietAfterMs: 24 * 60 * MINUTE_MS,
};

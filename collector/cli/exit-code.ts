/** What the process says when it ends. Scripts and service managers depend on it: never renumber. */
export const ExitCode = {
  /** Done, or stopped on request with everything settled. */
  ok: 0,
  /** Something failed at run time: the storage is in use, a port is taken, a fault of ours. Starting again may help. */
  failure: 1,
  /** The configuration or the command line is wrong. Starting again does not help. */
  usage: 2,
  /** Stopped before everything was settled: the deadline passed, or a second signal came. The rest is collected again after the next start. */
  unsettled: 3,
  /** `status`: collection or delivery lags behind, nothing new comes, or the disk is full. */
  degraded: 4,
  /** `status`: nothing was collected or delivered for hours, credentials are refused, or a part of the audit trail is missing. */
  unhealthy: 5,
  /** `replay`: ended, but something of what was asked for could not be delivered. The summary says what and why. */
  incomplete: 6,
  /** `status`: no collector runs: it was killed, has crashed, could not start, or none was started yet. */
  notRunning: 7,
  /** `status`: no collector runs, because it was stopped. */
  stopped: 8,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The same for `--help`. */
export const exitCodeHelp: string = `Exit codes:
  0  done, or stopped with everything delivered
  1  failed at run time (for example: another collector uses the storage); check: a fact failed
  2  mistake in the configuration or on the command line
  3  stopped before everything was delivered; the rest is collected again after the next start
  4  status: an integration is degraded or quiet, or the disk is full
  5  status: an integration is unhealthy or has bad credentials, or a part of the audit trail is missing (a gap)
  6  replay: ended, but something of it could not be delivered
  7  status: no collector runs, and it was not stopped: killed, crashed, or never started
  8  status: the collector was stopped`;

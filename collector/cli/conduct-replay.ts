import { createLogger, routeDiag, type LogLevel, type LogEncoding } from "../logger.ts";
import type { ReplayRun } from "../replay/replay-run.ts";
import type { Logger } from "../telemetry.ts";
import type { Io } from "./io.ts";
import { followProgress, ProgressStream } from "./replay-progress.ts";
import { StopRequest } from "./stop-request.ts";

/** How a run of a replay ended. */
export type RunEnd =
  /** There was nothing left to do. */
  | "finished"
  /** A signal came; what was in flight is settled or will be sent again. */
  | "stopped";

/**
 * Runs a replay until it is finished or a signal stops it, telling how far it is.
 *
 * @param make Makes it, with the logger to use.
 * @throws {CollectorError} What it cannot start or go on with. It is shut down by then.
 */
export async function conductReplay(
  make: (logger: Logger) => ReplayRun,
  logs: { readonly level: LogLevel; readonly encoding: LogEncoding },
  io: Io,
): Promise<{ readonly run: ReplayRun; readonly end: RunEnd }> {
  const stream = new ProgressStream(io.stderr);
  const logger = createLogger({ ...logs, stream, now: Date.now });
  using _diag = routeDiag(logger);
  using request = new StopRequest(io.signals, Date.now);
  const run = make(logger);
  const stopFollowing = followProgress(run, stream, logger);
  try {
    return { run, end: await untilEnd(run, request, logger) };
  } finally {
    stopFollowing();
  }
}

async function untilEnd(run: ReplayRun, request: StopRequest, logger: Logger): Promise<RunEnd> {
  const { service } = run;
  const stopped = request.stop.then((): RunEnd => "stopped");
  try {
    const isStarted = await Promise.race([service.start().then(() => true), stopped.then(() => false)]);
    return isStarted ? await Promise.race([finished(run), stopped]) : "stopped";
  } finally {
    const isForced = await Promise.race([service.shutdown().then(() => false), request.force.then(() => true)]);
    if (isForced) logger.warn("Stopped at once by a second signal; the next run sends what was not acknowledged");
  }
}

async function finished({ replays }: ReplayRun): Promise<RunEnd> {
  const outcomes = await Promise.allSettled([...replays.values()].map((replay) => replay.finished()));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return "finished";
}

import { setInterval, clearInterval } from "node:timers";
import type { AnyFactory } from "../component.ts";
import { createService } from "../create-service.ts";
import { CollectorError, ErrorCode } from "../errors.ts";
import { createLogger, routeDiag } from "../logger.ts";
import type { CollectorConfig } from "../config/model.ts";
import { type SelfMetrics, startSelfMetrics } from "../self-telemetry/self-metrics.ts";
import type { Service } from "../service.ts";
import { inUseError } from "../storage/lock-holder.ts";
import type { Logger } from "../telemetry.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";
import { StopRequest } from "./stop-request.ts";

/** Longer than any process lives; a timer of Node takes no more. */
const FOREVER_MS = 2 ** 31 - 1;

/** How long the last metrics may take when everything else has stopped. */
const LAST_METRICS_MS = 5000;

/** Runs the collector until a signal stops it. */
export async function run(files: readonly string[], factories: readonly AnyFactory[], io: Io): Promise<ExitCode> {
  // A bad credential is a state of its integration, not a reason for the others to stay down: no offline checks here.
  const { config, problems } = loadFiles(files, factories, io.env, { offlineChecks: false });
  printProblems(problems, io.stderr);
  if (config === undefined) return ExitCode.usage;
  const logger = createLogger({ ...config.telemetry.logs, stream: io.stderr, now: Date.now });
  using _diag = routeDiag(logger);
  using request = new StopRequest(io.signals, Date.now);
  // Signal handlers do not hold a process: without this, one whose components all wait would end by itself.
  const alive = setInterval(() => {}, FOREVER_MS);
  try {
    return await withMetrics(config, request, logger, ({ meter }) =>
      untilStopped(createService(config, { logger, meter }), request, logger),
    );
  } finally {
    clearInterval(alive);
  }
}

/** Measures from before the start until after the end. */
async function withMetrics(
  { telemetry, storage }: CollectorConfig,
  request: StopRequest,
  logger: Logger,
  work: (metrics: SelfMetrics) => Promise<ExitCode>,
): Promise<ExitCode> {
  let metrics: SelfMetrics;
  try {
    metrics = await startSelfMetrics(telemetry.metrics, telemetry.resource, logger);
  } catch (error) {
    // A second collector meets the port of the first one before its lock, and another port would not help it.
    return failedStart(inUseError(storage.directory) ?? error, logger);
  }
  const forced = new AbortController();
  void request.force.then(() => forced.abort());
  try {
    return await work(metrics);
  } finally {
    await metrics.shutdown(AbortSignal.any([forced.signal, AbortSignal.timeout(LAST_METRICS_MS)]));
  }
}

function failedStart(error: unknown, logger: Logger): ExitCode {
  logger.error("Cannot start the collector", { error });
  return error instanceof CollectorError && error.code === ErrorCode.config ? ExitCode.usage : ExitCode.failure;
}

async function untilStopped(service: Service, request: StopRequest, logger: Logger): Promise<ExitCode> {
  try {
    await Promise.race([service.start(), request.stop]);
  } catch (error) {
    return failedStart(error, logger);
  }
  logger.debug("Signal received", { signal: await request.stop });
  const forced = request.force.then((signal) => {
    logger.warn("Stopped at once by a second signal; what was not delivered is collected again", { signal });
    return false;
  });
  const settled = await Promise.race([service.shutdown(), forced]);
  return settled ? ExitCode.ok : ExitCode.unsettled;
}

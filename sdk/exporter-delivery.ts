import { metrics } from "@opentelemetry/api";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { systemClock } from "../collector/clock.ts";
import type { Component, LogsConsumer } from "../collector/component.ts";
import { Secret } from "../collector/config/secret.ts";
import { createDelivery } from "../collector/delivery/delivery.ts";
import { CollectorError, describeError, ErrorCode, PermanentError } from "../collector/errors.ts";
import { StatusBoard, type StatusEntry } from "../collector/status.ts";
import type { Logger, StatusReport } from "../collector/telemetry.ts";
import { SdkExporter } from "../exporters/sdk/sdk-exporter.ts";
import { silentLogger, stderrLogger } from "./own-loggers.ts";

/** As `storage::max_dead_letter_bytes` has it by default. */
const MAX_DEAD_LETTER_BYTES = 1_073_741_824;

/** An exporter of the SDK behind the delivery that stands in front of the collector's exporters. */
export interface ExporterDelivery {
  readonly delivery: Component & LogsConsumer;
  readonly logger: Logger;
  readonly statuses: () => readonly StatusEntry[];
}

/** @param heard Told of each change of status. True: whoever hears it logs it, so that it is not said twice. */
export function createDeliveryFor(
  exporter: LogRecordExporter,
  id: string,
  options: {
    readonly exportTimeoutMillis?: number;
    readonly deadLetterDirectory?: string;
    readonly logger?: Logger;
  },
  heard: (report: StatusReport) => boolean,
): ExporterDelivery {
  const { exportTimeoutMillis = 30_000, deadLetterDirectory, logger = stderrLogger } = options;
  const board = new StatusBoard(Date.now);
  const own = logger.with({ component: id });
  const said = board.reporter({ component: id }, own);
  const unsaid = board.reporter({ component: id }, silentLogger);
  const settings = {
    id,
    logger: own,
    meter: metrics.getMeter("otel-o365"),
    clock: systemClock,
    random: Math.random,
    reportStatus: (report: StatusReport): void => (heard(report) ? unsaid : said)(report),
  };
  const name = exporter.constructor.name;
  const config = { module: name, export: name, args: new Secret("[]"), exportTimeoutMs: exportTimeoutMillis };
  const attempts = new SdkExporter(settings, config, exporter);
  const deadLetters = { directory: deadLetterDirectory ?? "", maxBytes: MAX_DEAD_LETTER_BYTES };
  const delivery = createDelivery(settings, deadLetterDirectory === undefined ? holding(attempts) : attempts, {
    deadLetters,
  });
  return { delivery, logger, statuses: () => board.entries() };
}

/** With nowhere to set refused records aside, a refusal is for somebody to look at: they are held. */
function holding(exporter: Component & LogsConsumer): Component & LogsConsumer {
  return {
    start: () => exporter.start(),
    shutdown: (signal) => exporter.shutdown(signal),
    async consume(records, signal) {
      try {
        await exporter.consume(records, signal);
      } catch (error) {
        if (!(error instanceof PermanentError)) throw error;
        const todo = "they are held; set deadLetterDirectory to have single records set aside";
        throw new CollectorError(ErrorCode.misdirected, `${describeError(error)}; ${todo}`, { cause: error });
      }
    },
  };
}

import { createDelivery } from "./delivery/delivery.ts";
import { createLogger } from "./logger.ts";
import { Service, type ServiceConfig, type ServiceContext } from "./service.ts";
import { openStorage } from "./storage/sqlite.ts";

/**
 * Makes the collector that a configuration describes. Nothing is opened or started before `start()`.
 *
 * @param options What to use in place of the defaults: logs as lines on standard error, state in SQLite below
 * `storage.directory`, delivery that retries without end and keeps dead letters there, too.
 */
export function createService(config: ServiceConfig, options: Partial<ServiceContext> = {}): Service {
  const { directory, maxDeadLetterBytes } = config.storage;
  const deadLetters = { directory, maxBytes: maxDeadLetterBytes };
  const stderrLogger = { level: "info", encoding: "auto", stream: process.stderr, now: Date.now } as const;
  return new Service(config, {
    ...options,
    logger: options.logger ?? createLogger(stderrLogger),
    deliver:
      options.deliver ??
      ((settings, exporter, onDeadLettered) => createDelivery(settings, exporter, { deadLetters, onDeadLettered })),
    openStorage: options.openStorage ?? openStorage,
  });
}

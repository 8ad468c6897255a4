import { createLogger } from "../collector/logger.ts";
import type { Logger } from "../collector/telemetry.ts";

/**
 * What parts inside somebody else's program log to by default: what has to be acted upon, on standard error. Silence
 * (`diag` is silent unless the program says otherwise) would make a collector that collects nothing look healthy.
 */
export const stderrLogger: Logger = createLogger({
  level: "warn",
  encoding: "auto",
  stream: process.stderr,
  now: Date.now,
});

/** For what somebody else logs. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
};

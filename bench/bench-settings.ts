import { createNoopMeter } from "@opentelemetry/api";
import { systemClock } from "../collector/clock.ts";
import type { Settings } from "../collector/component.ts";
import type { Logger } from "../collector/telemetry.ts";

/** Settings of a component that is measured alone: it says nothing and counts nothing. */
export function benchSettings(): Settings {
  const quiet = (): void => {};
  const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, with: () => logger };
  return {
    id: "bench",
    logger,
    meter: createNoopMeter(),
    clock: systemClock,
    reportStatus: quiet,
    random: Math.random,
  };
}

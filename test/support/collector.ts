import type { Meter } from "@opentelemetry/api";
import { stringify } from "yaml";
import type { Clock } from "../../collector/clock.ts";
import {
  createService,
  createRegistry,
  factories,
  formatProblem,
  loadConfig,
  type Service,
} from "../../collector/index.ts";
import { recordingLogger, testSettings, type LogLine } from "./test-settings.ts";

/** A collector of real parts in this process. */
export interface TestCollector {
  readonly service: Service;
  /** What it logged so far. */
  readonly lines: readonly LogLine[];
  /** Stops it. Resolves to whether everything in flight was settled. */
  stop(): Promise<boolean>;
}

/**
 * Loads a configuration, as YAML text, the way `otel-o365 --config` does, and starts it.
 *
 * @param options.lines Takes what it logs.
 */
export async function startCollector(
  configuration: Readonly<Record<string, unknown>>,
  options: {
    readonly clock?: Clock;
    readonly random?: () => number;
    readonly lines?: LogLine[];
    readonly meter?: Meter;
  } = {},
): Promise<TestCollector> {
  const { config, problems } = loadConfig(
    [{ path: "test.yaml", text: stringify(configuration) }],
    createRegistry(factories),
    { env: {}, nowMs: Date.now(), offlineChecks: false },
  );
  if (config === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const { lines: taken, ...context } = options;
  const { logger, lines } = testSettings(taken === undefined ? {} : { logger: recordingLogger(taken) });
  const service = createService(config, { logger, ...context });
  await service.start();
  return { service, lines: taken ?? lines, stop: () => service.shutdown() };
}

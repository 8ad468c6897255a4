import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { HealthMetrics } from "../../../collector/health/health-metrics.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const NAME = "otel_o365_integration_state";

suite("HealthMetrics", () => {
  test("says unknown in place of a verdict that no look has confirmed, and the verdict again after the next", async () => {
    const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const metrics = new HealthMetrics(provider.getMeter("test"), new ManualClock(0));
    const statesAt1 = async (): Promise<readonly unknown[]> => {
      await reader.forceFlush();
      const latest =
        memory
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      const points = latest.find(({ descriptor }) => descriptor.name === NAME)?.dataPoints ?? [];
      return points.filter(({ value }) => value === 1).map(({ attributes }) => attributes["state"]);
    };
    const verdict = { state: "healthy", gap: false, contentTypes: [], branches: [] } as const;
    metrics.judged("o365/a", verdict, [{ subject: "CN=a", file: "a.pem", notAfterMs: 5000 }]);
    assert.deepEqual(await statesAt1(), ["healthy"]);
    metrics.unknown("o365/a");
    assert.deepEqual(await statesAt1(), ["unknown"]);
    metrics.judged("o365/a", verdict, []);
    assert.deepEqual(await statesAt1(), ["healthy"]);
    metrics.close();
    await provider.shutdown();
  });
});

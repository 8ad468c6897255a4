import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { Meter } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  type MetricData,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { observeProcess } from "../../collector/self-telemetry/process-metrics.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

/** A row of a telemetry table. */
interface Documented {
  readonly unit: string;
  readonly kind: string;
  readonly attributes: readonly string[];
}

/** The pages about what runs in this test. */
const PAGES = [
  "docs/operations.md",
  "receiver/README.md",
  ...["xdr", "filter", "transform", "redact", "batch"].map((type) => `processors/${type}/README.md`),
  ...["otlp_http", "file"].map((type) => `exporters/${type}/README.md`),
];

/** Every row `name | unit | kind | attributes | …` of those pages, as a reader finds it. */
function documented(): ReadonlyMap<string, readonly Documented[]> {
  const rows = new Map<string, Documented[]>();
  for (const file of PAGES) {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [, name, unit, kind, attributes] =
        /^\| `((?:otelcol|otel_o365)_[^`]+)` \|([^|]*)\| (counter|gauge|up-down counter|histogram) \|([^|]*)\|/.exec(
          line,
        ) ?? [];
      if (name === undefined || unit === undefined || kind === undefined || attributes === undefined) continue;
      const row = {
        unit: unit.replaceAll("`", "").trim(),
        kind,
        attributes: [...attributes.matchAll(/`([^`]+)`/g)].map(([, one]) => one ?? ""),
      };
      rows.set(name, [...(rows.get(name) ?? []), row]);
    }
  }
  return rows;
}

function kindOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? "counter" : "up-down counter";
  return metric.dataPointType === DataPointType.GAUGE ? "gauge" : "histogram";
}

/** The same meter, which writes down the name of every instrument that it makes. */
function noting(meter: Meter, names: Set<string>): Meter {
  return new Proxy(meter, {
    get(target, key) {
      const made: unknown = Reflect.get(target, key);
      if (typeof made !== "function") return made;
      return (...args: readonly unknown[]): unknown => {
        if (String(key).startsWith("create")) names.add(String(args[0]));
        return Reflect.apply(made, target, args);
      };
    },
  });
}

/** Over all series of a counter that have these attributes. */
function sum(metrics: readonly MetricData[], name: string, wanted: Readonly<Record<string, string>>): number {
  let total = 0;
  for (const metric of metrics) {
    if (metric.descriptor.name !== name || metric.dataPointType !== DataPointType.SUM) continue;
    for (const { attributes, value } of metric.dataPoints) {
      if (Object.entries(wanted).every(([key, one]) => attributes[key] === one)) total += value;
    }
  }
  return total;
}

const CONFIGURATION = {
  processors: {
    xdr: {},
    filter: { rules: [{ name: "some", drop: 'event_name == "FileAccessed"' }] },
    transform: { actions: [{ set: 'attributes["team"]', value: '"soc"' }] },
    redact: { rules: [{ name: "mail", pattern: "[a-z]+@[a-z.]+" }] },
    batch: { timeout: "50ms" },
  },
};

suite("the collector's own metrics", () => {
  test("are those that the tables name, with their units, kinds and attributes, and say what went through", async () => {
    const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const names = new Set<string>();
    const meter = noting(provider.getMeter("otel-o365"), names);
    observeProcess(meter);
    const measured = async (): Promise<readonly MetricData[]> => {
      await reader.forceFlush();
      return (
        memory
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      );
    };
    const tenant = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
    const sink = await startOtlpSink();
    const collector = await startCollector(
      {
        ...CONFIGURATION,
        receivers: { o365: tenant.receiver() },
        exporters: {
          otlp_http: { endpoint: sink.url },
          file: { path: join(tenant.folder, "out.jsonl"), fsync: false },
        },
        storage: { directory: join(tenant.folder, "state") },
        service: {
          pipelines: {
            logs: {
              receivers: ["o365"],
              processors: Object.keys(CONFIGURATION.processors),
              exporters: ["otlp_http", "file"],
            },
          },
        },
      },
      { meter },
    );
    try {
      await eventually(
        () => sink.recordCount > 0 && collector.service.health().healthy,
        () => `${sink.recordCount} records, ${JSON.stringify(collector.service.health())}`,
      );
      const metrics = await measured();
      const rows = documented();
      assert.deepEqual([...rows.keys()].toSorted(), [...names].toSorted(), "tables and instruments name the same");
      assert.ok(metrics.length >= 20, `${metrics.length} metrics`);
      for (const metric of metrics) {
        const { name, unit } = metric.descriptor;
        const found = rows.get(name);
        assert.ok(found !== undefined, `${name} is in no table`);
        const used = new Set(metric.dataPoints.flatMap(({ attributes }) => Object.keys(attributes)));
        for (const row of found) {
          assert.deepEqual([row.unit, row.kind], [unit, kindOf(metric)], name);
          assert.deepEqual(
            [...used].filter((key) => !row.attributes.includes(key)),
            [],
            `attributes of ${name}`,
          );
        }
        // One series for each id and branch here, and what a table names besides; never one for each blob or record.
        assert.ok(metric.dataPoints.length <= 40, `${name} has ${metric.dataPoints.length} series`);
      }
      await collector.stop();
      const after = await measured();
      const branch = "logs>otlp_http";
      const incoming = sum(after, "otelcol_processor_incoming_items", { processor: "filter", branch });
      const outgoing = sum(after, "otelcol_processor_outgoing_items", { processor: "filter", branch });
      assert.ok(incoming > 0 && outgoing <= incoming, `${outgoing} of ${incoming}`);
      assert.equal(sum(after, "otelcol_exporter_sent_log_records", { exporter: "otlp_http" }), sink.recordCount);
    } finally {
      await collector.stop();
      await provider.shutdown();
      await sink.close();
      await tenant.close();
    }
  });
});

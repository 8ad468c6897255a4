import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCollector } from "../support/collector.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

/** Long enough for a dozen polls. */
const RUN_MS = 15_000;

/** Milliseconds from when a record could be had to its arrival at a backend, while a second backend of the same pipeline is alive or dead. */
async function lags(second: "alive" | "dead"): Promise<readonly number[]> {
  const tenant = await startTenant({ content: [{ kind: "traffic", rate: 40, blobEveryMs: 500, recordsPerBlob: 5 }] });
  const arrivals = new Map<string, number>();
  const live = await startOtlpSink({
    answer: ({ records }) => {
      for (const { attributes } of records) arrivals.set(String(attributes["o365.id"]), Date.now());
      return { kind: "ok" };
    },
  });
  const other = await startOtlpSink({
    answer: () => (second === "alive" ? { kind: "ok" } : { kind: "status", status: 503 }),
  });
  const collector = await startCollector({
    receivers: { o365: tenant.receiver({ max_in_flight_bytes: 1_048_576 }) },
    processors: { xdr: {}, batch: {} },
    exporters: { "otlp_http/live": { endpoint: live.url }, "otlp_http/other": { endpoint: other.url } },
    storage: { directory: join(tenant.folder, "state") },
    service: {
      shutdown_timeout: "1s",
      pipelines: {
        logs: { receivers: ["o365"], processors: ["xdr", "batch"], exporters: ["otlp_http/live", "otlp_http/other"] },
      },
    },
  });
  try {
    await sleep(RUN_MS);
    return tenant.emulator
      .served()
      .flatMap(({ id, availableAtMs }) => {
        const arrived = arrivals.get(id ?? "");
        return arrived === undefined ? [] : [arrived - availableAtMs];
      })
      .toSorted((a, b) => a - b);
  } finally {
    await collector.stop();
    await Promise.all([live.close(), other.close()]);
    await tenant.close();
  }
}

suite("A dead backend", () => {
  test("leaves the lag of the other backend of its pipeline as it was", async (context) => {
    const both = await lags("alive");
    const one = await lags("dead");
    const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    context.diagnostic(`median lag: both alive ${median(both)} ms, one dead ${median(one)} ms`);
    assert.ok(one.length > both.length * 0.8, `${one.length} records with one dead, ${both.length} with both alive`);
    assert.ok(median(one) < median(both) * 1.5, `${median(one)} ms with one dead, ${median(both)} ms with both alive`);
  });
});

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { stringify } from "yaml";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown>)[] = [];

function startChild(configFile: string): ChildProcess {
  const args = ["--disable-warning=ExperimentalWarning", "collector/cli/main.ts", "--config", configFile];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

suite("A collector that is killed", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("misses nothing after SIGKILL at three moments, and repeats at most what was in flight", async () => {
    const records = 3000;
    const source = await startTenant({
      content: [{ kind: "bulk", records, recordsPerBlob: 10 }],
      rules: { quotaPerMinute: Infinity },
    });
    closers.push(() => source.close());
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const config = source.file(
      "collector.yaml",
      stringify({
        receivers: { o365: source.receiver({ max_in_flight_bytes: 1_048_576 }) },
        processors: { xdr: {}, batch: { send_batch_size: 50, timeout: "20ms" } },
        exporters: { otlp_http: { endpoint: sink.url } },
        storage: { directory: join(source.folder, "state") },
        service: {
          telemetry: { logs: { level: "error" } },
          pipelines: { logs: { receivers: ["o365"], processors: ["xdr", "batch"], exporters: ["otlp_http"] } },
        },
      }),
    );
    for (const kills of [1, 2, 3]) {
      const child = startChild(config);
      const exited = once(child, "exit");
      await eventually(
        () => sink.recordCount >= kills * 500,
        () => `${sink.recordCount} records before kill ${kills}`,
      );
      child.kill("SIGKILL");
      await exited;
    }
    const last = startChild(config);
    const exited = once(last, "exit");
    const distinct = (): number => new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"])).size;
    await eventually(
      () => distinct() >= records,
      () => `${distinct()} of ${records}`,
    );
    last.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
    const repeated = sink.recordCount - records;
    // Three kills, each with at most 1 MiB of records of about 1,100 bytes in flight.
    assert.ok(repeated <= (3 * 1_048_576) / 1000, `${repeated} records came twice`);
    assert.equal(distinct(), records);
  });
});

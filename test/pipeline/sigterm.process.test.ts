import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { suite, test } from "node:test";
import { stringify } from "yaml";
import { readLedger } from "../../collector/storage/ledger-report.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

function startChild(configFile: string): ChildProcess {
  const args = ["--disable-warning=ExperimentalWarning", "collector/cli/main.ts", "--config", configFile];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

suite("SIGTERM with a dead backend", () => {
  test("does not wait for the deadline; the other branch is through, and everything comes after the next start", async () => {
    const source = await startTenant({
      content: [{ kind: "bulk", records: 600, recordsPerBlob: 10, contentTypes: ["Audit.General"], pastMs: 1_800_000 }],
      rules: { quotaPerMinute: Infinity },
    });
    let isDead = true;
    const dead = await startOtlpSink({ answer: () => (isDead ? { kind: "status", status: 503 } : { kind: "ok" }) });
    const live = await startOtlpSink();
    const children: ChildProcess[] = [];
    try {
      const config = source.file(
        "collector.yaml",
        stringify({
          receivers: { o365: source.receiver({ content_types: ["Audit.General"], initial_lookback: "2h" }) },
          processors: { batch: {} },
          exporters: { "otlp_http/dead": { endpoint: dead.url }, "otlp_http/live": { endpoint: live.url } },
          storage: { directory: join(source.folder, "state") },
          service: {
            // Longer than this test may take.
            shutdown_timeout: "1h",
            telemetry: { logs: { level: "error" } },
            pipelines: {
              logs: { receivers: ["o365"], processors: ["batch"], exporters: ["otlp_http/dead", "otlp_http/live"] },
            },
          },
        }),
      );
      const first = startChild(config);
      children.push(first);
      const stopped = once(first, "exit");
      await eventually(
        () => dead.requestCount > 1 && live.recordCount > 0,
        () => `${dead.requestCount} requests to the dead one, ${live.recordCount} records at the other`,
      );
      first.kill("SIGTERM");
      await eventually(
        () => first.exitCode !== null,
        () => "it waits for its deadline",
      );
      assert.deepEqual(await stopped, [3, null]);
      assert.equal(dead.recordCount, 0);

      isDead = false;
      const second = startChild(config);
      children.push(second);
      const ended = once(second, "exit");
      await eventually(
        () => dead.recordCount >= 600 && live.recordCount >= 600,
        () => `${dead.recordCount} and ${live.recordCount} of 600`,
      );
      second.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      for (const sink of [dead, live]) {
        assert.equal(new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"])).size, 600);
      }
      assert.equal(live.recordCount, 600, "what the live one had was settled");
    } finally {
      for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
      await dead.close();
      await live.close();
      await source.close();
    }
  });
});

suite("SIGTERM in the middle of a poll", () => {
  test("ends the process with 0 without waiting for the page, and nothing is missing or repeated afterwards", async () => {
    const source = await startTenant({
      content: [{ kind: "bulk", records: 600, recordsPerBlob: 10, contentTypes: ["Audit.General"], pastMs: 1_800_000 }],
      rules: { pageSize: 10, quotaPerMinute: Infinity },
    });
    const sink = await startOtlpSink();
    const children: ChildProcess[] = [];
    try {
      const state = join(source.folder, "state");
      const config = source.file(
        "collector.yaml",
        stringify({
          receivers: { o365: source.receiver({ content_types: ["Audit.General"], initial_lookback: "2h" }) },
          exporters: { otlp_http: { endpoint: sink.url } },
          storage: { directory: state },
          service: {
            telemetry: { logs: { level: "error" } },
            pipelines: { logs: { receivers: ["o365"], exporters: ["otlp_http"] } },
          },
        }),
      );
      source.emulator.faults.add({ match: { operation: "content" }, nth: 3, action: { kind: "hang" } });
      const first = startChild(config);
      children.push(first);
      const stopped = once(first, "exit");
      const hung = (): boolean => source.emulator.faults.list()[0]?.applied === 1;
      await eventually(
        () => hung() && sink.recordCount > 0,
        () => `page hangs: ${hung()}, ${sink.recordCount} records`,
      );
      first.kill("SIGTERM");
      assert.deepEqual(await stopped, [0, null]);
      const [facts] = readLedger(state)?.integrations[0]?.contentTypes ?? [];
      assert.equal(facts?.records, sink.recordCount, "what was delivered is settled");
      assert.ok(sink.recordCount < 600);

      const second = startChild(config);
      children.push(second);
      const ended = once(second, "exit");
      await eventually(
        () => sink.recordCount >= 600,
        () => `${sink.recordCount} of 600`,
      );
      second.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      assert.equal(sink.recordCount, 600);
      assert.equal(new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"])).size, 600);
    } finally {
      for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
      await sink.close();
      await source.close();
    }
  });
});

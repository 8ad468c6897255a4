import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, suite, test } from "node:test";
import { stringify } from "yaml";
import { deadLetterLine } from "../../collector/delivery/dead-letter.ts";
import { PermanentError } from "../../collector/errors.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { makeRecords } from "../support/log-records.ts";
import { type OtlpSink, startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown> | void)[] = [];

interface Child {
  readonly process: ChildProcess;
  /** What it printed and how it ended, once it has. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** `otel-o365 replay` as a process of its own. */
function replay(config: string, ...args: readonly string[]): Child {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "collector/cli/main.ts", "replay", "--config", config, ...args],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  closers.push(() => void child.kill("SIGKILL"));
  const ended = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { process: child, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) };
}

/** Kills runs of a command until it has sent this much each time, then lets it end. Resolves to what the last one printed. */
async function killedAndResumed(sink: OtlpSink, command: () => Child, kills: readonly number[]): Promise<string> {
  for (const records of kills) {
    const { process: child, ended } = command();
    await eventually(
      () => sink.recordCount >= records,
      () => `${sink.recordCount} of ${records} records before the kill`,
    );
    child.kill("SIGKILL");
    await ended;
  }
  const { code, stdout, stderr } = await command().ended;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** A configuration whose receiver is never asked for anything. */
function offline(endpoint: string, storage: string): unknown {
  return {
    receivers: {
      o365: {
        tenant_id: "11111111-2222-4333-8444-555555555555",
        client_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        certificate_file: "absent.pem",
        private_key_file: "absent.pem",
        max_in_flight_bytes: 1_048_576,
      },
    },
    processors: { batch: { send_batch_size: 500, timeout: "20ms" } },
    exporters: { otlp_http: { endpoint } },
    storage: { directory: storage },
    service: { pipelines: { logs: { receivers: ["o365"], processors: ["batch"], exporters: ["otlp_http"] } } },
  };
}

function distinct(sink: OtlpSink): number {
  return new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"])).size;
}

suite("A replay that is killed", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("delivers all of a period when it is run again, and repeats at most what was in flight", async () => {
    const total = 2000;
    const source = await startTenant({
      content: [{ kind: "bulk", records: total, recordsPerBlob: 10, pastMs: 4 * 3_600_000 }],
      rules: { quotaPerMinute: Infinity },
    });
    closers.push(() => source.close());
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const configuration = {
      receivers: { o365: source.receiver({ max_in_flight_bytes: 1_048_576, initial_lookback: "0s" }) },
      processors: { batch: { send_batch_size: 50, timeout: "20ms" } },
      exporters: { otlp_http: { endpoint: sink.url } },
      storage: { directory: join(source.folder, "state") },
      service: { pipelines: { logs: { receivers: ["o365"], processors: ["batch"], exporters: ["otlp_http"] } } },
    };
    // Subscriptions are the collector's to start; a backend of its own keeps what it delivers apart.
    const elsewhere = await startOtlpSink();
    closers.push(() => elsewhere.close());
    const collector = await startCollector({ ...configuration, exporters: { otlp_http: { endpoint: elsewhere.url } } });
    const starts = (): number => source.emulator.requests.filter(({ operation }) => operation === "start").length;
    await eventually(
      () => starts() >= 5,
      () => `${starts()} subscriptions started`,
    );
    await collector.stop();
    const config = source.file("collector.yaml", stringify(configuration));
    const command = (): Child =>
      replay(config, "--from", "6h", "--to", "now", "--requests-per-minute", "100000", "--json");
    const summary = JSON.parse(await killedAndResumed(sink, command, [500, 1300]));
    assert.equal(summary.state, "complete");
    assert.equal(distinct(sink), total);
    // Two kills, each with at most 1 MiB of records of about 1,100 bytes in flight.
    const repeated = sink.recordCount - total;
    assert.ok(repeated <= (2 * 1_048_576) / 1000, `${repeated} records came twice`);
  });

  test("delivers all of an export when it is run again, and repeats at most what was in flight", async () => {
    const folder = mkdtempSync(join(tmpdir(), "otel-o365-replay-kill-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const total = 20_000;
    const exported = join(folder, "export.jsonl");
    const texts = Array.from(
      { length: total },
      (_, n) => `{"Id":"${n}","Operation":"x","CreationTime":"2026-07-01T00:00:00"}`,
    );
    writeFileSync(exported, texts.join("\n"));
    const config = join(folder, "collector.yaml");
    writeFileSync(config, stringify(offline(sink.url, join(folder, "state"))));
    const stdout = await killedAndResumed(sink, () => replay(config, "--file", exported), [4000]);
    assert.match(stdout, /^Complete\. 20,000 records delivered\.\n/);
    assert.equal(distinct(sink), total);
    // At most 1 MiB of records of about 70 bytes in flight at the kill, or four pieces that were begun before.
    const repeated = sink.recordCount - total;
    assert.ok(repeated <= 1_048_576 / 70, `${repeated} records came twice`);
  });

  test("sends all dead letters when it is run again, and repeats at most what was in flight", async () => {
    const folder = mkdtempSync(join(tmpdir(), "otel-o365-replay-kill-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const storage = join(folder, "state");
    const total = 2000;
    mkdirSync(join(storage, "dead-letters"), { recursive: true });
    const error = new PermanentError("Cannot export", { status: 400 });
    const lines = makeRecords(total).map((record) => {
      return Buffer.from(deadLetterLine({ reason: "refused", records: [record], error }, "otlp_http", 0)).toString();
    });
    writeFileSync(join(storage, "dead-letters", "otlp_http.1.jsonl"), `${lines.slice(0, 1000).join("\n")}\n`);
    writeFileSync(join(storage, "dead-letters", "otlp_http.jsonl"), `${lines.slice(1000).join("\n")}\n`);
    const config = join(folder, "collector.yaml");
    writeFileSync(config, stringify(offline(sink.url, storage)));
    await killedAndResumed(sink, () => replay(config, "--dead-letters"), [700]);
    assert.equal(distinct(sink), total);
    // At most four batches of a hundred records in flight at the kill.
    assert.ok(sink.recordCount - total <= 4 * 100, `${sink.recordCount - total} records came twice`);
    assert.deepEqual(readdirSync(join(storage, "replay", "dead-letters", "claimed")), []);
  });
});

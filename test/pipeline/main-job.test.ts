import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, suite, test } from "node:test";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import type { ReceivedRecord } from "../support/otlp-record.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown>)[] = [];
async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

async function tenant(options: Parameters<typeof startTenant>[0] = {}): Promise<TestTenant> {
  const started = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }], ...options });
  closers.push(() => started.close());
  return started;
}

async function sink(
  options: Parameters<typeof startOtlpSink>[0] = {},
): Promise<Awaited<ReturnType<typeof startOtlpSink>>> {
  const started = await startOtlpSink(options);
  closers.push(() => started.close());
  return started;
}

function configuration(
  source: TestTenant,
  exporters: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    receivers: { "o365/contoso": source.receiver(overrides) },
    processors: { xdr: {}, batch: {} },
    exporters,
    storage: { directory: join(source.folder, "state") },
    service: {
      shutdown_timeout: "2s",
      pipelines: {
        logs: { receivers: ["o365/contoso"], processors: ["xdr", "batch"], exporters: Object.keys(exporters) },
      },
    },
  };
}

function key(record: ReceivedRecord): string {
  return `${String(record.attributes["o365.id"])} ${record.eventName}`;
}

suite("The main job", () => {
  afterEach(closeAll);

  test("delivers every record exactly once, normalized, with the text that the service sent", async () => {
    const source = await tenant();
    const backend = await sink();
    const served = source.emulator.served();
    const collector = await startCollector(configuration(source, { otlp_http: { endpoint: backend.url } }));
    await eventually(
      () => backend.recordCount >= served.length,
      () => `${backend.recordCount} of ${served.length} records`,
    );
    assert.equal(await collector.stop(), true);
    const received = new Map(backend.accepted().map((record) => [key(record), record]));
    assert.equal(backend.recordCount, served.length, "no record twice");
    assert.equal(received.size, served.length);
    const uids = new Set<unknown>();
    for (const { id, operation, text } of served) {
      const record = received.get(`${id} ${operation}`);
      assert.ok(record !== undefined, `${id} ${operation}`);
      assert.equal(record.body, text);
      assert.match(String(record.attributes["xdr.schema"]), /^scwx\.\w+$/);
      assert.ok(Number(record.attributes["xdr.event_time_usec"]) > 1e15);
      assert.equal(record.attributes["xdr.sensor_event_id"], id);
      assert.equal(record.resource["o365.integration"], "o365/contoso");
      uids.add(record.attributes["log.record.uid"]);
    }
    assert.equal(uids.size, served.length);
    assert.ok(!uids.has(undefined));
  });

  test("sends nothing again after a restart, and only what is new", async () => {
    const source = await tenant();
    const backend = await sink();
    const total = source.emulator.served().length;
    const config = configuration(source, { otlp_http: { endpoint: backend.url } });
    const first = await startCollector(config);
    await eventually(
      () => backend.recordCount >= total,
      () => `${backend.recordCount} of ${total}`,
    );
    await first.stop();
    source.emulator.addContent({
      records: [
        {
          Id: "11111111-0000-4000-8000-000000000001",
          RecordType: 15,
          Operation: "UserLoggedIn",
          CreationTime: "2026-07-01T00:00:00",
        },
      ],
    });
    const second = await startCollector(config);
    await eventually(
      () => backend.recordCount > total,
      () => "the new record",
    );
    await second.stop();
    assert.equal(backend.recordCount, total + 1);
  });

  test("goes on with one backend while the other of the same pipeline is dead, and catches up with that later", async () => {
    const source = await tenant();
    const live = await sink();
    let dead = true;
    const other = await sink({ answer: () => (dead ? { kind: "status", status: 503 } : { kind: "ok" }) });
    const total = source.emulator.served().length;
    const collector = await startCollector(
      configuration(source, { "otlp_http/live": { endpoint: live.url }, "otlp_http/dead": { endpoint: other.url } }),
    );
    await eventually(
      () => live.recordCount >= total,
      () => `live: ${live.recordCount} of ${total}`,
    );
    assert.equal(other.recordCount, 0);
    dead = false;
    await eventually(
      () => other.recordCount >= total,
      () => `revived: ${other.recordCount} of ${total}`,
    );
    await collector.stop();
    assert.equal(live.recordCount, total, "the live backend got nothing twice");
    assert.equal(other.recordCount, total);
  });

  test("delivers to a backend after a restart what it had not acknowledged before", async () => {
    const source = await tenant();
    let dead = true;
    const backend = await sink({ answer: () => (dead ? { kind: "status", status: 503 } : { kind: "ok" }) });
    const total = source.emulator.served().length;
    const config = configuration(source, { otlp_http: { endpoint: backend.url } });
    const first = await startCollector(config);
    await backend.arrived(1);
    assert.equal(await first.stop(), false, "not everything in flight could be settled");
    dead = false;
    const second = await startCollector(config);
    await eventually(
      () => backend.recordCount >= total,
      () => `${backend.recordCount} of ${total}`,
    );
    await second.stop();
    assert.equal(backend.recordCount, total);
  });

  test("collects the other content types when one lacks its permission, and says what to grant", async () => {
    const source = await tenant({ roles: ["ActivityFeed.Read"] });
    source.emulator.addContent({
      contentType: "DLP.All",
      records: [
        {
          Id: "11111111-0000-4000-8000-000000000002",
          RecordType: 11,
          Operation: "DlpRuleMatch",
          CreationTime: "2026-07-01T00:00:00",
        },
      ],
    });
    const backend = await sink();
    const wanted = source.emulator.served().filter(({ contentType }) => contentType !== "DLP.All").length;
    const collector = await startCollector(configuration(source, { otlp_http: { endpoint: backend.url } }));
    const events = (): readonly ReceivedRecord[] =>
      backend.accepted().filter(({ eventName }) => eventName.startsWith("o365.collector."));
    await eventually(
      () => backend.recordCount - events().length >= wanted && events().length > 0,
      () => `${backend.recordCount} of ${wanted} and ${events().length} events`,
    );
    const complaint = (): string => JSON.stringify(collector.lines.filter(({ level }) => level === "error"));
    await eventually(() => complaint().includes("ActivityFeed.ReadDlp"), complaint);
    await collector.stop();
    assert.equal(backend.recordCount - events().length, wanted);
    // The backend is where alarms live: it is told as well, down the same pipeline.
    assert.deepEqual(
      events().map(({ eventName, attributes }) => [eventName, attributes["o365.collector.state"]]),
      [["o365.collector.state", "bad_credentials"]],
    );
    assert.match(String(events()[0]?.body), /DLP\.All is refused since .*ActivityFeed\.ReadDlp/);
  });
});

suite("The service misbehaves", () => {
  afterEach(closeAll);

  const faults = [
    { name: "blobs that break off", fault: { match: { operation: "blob" }, action: { kind: "cut" }, times: 5 } },
    {
      name: "errors of the service",
      fault: { match: { operation: "blob" }, action: { kind: "respond", status: 500, body: "" }, times: 5 },
    },
    { name: "a reset connection", fault: { match: { operation: "list" }, action: { kind: "reset" }, times: 3 } },
    {
      name: "throttling",
      fault: { action: { kind: "throttle" }, match: { operation: ["content", "blob"] }, times: 2 },
    },
    {
      name: "a sign-in page from the token endpoint",
      fault: { match: { operation: "token" }, action: { kind: "html" }, times: 2 },
    },
    {
      name: "an error object where a list is due",
      fault: { match: { operation: "content" }, action: { kind: "error_object", code: "AF50000" }, times: 3 },
    },
    {
      name: "a page that repeats itself",
      fault: { match: { operation: "content" }, action: { kind: "repeat_page" }, times: 2 },
    },
    {
      name: "a page that leads to another server",
      fault: {
        match: { operation: "content" },
        action: { kind: "foreign_next_page", origin: "https://127.0.0.1:9" },
        times: 2,
      },
    },
    {
      name: "blobs that are said to be on another server",
      fault: {
        match: { operation: "content" },
        action: { kind: "foreign_content_uri", origin: "https://127.0.0.1:9" },
        // The first listing of nearly every window.
        times: 20,
      },
    },
    {
      name: "a blob behind a byte-order mark",
      fault: { match: { operation: "blob" }, action: { kind: "bom" }, times: 5 },
    },
  ] as const;
  for (const { name, fault } of faults) {
    test(`delivers everything exactly once in spite of ${name}`, async () => {
      // A short past is few windows: throttled requests are slow ones.
      const content = [{ kind: "records", files: [sampleRecordsFile()], pastMs: 7_200_000 }] as const;
      const source = await tenant({ content, rules: { quotaPerMinute: Infinity } });
      source.emulator.faults.add(fault);
      const backend = await sink();
      const total = source.emulator.served().length;
      const collector = await startCollector(
        configuration(source, { otlp_http: { endpoint: backend.url } }, { initial_lookback: "3h" }),
      );
      await eventually(
        () => backend.recordCount >= total,
        () => `${backend.recordCount} of ${total}; ${JSON.stringify(collector.lines.slice(-5))}`,
        90_000,
      );
      assert.equal(await collector.stop(), true);
      assert.equal(backend.recordCount, total);
    });
  }
});

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { stringify } from "yaml";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID, sampleRecordsFile } from "../../emulator/index.ts";
import { csvOf, utf16 } from "../receiver/replay/files/rows.ts";
import { cli, type CliOptions, type CliOutcome } from "../support/cli.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import type { ReceivedRecord } from "../support/otlp-record.ts";
import { type OtlpSink, type SinkAnswer, startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown> | void)[] = [];

interface Bench {
  readonly folder: string;
  readonly sink: OtlpSink;
  /** Writes an export and returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly replay: (args: readonly string[], options?: CliOptions) => Promise<CliOutcome>;
}

const OK: SinkAnswer = { kind: "ok" };

async function bench({ answer = () => OK, integrations = ["o365/contoso"] } = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-replay-files-"));
  closers.push(() => rmSync(folder, { recursive: true }));
  const sink = await startOtlpSink({ answer });
  closers.push(() => sink.close());
  const config = join(folder, "collector.yaml");
  const receiver = (index: number): unknown => ({
    tenant_id: DEFAULT_TENANT_ID.replace(/^1/, String(index + 1)),
    client_id: DEFAULT_CLIENT_ID,
    certificate_file: "absent.pem",
    private_key_file: "absent.pem",
  });
  writeFileSync(
    config,
    stringify({
      receivers: Object.fromEntries(integrations.map((id, index) => [id, receiver(index)])),
      processors: { batch: { timeout: "20ms" } },
      exporters: { otlp_http: { endpoint: sink.url } },
      storage: { directory: join(folder, "state") },
      service: {
        shutdown_timeout: "1s",
        pipelines: { logs: { receivers: integrations, processors: ["batch"], exporters: ["otlp_http"] } },
      },
    }),
  );
  return {
    folder,
    sink,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    replay: (args, options) => cli(["replay", "--config", config, ...args], options),
  };
}

/** Attributes that are of the record: not of the blob that it came in, nor of the time at which it did. */
function lasting(one: ReceivedRecord | undefined): Readonly<Record<string, unknown>> {
  const passing = ["o365.content_id", "o365.content_created", "xdr.ingest_time_usec"];
  return Object.fromEntries(Object.entries(one?.attributes ?? {}).filter(([key]) => !passing.includes(key)));
}

/** An audit record as text. */
function record(n: number, more: Readonly<Record<string, unknown>> = {}): string {
  const Id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const CreationTime = "2026-07-01T00:00:00";
  return JSON.stringify({
    Id,
    RecordType: 25,
    Operation: "x",
    CreationTime,
    OrganizationId: DEFAULT_TENANT_ID,
    ...more,
  });
}

const csv = (texts: readonly string[]): string =>
  csvOf([["CreationDate", "AuditData"], ...texts.map((text) => ["x", text])]);
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => record(n));
const bodies = (sink: OtlpSink): readonly string[] =>
  sink
    .accepted()
    .map(({ body }) => String(body))
    .toSorted();

suite("otel-o365 replay --file", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("delivers records as the receiver would have, but for the blob that they did not come in", async () => {
    const source = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
    closers.push(() => source.close());
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const configuration = {
      receivers: { o365: source.receiver() },
      processors: { xdr: {} },
      exporters: { otlp_http: { endpoint: sink.url } },
      storage: { directory: join(source.folder, "state") },
      service: { pipelines: { logs: { receivers: ["o365"], processors: ["xdr"], exporters: ["otlp_http"] } } },
    };
    const served = source.emulator.served();
    const collector = await startCollector(configuration);
    await eventually(
      () => sink.recordCount >= served.length,
      () => `${sink.recordCount} of ${served.length}`,
    );
    await collector.stop();
    const path = source.file("export.csv", csv(served.map(({ text }) => text)));
    const config = source.file("collector.yaml", stringify(configuration));
    // The samples are of many tenants.
    const { code, stdout } = await cli(["replay", "--config", config, "--file", path, "--any-tenant", "--json"]);
    assert.equal(code, 0, stdout);
    assert.equal(JSON.parse(stdout).records, served.length);
    const byUid = (records: readonly ReceivedRecord[]): Map<unknown, ReceivedRecord> =>
      new Map(records.map((one) => [one.attributes["log.record.uid"], one]));
    const collected = byUid(sink.accepted().slice(0, served.length));
    const replayed = byUid(sink.accepted().slice(served.length));
    assert.equal(replayed.size, served.length);
    for (const [uid, before] of collected) {
      const again = replayed.get(uid);
      assert.deepEqual({ ...before, attributes: lasting(before) }, { ...again, attributes: lasting(again) });
    }
  });

  test("takes CSV, JSON lines and arrays, in UTF-16 as well, and several files at once", async () => {
    const { sink, file, replay } = await bench();
    const texts = many(40);
    const results = texts.slice(20, 30).map((text) => ({ Identity: "1", AuditData: text }));
    const paths = [
      file("a.csv", csv(texts.slice(0, 10))),
      file("b.csv", utf16(csvOf([["AuditData"], ...texts.slice(10, 20).map((text) => [text])], "\t"))),
      file("c.json", utf16(JSON.stringify(results, null, 4))),
      file("d.jsonl", texts.slice(30).join("\n")),
    ];
    const { code, stdout } = await replay(["--file", ...paths]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^Complete\. 40 records delivered\.\n/);
    assert.deepEqual(bodies(sink), texts.toSorted());
  });

  test("refuses records of another tenant before it sends anything, unless told otherwise", async () => {
    const { sink, file, replay } = await bench();
    const other = "99999999-2222-4333-8444-555555555555";
    const path = file(
      "export.csv",
      csv([...many(5), record(6, { OrganizationId: other }), record(7, { OrganizationId: "" })]),
    );
    const { code, stderr } = await replay(["--file", path]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(
        `\\nCannot replay ".*export\\.csv" as o365/contoso: 1 of its 7 records \\(the first in line 7\\) are of tenant ${other}, not of ${DEFAULT_TENANT_ID}; .*--any-tenant\\. Nothing was sent\\n$`,
      ),
    );
    assert.equal(sink.requestCount, 0);
    assert.equal((await replay(["--file", path, "--any-tenant"])).code, 0);
    assert.equal(sink.recordCount, 7);
  });

  test("names rows without a record, passes on what is malformed, leaves out repeats, and says so", async () => {
    const { sink, file, replay } = await bench();
    const broken = '{"Id":"1","CreationTime":"2026-07-01T00:0';
    const path = file("export.csv", csv([record(1), "", broken, record(2), record(1)]));
    const { code, stdout, stderr } = await replay(["--file", path, "--json"]);
    assert.equal(code, 6);
    const { state, records, malformed, unreadable, repeated } = JSON.parse(stdout);
    assert.deepEqual([state, records, malformed, unreadable, repeated], ["incomplete", 4, 1, 1, 1]);
    const lines = stderr
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    const named = lines
      .filter(({ file: name }) => name === path)
      .map(({ message, line, reason }) => [message, line, reason]);
    assert.deepEqual(named, [
      ["Row without a record left out", 3, "its AuditData is empty"],
      ["Row whose AuditData is no JSON object passed on as malformed", 4, undefined],
    ]);
    assert.deepEqual(bodies(sink), [broken, record(1), record(2)].toSorted());
    const marked = sink.accepted().find(({ body }) => body === broken);
    assert.equal(marked?.attributes["o365.malformed"], true);
    assert.equal(marked?.attributes["o365.content_type"], undefined);
  });

  test("goes on after an interruption, though the file is gone, and refuses one that has changed", async () => {
    let isDead = true;
    let answered = 0;
    const { folder, sink, file, replay } = await bench({
      answer: () => {
        answered += 1;
        return isDead && answered > 2 ? { kind: "status", status: 503 } : OK;
      },
    });
    const texts = many(6000);
    const path = file("export.csv", csv(texts));
    const signals = new EventEmitter();
    const first = replay(["--file", path, "--json"], { signals });
    await eventually(
      () => answered > 3,
      () => `${answered} requests`,
    );
    signals.emit("SIGTERM", "SIGTERM");
    const { code, stdout } = await first;
    assert.equal(code, 3);
    const { state, records: settled } = JSON.parse(stdout);
    assert.equal(state, "interrupted");
    const before = sink.recordCount;
    assert.ok(before > 0 && before < texts.length, `${before} delivered`);
    isDead = false;
    appendFileSync(path, "\r\n");
    const changed = await replay(["--file", path]);
    assert.equal(changed.code, 2);
    assert.match(
      changed.stderr,
      /Cannot go on with the replay of ".*export\.csv": the file has changed .* --again to begin anew/,
    );
    rmSync(path);
    const second = await replay(["--file", path]);
    assert.equal(second.code, 0, second.stdout);
    assert.deepEqual([...new Set(bodies(sink))], texts.toSorted(), "nothing missing");
    const repeated = sink.recordCount - texts.length;
    assert.ok(repeated <= before - settled, `${repeated} twice, of ${before} that were sent and ${settled} settled`);
    const [replayFolder = ""] = readdirSync(join(folder, "state", "replay"));
    assert.deepEqual(readdirSync(join(folder, "state", "replay", replayFolder)).toSorted(), ["lock.db", "replay.json"]);
  });

  test("wants to know the integration when there are several", async () => {
    const { sink, file, replay } = await bench({ integrations: ["o365/contoso", "o365/fabrikam"] });
    const path = file("export.jsonl", record(1));
    const { code, stderr } = await replay(["--file", path]);
    assert.equal(code, 2);
    assert.match(stderr, /there are o365\/contoso, o365\/fabrikam; name it with --integration\n$/);
    assert.equal((await replay(["--file", path, "--integration", "o365/contoso"])).code, 0);
    assert.equal(sink.accepted()[0]?.resource["o365.integration"], "o365/contoso");
    const wrong = await replay(["--file", path, "--integration", "o365/fabrikam"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /as o365\/fabrikam: 1 of its 1 records/);
  });

  test("says what is wrong with a file that is none, or no export", async () => {
    const { file, replay, folder } = await bench();
    await assert.rejects(
      replay(["--file", join(folder, "absent.csv")]),
      /Cannot read ".*absent\.csv": .*ENOENT.*; check the path/,
    );
    const { code, stderr } = await replay(["--file", file("page.html", "<!doctype html>\n")]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /\nCannot read ".*page\.html": its first line is "<!doctype html>", which names no column AuditData; export all/,
    );
  });
});

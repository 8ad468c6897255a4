import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { stringify } from "yaml";
import { type DeadLetter, deadLetterLine } from "../../../collector/delivery/dead-letter.ts";
import { DeadLetterFiles } from "../../../collector/delivery/dead-letter-files.ts";
import { PartialSuccessError, PermanentError } from "../../../collector/errors.ts";
import { holdDirectory } from "../../../collector/replay/replay-directory.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import { cli, type CliOutcome } from "../../support/cli.ts";
import { makeRecords } from "../../support/log-records.ts";
import { type OtlpSink, type SinkAnswer, startOtlpSink } from "../../support/otlp-sink.ts";
import type { ReceivedRecord } from "../../support/otlp-record.ts";

const root = mkdtempSync(join(tmpdir(), "otel-o365-replay-letters-"));
const closers: (() => Promise<unknown>)[] = [];

const EXPORTER = "otlp_http/siem";
const NAME = "otlp_http%2Fsiem";
const OK: SinkAnswer = { kind: "ok" };
const BAD: SinkAnswer = { kind: "status", status: 400, message: "too old" };
const idOf = (record: ReceivedRecord): string => String(record.attributes["o365.id"]);

interface LetterOptions {
  readonly reason?: DeadLetter["reason"];
  readonly file?: string;
}

interface Bench {
  readonly storage: string;
  readonly sink: OtlpSink;
  /** Ids of the records that the backend has accepted, sorted. */
  readonly accepted: () => readonly string[];
  /** Writes records into a dead-letter file of the collector, one line for each record. */
  readonly letters: (prefix: string, count: number, options?: LetterOptions) => void;
  /** What is there below the storage directory, lock and positions left out. */
  readonly files: () => readonly string[];
  readonly replay: (...args: readonly string[]) => Promise<CliOutcome>;
  readonly replayUntil: (signals: EventEmitter, ...args: readonly string[]) => Promise<CliOutcome>;
}

let benches = 0;
async function bench(answer: (ids: readonly string[]) => SinkAnswer = () => OK): Promise<Bench> {
  const sink = await startOtlpSink({ answer: ({ records }) => answer(records.map(idOf)) });
  closers.push(() => sink.close());
  const folder = join(root, String((benches += 1)));
  const storage = join(folder, "state");
  mkdirSync(folder);
  const config = join(folder, "collector.yaml");
  writeFileSync(config, stringify(configuration(storage, sink.url)));
  const command = ["replay", "--config", config, "--dead-letters"];
  return {
    storage,
    sink,
    accepted: () => sink.accepted().map(idOf).toSorted(),
    letters(prefix, count, { reason = "refused", file = `${NAME}.jsonl` } = {}) {
      const path = join(storage, "dead-letters", file);
      mkdirSync(dirname(path), { recursive: true });
      for (const record of makeRecords(count, prefix)) {
        const error =
          reason === "refused"
            ? new PermanentError("Cannot export", { status: 400 })
            : new PartialSuccessError("Cannot export all", { rejectedCount: 1 });
        appendFileSync(
          path,
          `${Buffer.from(deadLetterLine({ reason, records: [record], error }, EXPORTER, 0)).toString()}\n`,
        );
      }
    },
    files: () =>
      readdirSync(storage, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/^lock\.db|^positions\.json$/.test(entry.name))
        .map((entry) => join(entry.parentPath.slice(storage.length + 1), entry.name.replace(/\d{17}-\d{6}/, "<claim>")))
        .toSorted(),
    replay: (...args) => cli([...command, ...args]),
    replayUntil: (signals, ...args) => cli([...command, ...args], { signals }),
  };
}

function configuration(storage: string, endpoint: string): unknown {
  const receiver = {
    tenant_id: "11111111-2222-4333-8444-555555555555",
    client_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    certificate_file: "absent.pem",
    private_key_file: "absent.pem",
  };
  return {
    receivers: { o365: receiver },
    processors: { xdr: {} },
    exporters: { [EXPORTER]: { endpoint }, "file/other": { path: join(storage, "..", "other.jsonl") } },
    storage: { directory: storage },
    service: {
      shutdown_timeout: "1s",
      pipelines: { logs: { receivers: ["o365"], processors: ["xdr"], exporters: [EXPORTER, "file/other"] } },
    },
  };
}

const ids = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`).toSorted();

suite("otel-o365 replay --dead-letters", () => {
  after(() => rmSync(root, { recursive: true }));
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  test("sends what was refused as it was, beside a running collector, and leaves nothing behind", async () => {
    const { storage, sink, accepted, letters, files, replay } = await bench();
    letters("old", 2, { file: `${NAME}.1.jsonl` });
    letters("new", 3);
    const collector = openStorage(storage);
    closers.push(() => Promise.resolve(collector.close()));
    const before = files();
    const { code, stdout } = await replay();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^Complete: 5 records sent again, all accepted\.\notlp_http\/siem: 5 records sent\.\n$/);
    assert.deepEqual(accepted(), [...ids("new", 3), ...ids("old", 2)]);
    assert.deepEqual(sink.accepted().slice(0, 2).map(idOf).toSorted(), ids("old", 2), "the oldest file comes first");
    const [record] = makeRecords(1, "new");
    const received = sink.accepted().find((one) => idOf(one) === "new-0");
    assert.deepEqual(received?.resource, record?.resource.attributes, "without the marks of a dead letter");
    assert.deepEqual(received?.attributes, record?.attributes, "untouched by processors");
    assert.deepEqual(
      files(),
      before.filter((name) => !name.startsWith("dead-letters")),
    );
  });

  test("says so when there is nothing to send", async () => {
    const { replay, storage } = await bench();
    assert.deepEqual(await replay(), { code: 0, stdout: "There are no dead letters to send.\n", stderr: "" });
    assert.equal(existsSync(storage), false);
    const { state, exit_code } = JSON.parse((await replay("--json")).stdout);
    assert.deepEqual([state, exit_code], ["nothing", 0]);
  });

  test("leaves batches that the backend took in part, says how many, and sends them when asked to", async () => {
    const { accepted, letters, files, replay } = await bench();
    letters("refused", 2);
    letters("partial", 3, { reason: "partial" });
    letters("refused-too", 1);
    const first = await replay();
    assert.equal(first.code, 0);
    assert.match(first.stdout, /3 records left, in batches .* --include-partial sends them\.\n$/);
    assert.deepEqual(accepted(), ["refused-0", "refused-1", "refused-too-0"]);
    assert.deepEqual(files(), [`replay/dead-letters/claimed/${NAME}.<claim>.jsonl`]);
    const again = JSON.parse((await replay("--json")).stdout);
    assert.deepEqual([again.records, again.exporters[0].partial_left], [0, 3], "nothing twice");
    assert.equal((await replay("--include-partial")).code, 0);
    assert.deepEqual(accepted(), [...ids("partial", 3), "refused-0", "refused-1", "refused-too-0"]);
    assert.deepEqual(files(), []);
  });

  test("keeps what is refused again in a file of its own, counts it, and sends that the next time", async () => {
    let isMended = false;
    const { accepted, letters, files, replay } = await bench((batch) =>
      !isMended && batch.some((id) => id.startsWith("bad")) ? BAD : OK,
    );
    letters("good", 3);
    letters("bad", 2);
    const first = await replay();
    assert.equal(first.code, 6);
    assert.match(first.stdout, /^Ended: 5 records sent again, 2 records of them refused once more\./);
    assert.deepEqual(accepted(), ids("good", 3));
    assert.deepEqual(files(), [`replay/dead-letters/dead-letters/${NAME}.jsonl`]);
    isMended = true;
    assert.equal((await replay()).code, 0);
    assert.deepEqual(accepted(), [...ids("bad", 2), ...ids("good", 3)]);
    assert.deepEqual(files(), []);
  });

  test("ends although the backend refuses every one of them", async () => {
    const { letters, files, replay } = await bench(() => BAD);
    letters("bad", 20);
    const { code, stdout } = await replay("--json");
    const { state, records, dead_lettered } = JSON.parse(stdout);
    assert.deepEqual([code, state, records, dead_lettered], [6, "incomplete", 20, 20]);
    assert.deepEqual(files(), [`replay/dead-letters/dead-letters/${NAME}.jsonl`]);
  });

  test("keeps lines aside that cannot be read, and lets go what a crash left of a line", async () => {
    const { storage, accepted, letters, files, replay } = await bench();
    letters("a", 1);
    appendFileSync(join(storage, "dead-letters", `${NAME}.jsonl`), '{"resourceLogs":[{"extra":1}]}\n');
    letters("b", 1);
    appendFileSync(join(storage, "dead-letters", `${NAME}.jsonl`), '{"resourceLo');
    const { code, stdout, stderr } = await replay();
    assert.equal(code, 6);
    assert.match(stdout, /Cannot send 1 dead letters of otlp_http\/siem: .*correct them in/s);
    assert.match(
      stderr,
      /"message":"Dead letter that cannot be read kept aside".*"ends_at_byte":\d+.*resourceLogs\[0\] must/,
    );
    assert.match(stderr, /"message":"Incomplete last line left out".*"bytes":12/);
    assert.deepEqual(accepted(), ["a-0", "b-0"]);
    assert.deepEqual(files(), [`replay/dead-letters/unreadable/${NAME}.jsonl`]);
    assert.equal(
      readFileSync(join(storage, "replay", "dead-letters", "unreadable", `${NAME}.jsonl`), "utf8"),
      '{"resourceLogs":[{"extra":1}]}\n',
    );
  });

  test("sends a last line without newline that is whole, as an editor leaves it", async () => {
    const { storage, accepted, letters, replay } = await bench();
    letters("a", 2);
    const path = join(storage, "dead-letters", `${NAME}.jsonl`);
    writeFileSync(path, readFileSync(path, "utf8").trimEnd());
    assert.equal((await replay()).code, 0);
    assert.deepEqual(accepted(), ["a-0", "a-1"]);
  });

  test("sends those of the named exporters alone, and names files of exporters that are gone", async () => {
    const { accepted, letters, files, replay } = await bench();
    letters("siem", 1);
    letters("other", 1, { file: "file%2Fother.jsonl" });
    letters("gone", 1, { file: "otlp_http%2Fgone.1.jsonl" });
    assert.equal((await replay("--exporter", EXPORTER)).code, 0);
    assert.deepEqual(accepted(), ["siem-0"]);
    const { code, stdout } = await replay();
    assert.equal(code, 6);
    assert.match(stdout, /Cannot send the dead letters in "otlp_http%2Fgone\.jsonl": the configuration names no such/);
    assert.deepEqual(files(), ["dead-letters/otlp_http%2Fgone.1.jsonl"]);
    const misspelt = await replay("--exporter", "otlp_http/sime");
    assert.equal(misspelt.code, 2);
    assert.match(misspelt.stderr, /no such exporter; did you mean "otlp_http\/siem"\?/);
  });

  test("sends many lines of one collector in few requests, with one resource each", async () => {
    const { sink, letters, replay } = await bench();
    letters("a", 250);
    assert.equal((await replay()).code, 0);
    assert.equal(sink.recordCount, 250);
    assert.equal(sink.requestCount, 3);
    const scopes = sink.requests.map(({ body }) => body.toString("latin1").split("otel-o365/receiver").length - 1);
    assert.deepEqual(scopes, [1, 1, 1]);
  });

  test("waits for a dead backend until it is stopped, and sends everything with the next run", async () => {
    let isDead = true;
    const { sink, accepted, letters, files, replay, replayUntil } = await bench(() =>
      isDead ? { kind: "status", status: 503 } : OK,
    );
    letters("a", 3);
    const signals = new EventEmitter();
    const waiting = replayUntil(signals, "--json");
    await sink.arrived(1);
    signals.emit("SIGTERM", "SIGTERM");
    const { code, stdout, stderr } = await waiting;
    assert.deepEqual([code, JSON.parse(stdout).state], [3, "interrupted"]);
    assert.match(stderr, /"component":"otlp_http\/siem","status":"recoverable_error"/);
    assert.deepEqual(files(), [`replay/dead-letters/claimed/${NAME}.<claim>.jsonl`]);
    isDead = false;
    assert.equal((await replay()).code, 0);
    assert.deepEqual(accepted(), ids("a", 3));
  });

  test("refuses to run twice at the same time, and names who is at it", async () => {
    const { storage, letters, replay } = await bench();
    letters("a", 1);
    const other = holdDirectory(join(storage, "replay", "dead-letters"), Date.now());
    closers.push(() => Promise.resolve(other.close()));
    await assert.rejects(replay(), {
      message: new RegExp(
        `Cannot begin the replay in .*: process ${process.pid} on host .* is at it since .*; wait for it`,
      ),
    });
  });

  test("loses nothing that a collector writes into the very files that are taken over", async () => {
    const { storage, accepted, replay } = await bench();
    const files = new DeadLetterFiles({ directory: storage, maxBytes: 1e9, maxFileBytes: 4000 }, EXPORTER, () => {});
    const error = new PermanentError("Cannot export", { status: 400 });
    const total = 100;
    let written = 0;
    const write = async (): Promise<void> => {
      for (; written < total; written += 1) {
        const records = makeRecords(1, `r${written}`);
        await files.append([deadLetterLine({ reason: "refused", records, error }, EXPORTER, 0)]);
      }
    };
    const writing = write();
    let runs = 0;
    const isWritten = (): boolean => written >= total;
    while (!isWritten()) {
      assert.equal((await replay()).code, 0);
      runs += 1;
      // With nothing to send, a run awaits nothing real: the writer gets its turn here.
      await nextTurn();
    }
    await writing;
    assert.equal((await replay()).code, 0);
    assert.deepEqual([...new Set(accepted())], Array.from({ length: total }, (_, i) => `r${i}-0`).toSorted());
    assert.ok(runs > 1, `${runs} runs while it was written`);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import type { Branch } from "../../../collector/component.ts";
import type { AuditLogRecord } from "../../../collector/record.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, PendingContent, Storage } from "../../../collector/storage/storage.ts";
import type { FetchedContent } from "../../../receiver/collection/fetched-content.ts";
import { Lane } from "../../../receiver/collection/lane.ts";
import { deliverToLane } from "../../../receiver/collection/lane-delivery.ts";
import { recordUid } from "../../../receiver/records/record-uid.ts";
import { makeRecord } from "../../support/log-records.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { testSettings, type TestSettings } from "../../support/test-settings.ts";
import { ownShare } from "../support/share.ts";

const NAME = "logs>test";
const DAY = 86_400_000;

function textOf(id: unknown): string {
  return typeof id === "string" ? id : "-";
}

/** A record with this id; `-` stands for one without. */
function record(id: string, operation = "Op"): AuditLogRecord {
  const uid = { "log.record.uid": recordUid(id, operation) };
  return makeRecord(id, { attributes: id.startsWith("-") ? uid : { ...uid, "o365.id": id } });
}

/** Chunks are separated by `|`, records by spaces. */
function recordsOf(text: string): AuditLogRecord[][] {
  return text.split("|").map((chunk) => chunk.split(" ").map((id) => record(id)));
}

interface Call {
  readonly ids: string;
  readonly accept: () => void;
  readonly refuse: () => void;
}

suite("deliverToLane()", () => {
  let folder: string;
  let storage: Storage;
  let ledger: Ledger;
  let lane: Lane;
  let clock: ManualClock;
  let settings: TestSettings;
  let delivery: AbortController;
  let calls: Call[];
  let got: string[];
  let repeated: number;
  let refused: number;
  /** Whether the branch waits to be told how each call ends. */
  let held: boolean;
  let blobs: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "otel-o365-lane-"));
    clock = new ManualClock();
    calls = [];
    got = [];
    repeated = 0;
    refused = 0;
    held = false;
    blobs = 0;
    open();
  });
  afterEach(() => {
    delivery.abort(new Error("end of test"));
    storage.close();
    rmSync(folder, { recursive: true });
  });

  /** As at the start of a process: nothing but the file is left. */
  function open(): void {
    storage = openStorage(folder);
    ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
    ledger.openBranches([NAME], 0);
    settings = testSettings({ clock });
    delivery = new AbortController();
    lane = new Lane(branch, ownShare(1_000_000));
  }

  async function restart(): Promise<void> {
    delivery.abort(new Error("killed"));
    await settle();
    storage.close();
    open();
  }

  const branch: Branch = {
    name: NAME,
    async consume(records, signal) {
      const ids = records.map(({ attributes }) => textOf(attributes["o365.id"]));
      if (held) {
        await new Promise<void>((resolve, reject) => {
          calls.push({ ids: ids.join(" "), accept: resolve, refuse: () => reject(new Error("the processor threw")) });
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      }
      got.push(...ids);
    },
  };

  function list(): PendingContent {
    const createdMs = clock.now() + blobs;
    const contentId = `blob-${blobs++}`;
    ledger.addListed("Audit.General", [{ contentId, uri: "https://x", createdMs, expiresMs: createdMs + 7 * DAY }], 0);
    const content = owed().find((blob) => blob.contentId === contentId);
    assert.ok(content);
    return content;
  }

  function owed(): readonly PendingContent[] {
    return ledger.pending([NAME], clock.now() + DAY, 100, new Set());
  }

  function deliver(content: PendingContent, chunks: readonly (readonly AuditLogRecord[])[], broken = false) {
    const fetched: FetchedContent = {
      bytes: 100,
      memoryBytes: 100,
      records: chunks.flat().length + (broken ? 1 : 0),
      chunk: (index) =>
        broken && index === chunks.length ? Promise.reject(new Error("read error")) : Promise.resolve(chunks[index]),
      dispose: () => Promise.resolve(),
    };
    const options = {
      ...settings,
      ledger,
      backoff: { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0 },
      maxRememberedRecords: 100_000,
      onAccepted: () => undefined,
      onRefused: (_name: string, records: number) => {
        refused += records;
      },
      onRepeated: (_name: string, records: number) => {
        repeated += records;
      },
    };
    return deliverToLane(options, content, fetched, lane, delivery.signal);
  }

  const send = (text: string): Promise<void> => deliver(list(), recordsOf(text));

  for (const restarts of [false, true]) {
    test(`leaves out what came in an earlier blob${restarts ? ", also after a restart" : ""}, and counts it`, async () => {
      await send("a b|c d");
      if (restarts) await restart();
      await send("c x|y a");
      assert.deepEqual(got, ["a", "b", "c", "d", "x", "y"]);
      assert.equal(repeated, 2);
      assert.equal(owed().length, 0, "both blobs are settled");
      const lines = settings.lines.filter(({ level }) => level === "debug");
      assert.equal(lines.length, 1, "one line for the blob");
      assert.equal(lines[0]?.fields["records"], 2);
    });
  }

  test("settles a blob of nothing but repeats without giving the branch anything", async () => {
    await send("a b");
    held = true;
    await send("b a");
    assert.equal(calls.length, 0);
    assert.equal(owed().length, 0);
  });

  test("delivers one of two equal records of a blob, within a chunk and across chunks", async () => {
    await send("a b a|c b");
    assert.deepEqual(got, ["a", "b", "c"]);
    assert.equal(repeated, 2);
  });

  test("tells operations with one id apart", async () => {
    await deliver(list(), [[record("a", "DlpRuleMatch")]]);
    await deliver(list(), [[record("a", "DlpRuleUndo")]]);
    assert.equal(got.length, 2);
    assert.equal(repeated, 0);
  });

  test("lets records without an id and records that did not arrive sound through every time", async () => {
    const damaged = (): AuditLogRecord => {
      const whole = record("a");
      return { ...whole, attributes: { ...whole.attributes, "o365.malformed": true } };
    };
    await deliver(list(), [[damaged(), record("-1"), record("-1")]]);
    await deliver(list(), [[record("a"), record("-1")]]);
    assert.equal(got.length, 5);
    await deliver(list(), [[damaged()]]);
    assert.equal(got.length, 6);
    assert.equal(repeated, 0);
  });

  test("delivers a record again after its 7 days", async () => {
    await send("a");
    await clock.advance(8 * DAY);
    ledger.prune(clock.now());
    await send("a");
    assert.deepEqual(got, ["a", "a"]);
  });

  test("delivers a record of two blobs in flight once, and settles the second only after the first has delivered it", async () => {
    held = true;
    const both = [send("a b"), send("b c")];
    await settle();
    assert.deepEqual(
      calls.map(({ ids }) => ids),
      ["a b", "c"],
    );
    calls[1]?.accept();
    await settle();
    assert.equal(owed().length, 2, "b is not acknowledged");
    calls[0]?.accept();
    await Promise.all(both);
    assert.equal(owed().length, 0);
    assert.deepEqual(got.toSorted(), ["a", "b", "c"]);
    assert.equal(repeated, 1);
  });

  test("does not let two blobs wait for each other that hold the same records in another order", async () => {
    held = true;
    const both = [send("a|b"), send("b|a")];
    for (let turn = 0; turn < 4; turn += 1) {
      await settle();
      for (const call of calls) call.accept();
    }
    await Promise.all(both);
    assert.deepEqual(got.toSorted(), ["a", "b"]);
    assert.equal(owed().length, 0);
  });

  test("delivers with the second blob what the first, which carried it, could not read on to deliver", async () => {
    held = true;
    const first = deliver(list(), recordsOf("a|b"), true);
    await settle();
    calls[0]?.accept();
    await settle();
    const second = send("b a c");
    await settle();
    assert.deepEqual(
      calls.map(({ ids }) => ids),
      ["a", "b", "c"],
    );
    calls[1]?.refuse();
    calls[2]?.accept();
    await clock.advance(1000);
    assert.equal(refused, 1, "what the branch gave back is counted");
    assert.equal(owed().length, 2);
    calls[3]?.accept();
    await assert.rejects(first, /read error/);
    await second;
    assert.deepEqual(got.toSorted(), ["a", "b", "c"]);
    assert.deepEqual(
      owed().map(({ contentId }) => contentId),
      ["blob-0"],
    );
    held = false;
    const [again] = owed();
    assert.ok(again);
    await deliver(again, recordsOf("a|b"));
    assert.deepEqual(got.toSorted(), ["a", "b", "c"], "nothing came again");
    assert.equal(owed().length, 0);
  });

  test("delivers what another blob had taken and gave up without delivering it", async () => {
    const other = lane.claims.claim([record("a")], (keys) => ledger.seen(NAME, keys));
    assert.equal(other.fresh.length, 1);
    const running = send("a b");
    await settle();
    assert.deepEqual(got, ["b"]);
    other.release();
    await running;
    assert.deepEqual(got, ["b", "a"]);
    assert.equal(repeated, 0);
    await send("a b");
    assert.equal(repeated, 2);
  });

  test("remembers nothing that was not acknowledged when it is stopped", async () => {
    held = true;
    const running = [send("a|b"), send("a c")];
    await settle();
    delivery.abort(new Error("stop"));
    await Promise.all(running);
    assert.equal(lane.claims.size, 0);
    await restart();
    held = false;
    for (const blob of owed()) await deliver(blob, recordsOf(blob.contentId === "blob-0" ? "a|b" : "a c"));
    assert.deepEqual(got, ["a", "b", "c"]);
  });

  test("repeats, and does not lose, what was acknowledged and not settled when the process died", async () => {
    const blob = list();
    ledger.settle = () => {
      delivery.abort(new Error("killed"));
      throw new Error("killed");
    };
    await deliver(blob, recordsOf("a|b"));
    await restart();
    assert.equal(owed().length, 1);
    await deliver(blob, recordsOf("a|b"));
    assert.deepEqual(got, ["a", "b", "b"], "the chunk before the last was stored");
    assert.equal(owed().length, 0);
  });

  test("holds no record any more once all is settled", async () => {
    await Promise.all([send("a b|c"), send("c d|a"), send("e")]);
    assert.equal(lane.claims.size, 0);
  });

  test("delivers every record exactly once, however the blobs overlap and in whatever order they are answered", async () => {
    const random = seededRandom(7);
    held = true;
    const running = Array.from({ length: 40 }, () => {
      const id = (): string => `r${Math.floor(random() * 60)}`;
      return send(Array.from({ length: 3 }, () => `${id()} ${id()} ${id()}`).join("|"));
    });
    for (let turn = 0; turn < 2000 && owed().length > 0; turn += 1) {
      await settle();
      const [call] = calls.splice(Math.floor(random() * calls.length), 1);
      if (random() < 0.3) call?.refuse();
      else call?.accept();
      if (calls.length === 0) await clock.advance(100);
    }
    assert.equal(owed().length, 0);
    await Promise.all(running);
    assert.equal(new Set(got).size, got.length);
    assert.equal(lane.claims.size, 0);
  });
});

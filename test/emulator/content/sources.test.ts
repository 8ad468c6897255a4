import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { Emulator } from "../../../emulator/emulator.ts";
import { startEmulator } from "../../../emulator/emulator.ts";
import type { ContentSource, EmulatorOptions } from "../../../emulator/options.ts";
import { ManualClock, record, START, TestTenant } from "../support/tenant.ts";

const DATA = join("emulator", "data", "audit-records.ndjson");
const HOUR = 3_600_000;

async function start(
  t: TestContext,
  content: readonly ContentSource[],
  options: EmulatorOptions = {},
): Promise<{ emulator: Emulator; clock: ManualClock }> {
  const clock = new ManualClock();
  const emulator = await startEmulator({ clock, content, ...options });
  t.after(() => emulator.close());
  return { emulator, clock };
}

suite("records source", () => {
  test("serves each shipped record once, with its values and times, over the past day", async (t) => {
    const { emulator } = await start(t, [{ kind: "records", files: [DATA] }]);
    const lines = readFileSync(DATA, "utf8").trim().split("\n");
    const served = emulator.served();
    assert.equal(served.length, 132);
    const values = (texts: readonly string[]): unknown[] =>
      texts.map((text) => JSON.stringify(JSON.parse(text))).toSorted();
    assert.deepEqual(values(served.map(({ text }) => text)), values(lines));
    for (const { availableAtMs } of served) assert.ok(availableAtMs >= START - 24 * HOUR && availableAtMs < START);
    assert.ok(new Set(served.map(({ availableAtMs }) => availableAtMs)).size > 10);
  });

  test("writes them in forms that re-serializing would lose", async (t) => {
    const { emulator } = await start(t, [{ kind: "records", files: [DATA] }]);
    const texts = emulator.served().map(({ text }) => text);
    const altered = texts.filter((text) => JSON.stringify(JSON.parse(text)) !== text);
    assert.ok(altered.length > 60, `${altered.length} of 132`);
    for (const form of [/\n/, /\\\//, /\\u[0-9a-f]{4}/, /: \d+\.0\b|:\d+\.0\b/]) {
      assert.ok(
        texts.some((text) => form.test(text)),
        String(form),
      );
    }
  });

  test("serves the same bytes for the same seed and others for another", async (t) => {
    const content: ContentSource[] = [{ kind: "records", files: [DATA] }];
    const [first, again, other] = await Promise.all([
      start(t, content, { seed: 5 }),
      start(t, content, { seed: 5 }),
      start(t, content, { seed: 6 }),
    ]);
    assert.deepEqual(again.emulator.served(), first.emulator.served());
    assert.notDeepEqual(other.emulator.served(), first.emulator.served());
  });

  test("puts a late share of the blobs off", async (t) => {
    const records = Array.from({ length: 200 }, () => JSON.stringify(record(6)));
    const { emulator, clock } = await start(t, [{ kind: "records", records, lateShare: 0.5, lateByMs: HOUR }]);
    const early = emulator.served().length;
    assert.ok(early > 20 && early < 180, String(early));
    clock.ms += HOUR;
    assert.equal(emulator.served().length, 200);
  });

  test("refuses a line that is no JSON object, naming file and line", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "emulator-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "records.ndjson");
    writeFileSync(file, '{"Id":"1"}\n\n[1]\n');
    await assert.rejects(
      startEmulator({ content: [{ kind: "records", files: [file] }] }),
      /line 3 of ".*records\.ndjson" is no JSON object/,
    );
  });
});

suite("traffic source", () => {
  test("makes rate records per second as the clock moves, with unique ids and recent times", async (t) => {
    const { emulator, clock } = await start(t, [{ kind: "traffic", rate: 20 }]);
    assert.equal(emulator.served().length, 0);
    clock.ms += 60_000;
    const served = emulator.served();
    assert.equal(served.length, 1200);
    assert.equal(new Set(served.map(({ id }) => id)).size, 1200);
    for (const { text, id, operation } of served) {
      const value = JSON.parse(text) as Record<string, unknown>;
      assert.equal(value["Id"], id);
      assert.equal(value["Operation"], operation);
      const ageMs = clock.ms - Date.parse(`${String(value["CreationTime"])}Z`);
      assert.ok(ageMs >= 0 && ageMs <= 121_000, String(ageMs));
    }
  });

  test("has all content types, integers beyond 2^53, repeated keys and documentation addresses only", async (t) => {
    const { emulator } = await start(t, [{ kind: "traffic", rate: 1, pastMs: HOUR }]);
    const served = emulator.served();
    assert.deepEqual([...new Set(served.map(({ contentType }) => contentType))].toSorted(), [
      "Audit.AzureActiveDirectory",
      "Audit.Exchange",
      "Audit.General",
      "Audit.SharePoint",
      "DLP.All",
    ]);
    assert.ok(served.some(({ text }) => /1\d{18}/.test(text)));
    assert.ok(served.some(({ text }) => (text.match(/"V(?:e|\\u0065)rsion"/g) ?? []).length === 2));
    for (const { text } of served) {
      for (const address of text.match(/"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g) ?? []) {
        assert.match(address, /^"(?:192\.0\.2|198\.51\.100|203\.0\.113)\./);
      }
    }
  });

  test("stops at its limit and gives other ids in another run", async (t) => {
    const source: ContentSource = { kind: "traffic", rate: 10, limit: 25 };
    const first = await start(t, [source]);
    first.clock.ms += HOUR;
    const late = new ManualClock();
    late.ms += 1000;
    const second = await start(t, [source], { clock: late });
    late.ms += HOUR;
    const ids = [first, second].flatMap(({ emulator }) => emulator.served().map(({ id }) => id));
    assert.equal(ids.length, 50);
    assert.equal(new Set(ids).size, 50);
  });
});

suite("bulk source", () => {
  test("serves the number of records asked for, in blobs of the size asked for", async () => {
    const tenant = await TestTenant.start({
      content: [{ kind: "bulk", records: 2050, recordsPerBlob: 100, contentTypes: ["Audit.Exchange"] }],
    });
    try {
      await tenant.startType("Audit.Exchange");
      const entries = await tenant.list("Audit.Exchange", START - 24 * HOUR, START);
      assert.equal(entries.length, 21);
      const ids = new Set<unknown>();
      for (const { contentUri } of entries) {
        for (const { Id, CreationTime } of (await tenant.call("GET", contentUri)).json as Record<string, string>[]) {
          ids.add(Id);
          assert.match(String(CreationTime), /^2026-07-(?:19|20)T/);
        }
      }
      assert.equal(ids.size, 2050);
      assert.deepEqual(new Set(tenant.emulator.served().map(({ id }) => id)), ids);
    } finally {
      await tenant.close();
    }
  });
});

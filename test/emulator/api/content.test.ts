import assert from "node:assert/strict";
import { afterEach, beforeEach, suite, test } from "node:test";
import { record, START, TENANT, TestTenant, type Entry } from "../support/tenant.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function ids(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.contentId).toSorted();
}

suite("content", () => {
  let tenant: TestTenant;

  beforeEach(async () => {
    tenant = await TestTenant.start({ rules: { pageSize: 3 } });
    await tenant.startType("Audit.SharePoint");
  });
  afterEach(() => tenant.close());

  async function recordIds(entry: Entry): Promise<string[]> {
    const { json } = await tenant.call("GET", entry.contentUri);
    return (json as { Id: string }[]).map(({ Id }) => Id);
  }

  test("entries have the members and times of the reference, and ids with literal dollar signs", async () => {
    tenant.emulator.addContent({ records: [record(6)], createdMs: START - HOUR });
    const [entry] = await tenant.list("Audit.SharePoint", START - 2 * HOUR, START);
    assert.equal(entry?.contentType, "Audit.SharePoint");
    assert.match(entry.contentId, /^\d{23}\$\d{23}\$audit_sharepoint\$Audit_SharePoint\$emea0036/);
    assert.equal(
      entry.contentUri,
      `${tenant.emulator.apiRoot}/api/v1.0/${TENANT}/activity/feed/audit/${entry.contentId}`,
    );
    assert.equal(entry.contentCreated, "2026-07-20T09:00:00.000Z");
    assert.equal(entry.contentExpiration, "2026-07-27T09:00:00.000Z");
  });

  test("reissue() serves the records of a blob again, with the same texts under another id", async () => {
    const { emulator } = tenant;
    const [first] = emulator.addContent({ records: [record(6), record(14)], createdMs: START - 2 * HOUR });
    assert.ok(first !== undefined);
    const late = { createdMs: START - HOUR, visibleFromMs: START + MINUTE };
    const again = emulator.reissue({ contentId: first.contentId, ...late });
    assert.notEqual(again.contentId, first.contentId);
    assert.deepEqual(emulator.recordsOf(again.contentId), first.records);
    assert.equal((await tenant.list("Audit.SharePoint", START - HOUR, START)).length, 0, "not there yet");
    tenant.clock.ms += MINUTE;
    const [entry] = await tenant.list("Audit.SharePoint", START - HOUR, START);
    assert.equal(entry?.contentId, again.contentId);
    assert.deepEqual(
      await recordIds(entry),
      first.records.map(({ id }) => id),
    );
    assert.throws(() => emulator.reissue({ contentId: "x" }), /has no blob of that id/);
    assert.deepEqual(emulator.recordsOf("x"), []);
  });

  test("windows are half-open", async () => {
    tenant.emulator.addContent({ records: [record(6)], createdMs: START - HOUR });
    assert.equal((await tenant.list("Audit.SharePoint", START - HOUR, START)).length, 1);
    assert.equal((await tenant.list("Audit.SharePoint", START - 2 * HOUR, START - HOUR)).length, 0);
  });

  test("the same window twice gives the same ids and the same bytes", async () => {
    for (let index = 1; index <= 8; index += 1) {
      const records = [record(6), record(14), record(36)];
      tenant.emulator.addContent({ records, createdMs: START - index * 7 * MINUTE, spanMs: 3 * MINUTE });
    }
    const first = await tenant.list("Audit.SharePoint", START - HOUR, START);
    const second = await tenant.list("Audit.SharePoint", START - HOUR, START);
    assert.deepEqual(second, first);
    for (const { contentUri } of first) {
      assert.equal((await tenant.call("GET", contentUri)).text, (await tenant.call("GET", contentUri)).text);
    }
  });

  test("a border inside a blob's time yields each part under an id of its own, with every record in one of them", async () => {
    const records = Array.from({ length: 10 }, () => record(6));
    const [whole] = tenant.emulator.addContent({ records, createdMs: START - HOUR, spanMs: 9 * MINUTE });
    const border = START - HOUR - 4 * MINUTE;
    const [before, ...none] = await tenant.list("Audit.SharePoint", START - 2 * HOUR, border);
    const [after] = await tenant.list("Audit.SharePoint", border, START);
    assert.ok(before !== undefined && after !== undefined && none.length === 0);
    assert.equal(new Set([before.contentId, after.contentId, whole?.contentId]).size, 3);
    const parts = [...(await recordIds(before)), ...(await recordIds(after))];
    assert.deepEqual(
      parts,
      records.map(({ Id }) => Id),
    );
    const { contentCreated } = (await tenant.list("Audit.SharePoint", START - 2 * HOUR, START))[0] ?? {};
    assert.equal(contentCreated, "2026-07-20T09:00:00.000Z");
    assert.ok(before.contentCreated < "2026-07-20T08:56:00.000Z");
  });

  test("a window that starts at a blob's contentCreated yields a part of it", async () => {
    const records = Array.from({ length: 4 }, () => record(6));
    tenant.emulator.addContent({ records, createdMs: START - HOUR, spanMs: 3 * MINUTE });
    const [part] = await tenant.list("Audit.SharePoint", START - HOUR, START);
    assert.ok(part !== undefined);
    assert.deepEqual(await recordIds(part), [records[3]?.["Id"]]);
  });

  test("a record has the same text in each blob that has it, and in served()", async () => {
    const records = Array.from({ length: 6 }, () => record(6, { Note: "a/b <ü>" }));
    tenant.emulator.addContent({ records, createdMs: START - HOUR, spanMs: 5 * MINUTE });
    const whole = await tenant.list("Audit.SharePoint", START - 2 * HOUR, START);
    const part = await tenant.list("Audit.SharePoint", START - HOUR - 2 * MINUTE, START);
    for (const { text, contentIds, contentType } of tenant.emulator.served()) {
      assert.equal(contentType, "Audit.SharePoint");
      for (const entry of [...whole, ...part].filter(({ contentId }) => contentIds.includes(contentId))) {
        assert.ok((await tenant.call("GET", entry.contentUri)).text.includes(text));
      }
    }
    const counts = tenant.emulator.served().map(({ contentIds }) => contentIds.length);
    assert.deepEqual(counts, [1, 1, 1, 2, 2, 2]);
  });

  test("pages hold pageSize entries and link with lower-cased names, seven decimals, raw dollars and no publisher", async () => {
    for (let index = 1; index <= 7; index += 1) {
      tenant.emulator.addContent({ records: [record(6)], createdMs: START - index * MINUTE });
    }
    const query = "startTime=2026-07-20T09:00:00&endTime=2026-07-20T10:00:00";
    const first = await tenant.call("GET", `subscriptions/content?contentType=Audit.SharePoint&${query}`);
    assert.equal((first.json as unknown[]).length, 3);
    const link = String(first.headers["nextpageuri"]);
    const base = `${tenant.emulator.apiRoot}/api/v1.0/${TENANT}/activity/feed/subscriptions/content`;
    const expected = `${base}?contenttype=Audit.SharePoint&starttime=2026-07-20T09:00:00.0000000Z&endtime=2026-07-20T10:00:00.0000000Z&nextpage=`;
    assert.equal(link.slice(0, expected.length), expected);
    assert.match(link.slice(expected.length), /^[^&]*\$[^&]*$/);
    const all = await tenant.list("Audit.SharePoint", START - HOUR, START);
    assert.equal(new Set(ids(all)).size, 7);
    const pages = tenant.emulator.requests.filter(({ operation }) => operation === "content");
    assert.equal(pages.length, 4);
  });

  test("a page token of another window is refused with AF20031", async () => {
    for (let index = 1; index <= 4; index += 1) {
      tenant.emulator.addContent({ records: [record(6)], createdMs: START - index * MINUTE });
    }
    const query =
      "subscriptions/content?contentType=Audit.SharePoint&startTime=2026-07-20T09:00&endTime=2026-07-20T10:00";
    const link = new URL(String((await tenant.call("GET", query)).headers["nextpageuri"]));
    const reply = await tenant.call(
      "GET",
      `${query.replace("09:00", "09:01")}&nextPage=${link.searchParams.get("nextpage") ?? ""}`,
    );
    assert.equal(reply.code, "AF20031");
  });

  test("content that appears while pages are read does not move them", async () => {
    for (let index = 1; index <= 6; index += 1) {
      tenant.emulator.addContent({ records: [record(6)], createdMs: START - index * MINUTE });
    }
    const query =
      "subscriptions/content?contentType=Audit.SharePoint&startTime=2026-07-20T09:00&endTime=2026-07-20T10:00";
    const first = await tenant.call("GET", query);
    for (let index = 1; index <= 6; index += 1) {
      tenant.emulator.addContent({ records: [record(6)], createdMs: START - index * MINUTE - 30_000 });
    }
    const second = await tenant.call("GET", String(first.headers["nextpageuri"]));
    const seen = [...(first.json as Entry[]), ...(second.json as Entry[])];
    assert.equal(new Set(ids(seen)).size, 6);
    assert.equal(second.headers["nextpageuri"], undefined);
    assert.equal((await tenant.list("Audit.SharePoint", START - HOUR, START)).length, 12);
  });

  test("a late blob appears in a window that was listed without it, and its life counts from then", async () => {
    tenant.emulator.addContent({ records: [record(6)], createdMs: START - 10 * MINUTE });
    const [late] = tenant.emulator.addContent({
      records: [record(6)],
      createdMs: START - 20 * MINUTE,
      visibleFromMs: START + 5 * MINUTE,
    });
    assert.equal((await tenant.list("Audit.SharePoint", START - HOUR, START)).length, 1);
    assert.equal((await tenant.call("GET", late?.contentUri ?? "")).code, "AF20050");
    assert.equal(tenant.emulator.served().length, 1);
    tenant.clock.ms += 5 * MINUTE;
    const entries = await tenant.list("Audit.SharePoint", START - HOUR, START);
    const entry = entries.find(({ contentId }) => contentId === late?.contentId);
    assert.equal(entry?.contentCreated, "2026-07-20T09:40:00.000Z");
    assert.equal(entry.contentExpiration, "2026-07-27T10:05:00.000Z");
  });

  test("blobs are not listed in the order of their times", async () => {
    for (let index = 1; index <= 12; index += 1) {
      tenant.emulator.addContent({ records: [record(6)], createdMs: START - index * MINUTE });
    }
    const created = (await tenant.list("Audit.SharePoint", START - HOUR, START)).map((entry) => entry.contentCreated);
    assert.notDeepEqual(created, created.toSorted());
  });

  test("a blob past its expiration is gone from lists and answers AF20051", async () => {
    const [blob] = tenant.emulator.addContent({ records: [record(6)], createdMs: START });
    tenant.clock.ms = START + 7 * DAY - 1;
    await tenant.signIn();
    assert.equal((await tenant.call("GET", blob?.contentUri ?? "")).status, 200);
    assert.equal((await tenant.list("Audit.SharePoint", START, START + DAY)).length, 1);
    tenant.clock.ms += 1;
    assert.equal((await tenant.call("GET", blob?.contentUri ?? "")).code, "AF20051");
    assert.equal((await tenant.list("Audit.SharePoint", START, START + DAY)).length, 0);
  });

  test("verbatim content is served as it is, valid or not", async () => {
    const records = ['{"Id":"a"}', "{broken", "null"];
    const [blob] = tenant.emulator.addContent({ records, contentType: "Audit.SharePoint", verbatim: true });
    const { text } = await tenant.call("GET", blob?.contentUri ?? "");
    for (const record of records) assert.ok(text.includes(record));
    assert.deepEqual(
      tenant.emulator.served().map((entry) => [entry.id, entry.text]),
      [
        ["a", '{"Id":"a"}'],
        [undefined, "{broken"],
        [undefined, "null"],
      ],
    );
  });

  test("answers gzip only to a client that accepts it", async () => {
    const [blob] = tenant.emulator.addContent({ records: Array.from({ length: 5 }, () => record(6)) });
    const plain = await tenant.call("GET", blob?.contentUri ?? "");
    assert.equal(plain.headers["content-encoding"], undefined);
    const zipped = await tenant.call("GET", blob?.contentUri ?? "", { headers: { "accept-encoding": "gzip" } });
    assert.equal(zipped.headers["content-encoding"], "gzip");
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { PendingContent } from "../../../collector/storage/storage.ts";
import { contentFetcher } from "../../../receiver/collection/fetch-content.ts";
import { config } from "../../../receiver/config.ts";
import { ContentError } from "../../../receiver/content/content-error.ts";
import { ApiError } from "../../../receiver/wire-errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-fetch-"));
const storage = openStorage(folder);

const o365 = config.parse({
  tenant_id: "3f2c1f4e-0000-4000-8000-000000000001",
  client_id: "3f2c1f4e-0000-4000-8000-000000000002",
  certificate_file: "certificate.pem",
  private_key_file: "key.pem",
});
const content: PendingContent = {
  key: 1,
  contentType: "Audit.General",
  contentId: "blob-1",
  uri: "https://manage.office.com/blob-1",
  createdMs: Date.UTC(2026, 6, 1),
  expiresMs: Date.UTC(2026, 6, 8),
  attempts: 0,
  bytes: undefined,
  branches: ["logs>debug"],
};
const signal = new AbortController().signal;

/** A fetcher whose downloads bring these bodies, one after the other; the last one again and again. */
function fetcher(...bodies: readonly string[]): ReturnType<typeof contentFetcher> {
  let next = 0;
  return contentFetcher({ ...settings, storage }, o365, {
    openContent: () => {
      const body = bodies[Math.min(next, bodies.length - 1)] ?? "";
      next += 1;
      return Promise.resolve({ stream: Readable.from([Buffer.from(body)]), contentLength: undefined });
    },
  });
}

const settings = testSettings({ id: "o365/contoso" });
const { lines } = settings;

suite("contentFetcher()", () => {
  after(() => {
    storage.close();
    rmSync(folder, { recursive: true });
  });

  test("makes log records of a blob, with what names blob and integration", async () => {
    const fetched = await fetcher('[{"Id":"a","Operation":"X","CreationTime":"2026-07-01T00:00:00"}]')(content, signal);
    const [record] = (await fetched.chunk(0)) ?? [];
    assert.equal(record?.body, '{"Id":"a","Operation":"X","CreationTime":"2026-07-01T00:00:00"}');
    assert.equal(record.attributes["o365.content_id"], "blob-1");
    assert.equal(record.attributes["o365.content_created"], "2026-07-01T00:00:00.000Z");
    assert.equal(record.resource.attributes["o365.integration"], "o365/contoso");
    assert.equal(await fetched.chunk(1), undefined);
    await fetched.dispose();
  });

  test("gives lanes that go in step the same records, and one that comes later equal ones", async () => {
    const records = Array.from({ length: 2500 }, (_, index) => `{"Id":"${index}","Operation":"X"}`);
    const fetched = await fetcher(`[${records.join(",")}]`)(content, signal);
    const [one, two] = await Promise.all([fetched.chunk(0), fetched.chunk(0)]);
    assert.equal(one, two);
    await fetched.chunk(1);
    const again = await fetched.chunk(0);
    assert.notEqual(again, one);
    assert.deepEqual(
      again?.map(({ body }) => body),
      one?.map(({ body }) => body),
    );
    await fetched.dispose();
  });

  test("gives every lane the same records of a blob that is one chunk, however late it comes", async () => {
    const fetched = await fetcher('[{"Id":"a","Operation":"X"},{"Id":"b","Operation":"X"}]')(content, signal);
    const one = await fetched.chunk(0);
    assert.equal(await fetched.chunk(1), undefined);
    const two = await fetched.chunk(0);
    assert.equal(two?.length, 2);
    assert.equal(two, one);
    await fetched.dispose();
  });

  test("spools a large blob and leaves no file behind", async () => {
    const record = `{"Id":"a","Text":"${"x".repeat(1000)}"}`;
    const fetched = await fetcher(`[${Array.from({ length: 5000 }, () => record).join(",")}]`)(content, signal);
    assert.equal(readdirSync(storage.spoolDirectory).length, 1);
    assert.ok(fetched.memoryBytes < fetched.bytes);
    let count = 0;
    for (let index = 0; ; index += 1) {
      const records = await fetched.chunk(index);
      if (records === undefined) break;
      count += records.length;
    }
    assert.equal(count, 5000);
    await fetched.dispose();
    assert.deepEqual(readdirSync(storage.spoolDirectory), []);
  });

  test("takes an error object for what it says", async () => {
    const fetch = fetcher('{"error":{"code":"AF20051","message":"expired"}}');
    await assert.rejects(fetch(content, signal), (error) => error instanceof ApiError && error.kind === "expired");
  });

  test("takes what can be read of a blob once it arrived broken ten times alike, and says so", async () => {
    lines.length = 0;
    const fetch = fetcher('[{"Id":"a","Operation":"X"},{"Id":"b","Operation":"cut');
    for (let attempt = 1; attempt <= 10; attempt += 1) await assert.rejects(fetch(content, signal), ContentError);
    const fetched = await fetch(content, signal);
    const records = (await fetched.chunk(0)) ?? [];
    const rest = (await fetched.chunk(1)) ?? [];
    const [good, bad] = [...records, ...rest];
    assert.equal(good?.eventName, "X");
    assert.equal(bad?.attributes["o365.malformed"], true);
    assert.equal(bad?.body, '{"Id":"b","Operation":"cut');
    assert.deepEqual(
      lines.map(({ level, fields }) => [level, fields["content_id"], fields["fault"]]),
      [["error", content.contentId, "unbalanced"]],
    );
    await fetched.dispose();
  });

  test("takes what came of a blob that is always cut, but only once it has expired: the rest may come until then", async () => {
    const clock = new ManualClock(content.expiresMs - 1);
    const { lines: said } = settings;
    said.length = 0;
    const body = '[{"Id":"a","Operation":"X"},{"Id":"b","Operation":"cut';
    const fetch = contentFetcher({ ...settings, storage, clock }, o365, {
      openContent: () =>
        Promise.resolve({ stream: Readable.from([Buffer.from(body)]), contentLength: Buffer.byteLength(body) * 2 }),
    });
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      await assert.rejects(
        fetch(content, signal),
        /Cannot read blob "blob-1": 54 of 108 announced bytes arrived; nothing/,
      );
    }
    await clock.advance(1);
    const fetched = await fetch(content, signal);
    assert.equal(fetched.records, 2);
    assert.deepEqual(
      said.map(({ level, fields }) => [level, fields["content_id"], fields["fault"]]),
      [["error", content.contentId, "cut"]],
    );
    await fetched.dispose();
  });

  test("does not wait for ever for a blob of which a byte comes now and then", async () => {
    const clock = new ManualClock();
    const stream = new Readable({ read: () => undefined });
    const fetch = contentFetcher({ ...settings, storage, clock }, o365, {
      openContent: () => Promise.resolve({ stream, contentLength: undefined }),
    });
    const outcome = assert.rejects(
      fetch(content, signal),
      /Cannot read blob "blob-1": the body broke off after 12 bytes \(12 bytes came in 60 s\)/,
    );
    for (let second = 0; second < 12; second += 1) {
      stream.push(" ");
      await clock.advance(5000);
    }
    await outcome;
    assert.equal(clock.sleeping, 0);
  });

  test("takes its time for a large blob that keeps coming", async () => {
    const clock = new ManualClock();
    const stream = new Readable({ read: () => undefined });
    const fetch = contentFetcher({ ...settings, storage, clock }, o365, {
      openContent: () => Promise.resolve({ stream, contentLength: undefined }),
    });
    const fetching = fetch(content, signal);
    stream.push("[");
    for (let minute = 0; minute < 10; minute += 1) {
      stream.push(" ".repeat(64 * 1024));
      await clock.advance(60_000);
    }
    stream.push("]");
    stream.push(null);
    const fetched = await fetching;
    assert.equal(fetched.bytes, 10 * 64 * 1024 + 2);
    await fetched.dispose();
    assert.equal(clock.sleeping, 0);
  });

  test("asks again for a blob that is broken differently every time", async () => {
    const fetch = fetcher('[{"a":1},', '[{"a":1},{', '[{"a":1},{"b"', '[{"a":1},{"b":', '[{"a":1},{"b":2}]');
    for (let attempt = 1; attempt <= 4; attempt += 1) await assert.rejects(fetch(content, signal), ContentError);
    const fetched = await fetch(content, signal);
    assert.equal(fetched.records, 2);
    await fetched.dispose();
  });

  for (const { name, createdMs, priority } of [
    { name: "in the last window that is listed on every poll", createdMs: Date.UTC(2026, 6, 1, 11), priority: "live" },
    { name: "before it", createdMs: Date.UTC(2026, 6, 1, 11) - 1, priority: "backfill" },
  ]) {
    test(`asks for a blob created ${name} as ${priority}`, async () => {
      const clock = new ManualClock(Date.UTC(2026, 6, 1, 12, 30));
      const asked: unknown[] = [];
      const fetch = contentFetcher({ ...settings, storage, clock }, o365, {
        openContent: (_uri, _signal, given) => {
          asked.push(given);
          return Promise.resolve({ stream: Readable.from([Buffer.from("[]")]), contentLength: undefined });
        },
      });
      await (await fetch({ ...content, createdMs }, signal)).dispose();
      assert.deepEqual(asked, [priority]);
    });
  }
});

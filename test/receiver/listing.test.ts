import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { Period } from "../../collector/storage/storage.ts";
import type { ContentPage } from "../../receiver/api-answers.ts";
import type { ApiClient } from "../../receiver/api-client.ts";
import { listWindow } from "../../receiver/listing.ts";
import { ApiError, classify } from "../../receiver/wire-errors.ts";
import { WINDOW_MS } from "../../receiver/windows.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { FakeLedger } from "./support/fake-ledger.ts";
import { makePair } from "./support/pairs.ts";
import { startTenant, type Tenant } from "./support/tenant.ts";

const never = new AbortController().signal;
const START = Date.UTC(2026, 6, 1, 10);
const WINDOW: Period = { fromMs: START, toMs: START + WINDOW_MS };
const TYPE = "Audit.Exchange";

function page(ids: readonly string[], nextPageUri?: string, malformed = 0, elsewhere = 0): ContentPage {
  return {
    entries: ids.map((contentId) => ({
      contentId,
      uri: `https://x/${contentId}`,
      createdMs: START,
      expiresMs: START + 1,
    })),
    malformed,
    elsewhere,
    nextPageUri,
  };
}

/** A client that gives these pages in turn; an error is thrown. */
function scripted(
  pages: readonly (ContentPage | Error)[],
): Pick<ApiClient, "listContentPage"> & { readonly asked: (Period | string)[] } {
  const asked: (Period | string)[] = [];
  return {
    asked,
    listContentPage: (_type, from) => {
      const next = pages[asked.length];
      asked.push(from);
      if (next === undefined) throw new Error("asked too often");
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  };
}

const lostToken = (): ApiError =>
  classify({ status: 400, headers: {}, body: '{"error":{"code":"AF20031"}}' }, "list", START);

suite("listWindow()", () => {
  let ledger: FakeLedger;
  let clock: ManualClock;

  beforeEach(() => {
    ledger = new FakeLedger();
    clock = new ManualClock(WINDOW.toMs + 60_000);
  });

  test("follows the pages to the last one, then counts the window as covered", async () => {
    const client = scripted([page(["a", "b"], "https://x/2"), page([], "https://x/3"), page(["c"])]);
    assert.equal(await listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never), 3);
    assert.deepEqual(client.asked, [WINDOW, "https://x/2", "https://x/3"]);
    assert.deepEqual(
      [...ledger.blobs.keys()],
      ["a", "b", "c"].map((id) => `${TYPE} ${id}`),
    );
    assert.deepEqual(ledger.covered, [{ contentType: TYPE, period: WINDOW, listedAtMs: clock.now() }]);
  });

  test("asks for every page with the window's priority", async () => {
    const { listContentPage } = scripted([page(["a"], "https://x/2"), page(["b"])]);
    const priorities: unknown[] = [];
    const client: Pick<ApiClient, "listContentPage"> = {
      listContentPage(type, from, signal, priority) {
        priorities.push(priority);
        return listContentPage(type, from, signal, priority);
      },
    };
    await listWindow({ client, ledger, clock, lateMs: 0, priority: "backfill" }, TYPE, WINDOW, never);
    assert.deepEqual(priorities, ["backfill", "backfill"]);
  });

  test("counts only blobs that were new", async () => {
    const list = () => listWindow({ client: scripted([page(["a"])]), ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);
    assert.deepEqual([await list(), await list()], [1, 0]);
  });

  test("covers only what can get no more blobs: what was listed too soon is listed again after a stop", async () => {
    clock = new ManualClock(WINDOW.toMs + 600_000);
    await listWindow({ client: scripted([page(["a"])]), ledger, clock, lateMs: 1_800_000 }, TYPE, WINDOW, never);
    assert.deepEqual(ledger.covered.at(-1)?.period, { fromMs: WINDOW.fromMs, toMs: WINDOW.toMs - 1_200_000 });
  });

  test("says of every page that it brought new blobs, before the next one is there, and also when that never comes", async () => {
    const asked: number[] = [];
    const client = scripted([
      page(["a"], "https://x/2"),
      page(["a"], "https://x/3"),
      page(["b"], "https://x/4"),
      new Error("no"),
    ]);
    const onListed = (): void => void asked.push(client.asked.length);
    await assert.rejects(listWindow({ client, ledger, clock, lateMs: 0, onListed }, TYPE, WINDOW, never), /no/);
    assert.deepEqual(asked, [1, 3]);
  });

  test("keeps the pages so far, and no coverage, when a later page fails", async () => {
    const failure = new RetryableError(ErrorCode.unavailable, "Cannot list: down; wait");
    const client = scripted([page(["a"], "https://x/2"), failure]);
    await assert.rejects(listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never), failure);
    assert.deepEqual([...ledger.blobs.keys()], [`${TYPE} a`]);
    assert.deepEqual(ledger.covered, []);
  });

  test("asks for the whole window but covers only up to now when the window goes on", async () => {
    clock = new ManualClock(START + 600_000);
    const client = scripted([page([])]);
    await listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);
    assert.deepEqual(client.asked, [WINDOW]);
    assert.deepEqual(
      ledger.covered.map(({ period }) => period),
      [{ fromMs: START, toMs: START + 600_000 }],
    );
  });

  test("covers up to the time of its first page, not of its last", async () => {
    clock = new ManualClock(START + 600_000);
    const pages = scripted([page(["a"], "https://x/2"), page(["b"])]);
    const client: Pick<ApiClient, "listContentPage"> = {
      listContentPage: async (...args) => {
        await clock.advance(1000);
        return pages.listContentPage(...args);
      },
    };
    await listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);
    assert.equal(ledger.covered[0]?.period.toMs, START + 600_000);
  });

  test("covers nothing of a window that has not begun", async () => {
    clock = new ManualClock(START - 1000);
    await listWindow({ client: scripted([page([])]), ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);
    assert.deepEqual(ledger.covered, []);
  });

  test("cuts a window at the reach of the service, and asks for none beyond", async () => {
    clock = new ManualClock(START + 7 * 86_400_000);
    const client = scripted([page([])]);
    await listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);
    const reached = { fromMs: START + 300_000, toMs: WINDOW.toMs };
    assert.deepEqual([client.asked, ledger.covered.map(({ period }) => period)], [[reached], [reached]]);
    clock = new ManualClock(START + 8 * 86_400_000);
    assert.equal(await listWindow({ client: scripted([]), ledger, clock, lateMs: 0 }, TYPE, WINDOW, never), 0);
    assert.equal(ledger.covered.length, 1);
  });

  test("begins the window again when its page token is lost, a few times", async () => {
    const client = scripted([page(["a"], "https://x/2"), lostToken(), page(["a"], "https://x/3"), page(["b"])]);
    assert.equal(await listWindow({ client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never), 2);
    assert.deepEqual(client.asked, [WINDOW, "https://x/2", WINDOW, "https://x/3"]);
    assert.equal(ledger.covered.length, 1);
    await assert.rejects(
      listWindow(
        { client: scripted([lostToken(), lostToken(), lostToken()]), ledger, clock, lateMs: 0 },
        TYPE,
        WINDOW,
        never,
      ),
      (error) => error instanceof ApiError && error.kind === "bad_page_token",
    );
  });

  const incomplete = [
    {
      name: "the same page comes twice",
      pages: [page(["a"], "https://x/2"), page(["b"], "https://x/2")],
      message: /the same next page twice/,
      blobs: 2,
    },
    {
      name: "the pages go in a circle",
      pages: [page([], "https://x/2"), page([], "https://x/3"), page([], "https://x/2")],
      message: /the same next page twice/,
      blobs: 0,
    },
    {
      name: "entries cannot be read",
      pages: [page(["a"], "https://x/2", 2), page(["b"])],
      message: /2 entries have no id, address or time/,
      blobs: 2,
    },
    {
      name: "content is said to be on another server",
      pages: [page(["a"], "https://x/2"), page(["b"], undefined, 0, 3)],
      message: /3 entries have their content on another server.*check cloud and endpoints::api/,
      blobs: 2,
    },
    {
      name: "the pages never end",
      pages: Array.from({ length: 2001 }, (_, index) => page([`${index}`], `https://x/${index}`)),
      message: /more than 2000 pages/,
      blobs: 2000,
    },
  ];
  for (const { name, pages, message, blobs } of incomplete) {
    test(`keeps what it has but does not count the window as covered when ${name}`, async () => {
      await assert.rejects(
        listWindow({ client: scripted(pages), ledger, clock, lateMs: 0 }, TYPE, WINDOW, never),
        (error) => {
          assert.ok(error instanceof RetryableError);
          assert.equal(error.code, ErrorCode.protocol);
          assert.match(
            error.message,
            /^Cannot list content "Audit\.Exchange" from 2026-07-01T10:00:00 completely: .*; nothing, the window/,
          );
          assert.match(error.message, message);
          return true;
        },
      );
      assert.deepEqual([ledger.blobs.size, ledger.covered.length], [blobs, 0]);
    });
  }
});

suite("listWindow() with the service", () => {
  let tenant: Tenant;
  let ledger: FakeLedger;
  const clock = new ManualClock(WINDOW.toMs + 60_000);

  before(async () => {
    const pair = await makePair();
    tenant = await startTenant(pair, { clock, assertionClock: { now: Date.now }, rules: { pageSize: 2 } }, { clock });
    await tenant.client.startSubscription(TYPE, never);
    for (let index = 0; index < 5; index += 1) {
      tenant.emulator.addContent({
        contentType: TYPE,
        records: [{ Id: `${index}`, Operation: "Test", RecordType: 1 }],
        createdMs: START + index * 60_000,
      });
    }
  });
  after(() => tenant.close());
  beforeEach(() => {
    ledger = new FakeLedger();
    tenant.emulator.faults.clear();
  });

  const list = () => listWindow({ client: tenant.client, ledger, clock, lateMs: 0 }, TYPE, WINDOW, never);

  test("finds every blob over several pages, each request with the publisher", async () => {
    assert.equal(await list(), 5);
    const pages = tenant.emulator.requests.filter(({ operation }) => operation === "content");
    assert.equal(pages.length, 3);
    for (const { query } of pages) assert.equal(query["publisheridentifier"], tenant.config.publisherId);
    assert.deepEqual(
      ledger.covered.map(({ period }) => period),
      [WINDOW],
    );
  });

  test("lists a window whose end lies ahead", async () => {
    const ahead = { fromMs: WINDOW.toMs, toMs: WINDOW.toMs + WINDOW_MS };
    assert.equal(await listWindow({ client: tenant.client, ledger, clock, lateMs: 0 }, TYPE, ahead, never), 0);
    assert.deepEqual(
      ledger.covered.map(({ period }) => period),
      [{ fromMs: WINDOW.toMs, toMs: clock.now() }],
    );
  });

  test("stops at a page that repeats", async () => {
    tenant.emulator.faults.add({ match: { operation: "content" }, action: { kind: "repeat_page" }, times: "always" });
    await assert.rejects(list(), /the same next page twice/);
    assert.equal(ledger.covered.length, 0);
  });

  test("sends nothing to the server that a next page names", async () => {
    tenant.emulator.faults.add({
      match: { operation: "content" },
      action: { kind: "foreign_next_page", origin: "https://127.0.0.1:1" },
    });
    await assert.rejects(list(), /tokens for .* must not go there/);
    assert.equal(ledger.covered.length, 0);
  });

  for (const kind of ["cut", "reset", "html", "bad_gzip", "empty"] as const) {
    test(`leaves the window uncovered when the last page has the fault ${kind}`, async () => {
      tenant.emulator.faults.add({ match: { operation: "content" }, action: { kind }, nth: 3 });
      await assert.rejects(list(), RetryableError);
      assert.deepEqual([ledger.blobs.size, ledger.covered.length], [4, 0]);
      assert.equal(await list(), 1);
    });
  }
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FaultAction } from "../../emulator/faults/fault.ts";
import { idsOf, SECOND, sharedTrial, type Trial } from "../support/trial.ts";

interface Case {
  readonly name: string;
  readonly action: FaultAction;
  /** What the operator is told, after "Cannot …". */
  readonly said: RegExp;
  /** More than one line may be said, each of these: an empty list and one of blobs do not look alike afterwards, and both may be meant. */
  readonly isTwofold?: boolean;
}

const AF50000: FaultAction = {
  kind: "respond",
  status: 500,
  body: { error: { code: "AF50000", message: "An internal error occurred. Retry the request." } },
};

/** Answers that no client should meet. None of them is a lost record. */
const ANYWHERE: readonly Case[] = [
  {
    name: "a run of 500",
    action: { kind: "respond", status: 500, body: "" },
    said: /answered with status 500; nothing/,
  },
  { name: "a run of AF50000", action: AF50000, said: /answered AF50000 .*; nothing to do: it is tried again/ },
  {
    name: "a run of 408",
    action: { kind: "respond", status: 408, body: "" },
    said: /answered with status 408; nothing/,
  },
  {
    name: "a page of a gateway with 502",
    action: { kind: "html", status: 502 },
    said: /answered with status 502, text\/html; nothing/,
  },
  {
    name: "a redirect",
    action: { kind: "respond", status: 302, headers: { location: "https://login.example/" } },
    said: /a redirect to "login.example"; /,
  },
  {
    name: "a sign-in page with 200",
    action: { kind: "html" },
    said: /JSON was expected, .*text\/html.* came; nothing/,
  },
  {
    name: "an error object with 200",
    action: { kind: "error_object", code: "AF50000" },
    said: /answered AF50000 \(.*status 200/,
  },
  { name: "a damaged gzip", action: { kind: "bad_gzip" }, said: /(?:was cut|broke off) .*Z_|unexpected end of file/ },
  { name: "a reset connection", action: { kind: "reset" }, said: /the connection was cut \(.*ECONNRESET\); nothing/ },
  {
    name: "a connection that closes without a byte",
    action: { kind: "empty" },
    said: /the connection was cut \(.*other side closed\); nothing/,
  },
];

const LISTS: readonly Case[] = [
  ...ANYWHERE,
  { name: "a cut list", action: { kind: "cut" }, said: /the connection was cut .*; nothing/ },
  {
    name: "a list that is longer than it says",
    action: { kind: "wrong_length", by: -1 },
    said: /JSON was expected, 1 characters of application\/json came|the answer was cut/,
    isTwofold: true,
  },
  {
    name: "a list that is shorter than it says",
    action: { kind: "wrong_length", by: 10 },
    said: /the connection was cut/,
  },
  {
    name: "a page that leads to another server",
    action: { kind: "foreign_next_page", origin: "https://127.0.0.1:9" },
    said: /the service named an address on "https:\/\/127\.0\.0\.1:9", and tokens for .* must not go there; check cloud/,
  },
  {
    name: "a page that repeats itself",
    action: { kind: "repeat_page" },
    said: /the service gave the same next page twice; nothing/,
  },
];

const BLOBS: readonly Case[] = [
  ...ANYWHERE,
  {
    name: "half a body",
    action: { kind: "cut" },
    said: /Cannot read blob .*: the body broke off after \d+ bytes \(UND_ERR_SOCKET: other side closed\); nothing/,
  },
  {
    name: "a body that is longer than it says",
    action: { kind: "wrong_length", by: -10 },
    said: /the body ends after \d+ bytes inside the array/,
  },
  {
    name: "a body that is shorter than it says",
    action: { kind: "wrong_length", by: 10 },
    said: /the body broke off after \d+ bytes/,
  },
  {
    name: "a 404 of the web server",
    action: {
      kind: "respond",
      status: 404,
      body: { Message: "No HTTP resource was found that matches the request URI" },
    },
    said: /answered with status 404, "No HTTP resource was found/,
  },
  {
    name: "a page of a proxy with 403",
    action: { kind: "html", status: 403 },
    said: /answered with status 403, text\/html; check cloud, endpoints and the proxy/,
  },
  {
    name: "AF20050 right after the listing",
    action: { kind: "gone" },
    said: /answered AF20050 .*; nothing to do: it is asked for again/,
  },
];

/** Everything arrived once, the ledger knows it, and nothing is wrong any more. */
function assertWhole(trial: Trial): void {
  const { added } = trial;
  assert.deepEqual(trial.ids(), idsOf(added));
  assert.deepEqual(trial.blobs(), { delivered: added.length, pending: 0, expired: 0, gone: 0 });
}

suite("A list is read in the end, and one line says what was the matter, in spite of", () => {
  const next = sharedTrial({ receiver: { poll_interval: "5s" } });
  for (const { name, action, said, isTwofold = false } of LISTS) {
    test(name, async () => {
      const trial = next();
      trial.source.emulator.faults.add({ match: { operation: "content" }, action, times: 3 });
      trial.add(3);
      await trial.delivered();
      await trial.until(() => trial.recoveries() > 0);
      assertWhole(trial);
      const [complaint, ...more] = trial.complaints();
      assert.match(String(complaint), /^warn Audit\.General: Cannot list content "Audit\.General"/);
      assert.match(String(complaint), said);
      assert.deepEqual(isTwofold ? more.filter((line) => !said.test(line)) : more, []);
      assert.equal(trial.recoveries(), 1);
    });
  }
});

suite("A blob comes in the end, the others at once, and one line names it, in spite of", () => {
  const next = sharedTrial({ receiver: { poll_interval: "5s" } });
  for (const { name, action, said } of BLOBS) {
    test(name, async () => {
      const trial = next();
      const [bad] = trial.add(4);
      const contentId = bad?.contentId ?? "";
      trial.source.emulator.faults.add({ match: { operation: "blob", contentId }, action, times: 3 });
      await trial.until(() => trial.ids().length === trial.added.length - 1);
      assert.ok(!trial.ids().includes(bad?.id ?? ""));
      await trial.delivered();
      await trial.until(() => trial.recoveries() > 0);
      assertWhole(trial);
      const [complaint, ...more] = trial.complaints();
      assert.match(String(complaint), /^warn content: Cannot (?:fetch|read) blob "/);
      assert.ok(complaint?.includes(contentId), complaint);
      assert.match(String(complaint), said);
      assert.deepEqual(more, []);
      assert.equal(trial.recoveries(), 1);
    });
  }

  test("a single failure, of which nobody is told, because the next attempt makes it good", async () => {
    const trial = next();
    for (const action of [{ kind: "cut" }, { kind: "reset" }, AF50000] as const) {
      trial.source.emulator.faults.add({ match: { operation: "blob" }, action });
    }
    trial.add(4);
    await trial.delivered();
    await trial.pass(10 * SECOND);
    assertWhole(trial);
    assert.deepEqual(trial.complaints(), []);
    assert.equal(trial.recoveries(), 0);
  });
});

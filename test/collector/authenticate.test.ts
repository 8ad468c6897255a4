import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { authenticated } from "../../collector/authenticate.ts";
import type { ClientAuthenticator } from "../../collector/component.ts";

const never = new AbortController().signal;

/** Gives a1, a2 … and says of each refused one whether there is a better one. */
function numbered(better: boolean): ClientAuthenticator & { readonly refusals: string[] } {
  let given = 0;
  const refusals: string[] = [];
  return {
    refusals,
    headers: async () => ({ authorization: `a${(given += 1)}` }),
    refused: ({ authorization }) => {
      refusals.push(authorization ?? "");
      return better;
    },
  };
}

/** The status that each attempt gets, in turn. */
function server(...statuses: readonly number[]): { attempt: Attempt; readonly sent: (string | undefined)[] } {
  const sent: (string | undefined)[] = [];
  const attempt: Attempt = async ({ authorization }) =>
    statuses[sent.push(authorization) - 1] ?? assert.fail("once more");
  return { attempt, sent };
}
type Attempt = (headers: Readonly<Record<string, string>>) => Promise<number>;
const isRefused = (status: number): boolean => status === 401;

suite("authenticated()", () => {
  test("makes one attempt when it is let in, and with nobody to sign it in", async () => {
    const { attempt, sent } = server(200, 401);
    const authenticator = numbered(true);
    assert.equal(await authenticated(authenticator, never, attempt, isRefused), 200);
    assert.equal(await authenticated(undefined, never, attempt, isRefused), 401);
    assert.deepEqual(sent, ["a1", undefined]);
    assert.deepEqual(authenticator.refusals, []);
  });

  test("makes one more with fresh headers, and no third", async () => {
    const { attempt, sent } = server(401, 401);
    const authenticator = numbered(true);
    assert.equal(await authenticated(authenticator, never, attempt, isRefused), 401);
    assert.deepEqual(sent, ["a1", "a2"]);
    assert.deepEqual(authenticator.refusals, ["a1"]);
  });

  test("makes no other when there is nothing better", async () => {
    const { attempt, sent } = server(401);
    assert.equal(await authenticated(numbered(false), never, attempt, isRefused), 401);
    assert.deepEqual(sent, ["a1"]);
  });
});

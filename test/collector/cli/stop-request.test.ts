import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { suite, test } from "node:test";
import { StopRequest } from "../../../collector/cli/stop-request.ts";

interface Setup {
  readonly request: StopRequest;
  /** Sends a signal at a time, in milliseconds. */
  readonly send: (signal: NodeJS.Signals, atMs: number) => void;
  readonly listeners: () => number;
  /** Which of the two promises have resolved. */
  readonly seen: () => Promise<readonly string[]>;
}

function setUp(): Setup {
  const source = new EventEmitter();
  let nowMs = 0;
  const request = new StopRequest(source, () => nowMs);
  const seen: string[] = [];
  void request.stop.then((signal) => seen.push(`stop ${signal}`));
  void request.force.then((signal) => seen.push(`force ${signal}`));
  return {
    request,
    send: (signal, atMs) => {
      nowMs = atMs;
      source.emit(signal, signal);
    },
    listeners: () => source.listenerCount("SIGINT") + source.listenerCount("SIGTERM"),
    seen: async () => {
      await Promise.resolve();
      return seen;
    },
  };
}

suite("StopRequest", () => {
  test("stop resolves with the first signal, force with the second", async () => {
    const { send, seen } = setUp();
    send("SIGTERM", 1000);
    assert.deepEqual(await seen(), ["stop SIGTERM"]);
    send("SIGINT", 2000);
    assert.deepEqual(await seen(), ["stop SIGTERM", "force SIGINT"]);
  });

  test("takes what comes within 300 ms for the same request", async () => {
    const { send, seen } = setUp();
    send("SIGINT", 0);
    send("SIGINT", 5);
    send("SIGTERM", 299);
    assert.deepEqual(await seen(), ["stop SIGINT"]);
    send("SIGINT", 300);
    assert.deepEqual(await seen(), ["stop SIGINT", "force SIGINT"]);
  });

  test("listens until it is disposed of", () => {
    const { request, listeners } = setUp();
    assert.equal(listeners(), 2);
    request[Symbol.dispose]();
    assert.equal(listeners(), 0);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Branch, Component } from "../../collector/component.ts";
import { ErrorCode, PermanentError, RetryableError } from "../../collector/errors.ts";
import { eventually } from "../support/eventually.ts";
import { newSeed, seededRandom } from "../support/seeded-random.ts";
import { checkLifecycle } from "./lifecycle-contract.ts";

/** A source that holds a fixed set of records, with the state that receivers of it keep. */
export interface ReceiverHarness {
  /** Makes a receiver over the same state as the ones before it, all of which were shut down. Not started. */
  readonly create: (branches: readonly Branch[]) => Component;
  /** `log.record.uid` of every record that the source holds; several. */
  readonly held: ReadonlySet<string>;
  readonly tearDown: () => Promise<void>;
}

/** How a branch takes one call. */
type Mood = "accept" | "fail_for_now" | "fail_for_good" | "stall";

const never = new AbortController().signal;
let witnesses = 0;
const EXPIRED = AbortSignal.abort(new Error("no time left"));

/** A branch whose moods the test sets. It never takes back what it has accepted. */
class MoodyBranch implements Branch {
  readonly name: string;
  /** Called for each call. */
  mood: () => Mood;
  /** By `log.record.uid`: how often it was accepted. */
  readonly accepted = new Map<string, number>();
  calls = 0;
  /** Calls that are not settled. */
  open = 0;

  constructor(name: string, mood: Mood | (() => Mood)) {
    this.name = name;
    this.mood = typeof mood === "string" ? () => mood : mood;
  }

  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    this.calls += 1;
    this.open += 1;
    try {
      await this.#take(this.mood(), signal);
      for (const record of records) {
        const uid = uidOf(record);
        this.accepted.set(uid, (this.accepted.get(uid) ?? 0) + 1);
      }
    } finally {
      this.open -= 1;
    }
  }

  /** As an exporter after a while: on a later turn of the event loop. */
  async #take(mood: Mood, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (mood === "fail_for_now") throw new RetryableError(ErrorCode.unavailable, "Cannot accept: busy; wait");
    if (mood === "fail_for_good") throw new PermanentError("Cannot accept: refused; look at the records");
    if (mood !== "stall") return;
    await new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  has(uids: ReadonlySet<string>): boolean {
    return this.missing(uids).length === 0;
  }

  missing(uids: ReadonlySet<string>): readonly string[] {
    return [...uids].filter((uid) => !this.accepted.has(uid));
  }
}

function uidOf(record: ReadableLogRecord): string {
  return String(record.attributes["log.record.uid"]);
}

/** Runs a receiver over the branches until `done`, then stops it with `deadline`. */
async function runUntil(
  harness: ReceiverHarness,
  branches: readonly MoodyBranch[],
  done: () => boolean,
  deadline: AbortSignal = never,
): Promise<void> {
  const receiver = harness.create(branches);
  await receiver.start();
  try {
    await eventually(done, () =>
      JSON.stringify(branches.map(({ name, calls, accepted }) => [name, calls, accepted.size])),
    );
  } finally {
    await receiver.shutdown(deadline);
  }
}

/**
 * What every receiver owes: each record reaches each branch until that branch has acknowledged it, whatever the other
 * branches do and however often the receiver is stopped; what is acknowledged does not come again.
 */
export function checkReceiverContract(name: string, setUp: () => Promise<ReceiverHarness>): void {
  const withHarness = async (body: (harness: ReceiverHarness) => Promise<void>): Promise<void> => {
    const harness = await setUp();
    try {
      await body(harness);
    } finally {
      await harness.tearDown();
    }
  };

  suite(`receiver contract: ${name}`, () => {
    checkLifecycle(async () => {
      const harness = await setUp();
      return { component: harness.create([new MoodyBranch("logs>a", "accept")]), tearDown: () => harness.tearDown() };
    });
    checkOutcomes(withHarness);
    checkStops(withHarness);
  });
}

type WithHarness = (body: (harness: ReceiverHarness) => Promise<void>) => Promise<void>;

function checkOutcomes(withHarness: WithHarness): void {
  test("delivers everything once to each branch, and nothing again after a restart", () =>
    withHarness(async (harness) => {
      const branches = [new MoodyBranch("logs>a", "accept"), new MoodyBranch("logs>b", "accept")];
      await runUntil(harness, branches, () => branches.every((branch) => branch.has(harness.held)));
      await assertNothingOwed(harness, branches);
      for (const { accepted } of branches)
        assert.deepEqual(
          [...accepted.values()].filter((times) => times > 1),
          [],
        );
    }));

  for (const mood of ["fail_for_now", "fail_for_good"] as const) {
    test(`offers again what a branch refused (${mood}), beside a branch that accepts`, () =>
      withHarness(async (harness) => {
        const sick = new MoodyBranch("logs>sick", mood);
        const well = new MoodyBranch("logs>well", "accept");
        let until = Number.POSITIVE_INFINITY;
        const isOver = (): boolean => {
          // Some more refusals: by then the other branch's acknowledgements are written down.
          if (until === Number.POSITIVE_INFINITY && well.has(harness.held)) until = sick.calls + 10;
          return sick.calls >= until;
        };
        await runUntil(harness, [sick, well], isOver, EXPIRED);
        assert.equal(sick.accepted.size, 0);
        sick.mood = () => "accept";
        await runUntil(harness, [sick, well], () => sick.has(harness.held));
        assert.deepEqual(
          [...well.accepted.values()].filter((times) => times > 1),
          [],
          "only the sick branch is owed",
        );
        await assertNothingOwed(harness, [sick, well]);
      }));
  }

  test("loses nothing over a random mix of outcomes and stops", (context) =>
    withHarness(async (harness) => {
      const seed = newSeed();
      context.diagnostic(`seed ${seed}`);
      const random = seededRandom(seed);
      const mix = (): Mood =>
        (["accept", "fail_for_now", "fail_for_good"] as const)[Math.floor(random() * 3)] ?? "accept";
      const branches = [new MoodyBranch("logs>a", mix), new MoodyBranch("logs>b", mix)];
      for (let life = 0; life < 4; life += 1) {
        const until = sumOfCalls(branches) + 1 + Math.floor(random() * 6);
        const isOver = (): boolean => sumOfCalls(branches) >= until || branches.every((one) => one.has(harness.held));
        await runUntil(harness, branches, isOver, random() < 0.5 ? EXPIRED : never);
      }
      await runUntil(harness, branches, () => branches.every((branch) => branch.has(harness.held)));
      for (const branch of branches) branch.mood = () => "accept";
      // What a branch accepted after the receiver had given up on it is owed once more.
      await offerAll(harness, branches);
      await assertNothingOwed(harness, branches);
    }));
}

function checkStops(withHarness: WithHarness): void {
  test("shutdown() waits for a branch that is about to accept, and the receiver does not offer that again", () =>
    withHarness(async (harness) => {
      const { promise: go, resolve: release } = Promise.withResolvers<void>();
      const branch = new MoodyBranch("logs>a", "accept");
      const held: Branch = {
        name: branch.name,
        consume: async (records, signal) => {
          branch.open += 1;
          await go;
          branch.open -= 1;
          await branch.consume(records, signal);
        },
      };
      const receiver = harness.create([held]);
      await receiver.start();
      await eventually(
        () => branch.open > 0,
        () => "nothing was offered",
      );
      const stopping = receiver.shutdown(never);
      release();
      await stopping;
      assert.ok(branch.accepted.size > 0, "what was in flight was settled");
      await runUntil(harness, [branch], () => branch.has(harness.held));
      assert.deepEqual(
        [...branch.accepted.values()].filter((times) => times > 1),
        [],
      );
    }));

  test("shutdown() gives up on a branch that never answers when its signal aborts, and it is offered again", () =>
    withHarness(async (harness) => {
      const branch = new MoodyBranch("logs>a", "stall");
      const receiver = harness.create([branch]);
      await receiver.start();
      await eventually(
        () => branch.open > 0,
        () => "nothing was offered",
      );
      const deadline = new AbortController();
      const stopping = receiver.shutdown(deadline.signal);
      deadline.abort(new Error("no time left"));
      await stopping;
      assert.deepEqual([branch.open, branch.accepted.size], [0, 0], "no call outlives the receiver");
      branch.mood = () => "accept";
      await runUntil(harness, [branch], () => branch.has(harness.held));
      assert.deepEqual(branch.missing(harness.held), []);
    }));
}

function sumOfCalls(branches: readonly MoodyBranch[]): number {
  return branches.reduce((sum, { calls }) => sum + calls, 0);
}

/** One more life, until a branch that knows nothing yet was offered everything: by then the others were offered what they are owed. */
async function offerAll(harness: ReceiverHarness, branches: readonly MoodyBranch[]): Promise<void> {
  const witness = new MoodyBranch(`logs>witness${(witnesses += 1)}`, "accept");
  await runUntil(harness, [...branches, witness], () => witness.has(harness.held));
}

async function assertNothingOwed(harness: ReceiverHarness, branches: readonly MoodyBranch[]): Promise<void> {
  const before = branches.map(({ accepted }) => sumOf(accepted));
  await offerAll(harness, branches);
  const after = branches.map(({ accepted }) => sumOf(accepted));
  assert.deepEqual(after, before, "what is acknowledged does not come again");
}

function sumOf(accepted: ReadonlyMap<string, number>): number {
  return [...accepted.values()].reduce((sum, times) => sum + times, 0);
}

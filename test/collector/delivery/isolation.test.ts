import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { isolate } from "../../../collector/delivery/isolation.ts";
import { type CollectorError, PartialSuccessError, PermanentError } from "../../../collector/errors.ts";
import { idsOf, makeRecords } from "../../support/log-records.ts";
import { newSeed, seededRandom } from "../../support/seeded-random.ts";

type Judge = (ids: readonly string[]) => CollectorError | undefined;

/** A backend that answers at once; what it accepts after the first refusal makes it trusted. */
class Backend {
  readonly offers: string[][] = [];
  readonly accepted: string[] = [];
  holds = 0;
  trusted = false;
  #refused = false;
  readonly #judge: Judge;
  readonly #onHold: ((backend: Backend) => void) | undefined;

  constructor(judge: Judge, onHold?: (backend: Backend) => void) {
    this.#judge = judge;
    this.#onHold = onHold;
  }

  async offer(records: readonly ReadableLogRecord[]): Promise<CollectorError | undefined> {
    const ids = idsOf(records);
    this.offers.push(ids);
    const error = this.#judge(ids);
    if (error !== undefined) this.#refused = true;
    else {
      this.accepted.push(...ids);
      this.trusted ||= this.#refused;
    }
    return error;
  }

  isTrusted(): boolean {
    return this.trusted;
  }

  async hold(): Promise<void> {
    this.holds += 1;
    assert.ok(this.holds < 100, "held for ever");
    this.#onHold?.(this);
  }
}

const refusal = new PermanentError("Cannot send: 400; look");

function refusing(...bad: readonly string[]): Judge {
  return (ids) => (ids.some((id) => bad.includes(id)) ? refusal : undefined);
}

async function refusedBy(backend: Backend, records: readonly ReadableLogRecord[]): Promise<string[]> {
  return idsOf((await isolate(records, backend)).map(({ record }) => record));
}

suite("isolation", () => {
  test("isolate() offers a batch once when it is accepted", async () => {
    const backend = new Backend(() => undefined);
    assert.deepEqual(await refusedBy(backend, makeRecords(5)), []);
    assert.equal(backend.offers.length, 1);
  });

  test("isolate() halves, the oldest first, until the refused record stands alone", async () => {
    const backend = new Backend(refusing("id-6"));
    assert.deepEqual(await refusedBy(backend, makeRecords(8)), ["id-6"]);
    assert.deepEqual(
      backend.offers.map((ids) => ids.map((id) => id.slice(3)).join("")),
      ["01234567", "0123", "4567", "45", "67", "6", "7"],
    );
    assert.equal(backend.holds, 0);
  });

  test("isolate() asks again about a record that was refused before anything was accepted", async () => {
    const backend = new Backend(refusing("id-0"));
    assert.deepEqual(await refusedBy(backend, makeRecords(2)), ["id-0"]);
    assert.deepEqual(backend.offers, [["id-0", "id-1"], ["id-0"], ["id-1"], ["id-0"]]);
  });

  test("isolate() finds every refused record and offers nothing that was accepted again", async (context) => {
    const seed = newSeed();
    context.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    for (let round = 0; round < 50; round += 1) {
      const records = makeRecords(2 + Math.floor(random() * 60), `r${round}`);
      const bad = idsOf(records).filter((_, index) => index > 0 && random() < 0.3);
      const backend = new Backend(refusing(...bad));
      assert.deepEqual((await refusedBy(backend, records)).toSorted(), bad.toSorted());
      assert.deepEqual(
        backend.accepted.toSorted(),
        idsOf(records)
          .filter((id) => !bad.includes(id))
          .toSorted(),
      );
      assert.ok(backend.offers.length <= 4 * records.length, `${backend.offers.length} of ${records.length}`);
    }
  });

  test("isolate() sets only the named records aside and sends the rest again", async () => {
    const named = new PermanentError("Cannot send: two are bad; look", { rejected: [1, 3, 3, -1, 99, 0.5] });
    const backend = new Backend((ids) => (ids.length === 5 ? named : undefined));
    assert.deepEqual(await refusedBy(backend, makeRecords(5)), ["id-1", "id-3"]);
    assert.deepEqual(backend.offers.slice(1), [["id-0", "id-2", "id-4"]]);
  });

  test("isolate() halves when the named indexes are none of the batch", async () => {
    const named = new PermanentError("Cannot send: bad; look", { rejected: [7] });
    const backend = new Backend((ids) => (ids.includes("id-1") ? named : undefined));
    assert.deepEqual(await refusedBy(backend, makeRecords(2)), ["id-1"]);
  });

  for (const [name, error] of [
    ["names every record", new PermanentError("Cannot send: all; look", { rejected: [0, 1, 2] })],
    ["accepts a batch without one of its records", new PartialSuccessError("Cannot: all; look", { rejectedCount: 3 })],
  ] as const) {
    test(`isolate() holds the batch as a whole when a backend that accepted nothing ${name}`, async () => {
      const backend = new Backend(
        () => error,
        (held) => (held.trusted = held.holds === 3),
      );
      assert.deepEqual(await refusedBy(backend, makeRecords(3)), ["id-0", "id-1", "id-2"]);
      assert.deepEqual([backend.holds, backend.offers.length], [3, 4]);
    });
  }

  test("isolate() refuses nothing while everything is refused, and asks ever more seldom", async () => {
    let offersAtFirstHold = 0;
    let broken = true;
    const backend = new Backend(
      () => (broken ? refusal : undefined),
      ({ holds, offers }) => {
        if (holds === 1) offersAtFirstHold = offers.length;
        assert.equal(offers.length, offersAtFirstHold + holds - 1, "one offer per hold");
        if (holds === 50) broken = false;
      },
    );
    const records = makeRecords(512);
    assert.deepEqual(await refusedBy(backend, records), []);
    assert.equal(offersAtFirstHold, 33);
    assert.deepEqual(backend.accepted.toSorted(), idsOf(records).toSorted());
  });

  test("isolate() does not hold records against a mended backend that it refused while it was broken", async () => {
    let broken = true;
    const backend = new Backend(
      () => (broken ? refusal : undefined),
      () => (broken = false),
    );
    const records = makeRecords(4);
    assert.deepEqual(await refusedBy(backend, records), []);
    assert.deepEqual(backend.offers.at(-1), idsOf(records), "all together");
  });

  test("isolate() gets at good records behind many bad ones", async () => {
    const records = makeRecords(256);
    const backend = new Backend(refusing(...idsOf(records).slice(0, 240)));
    assert.equal((await refusedBy(backend, records)).length, 240);
    assert.deepEqual(backend.accepted, idsOf(records).slice(240));
    assert.equal(backend.holds, 0);
  });
});

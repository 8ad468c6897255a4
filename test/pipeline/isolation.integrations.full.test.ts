import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.ts";
import { CONTENT_TYPE, startManyTenants, TENANTS, type ManyTenants } from "../support/many-tenants.ts";
import { tenantId } from "../support/tenant.ts";

/** Each tenant has a new blob in each of these. */
const SECONDS = 12;

let made = 0;

/** Gives every tenant a new blob. Returns the ids of those records whose tenants are well in any case, with the time. */
function addBlobs({ tenant, well }: ManyTenants): ReadonlyMap<string, number> {
  const added = new Map<string, number>();
  for (let number = 0; number < TENANTS; number += 1) {
    made += 1;
    const [id, createdMs] = [`record-${made}`, Date.now()];
    const record = { Id: id, Operation: "X", RecordType: 1, CreationTime: new Date(createdMs).toISOString() };
    tenant.emulator.addContent({
      tenantId: tenantId(number),
      contentType: CONTENT_TYPE,
      records: [JSON.stringify(record)],
      createdMs,
    });
    if (well.includes(tenantId(number))) added.set(id, createdMs);
  }
  return added;
}

/** Milliseconds from when a record of the fifteen could be had to its arrival, while the other five are well or not. */
async function lags(health: "well" | "sick"): Promise<readonly number[]> {
  const run = await startManyTenants(health);
  const arrived = (added: ReadonlyMap<string, number>): readonly number[] =>
    [...added].flatMap(([id, atMs]) => {
      const arrivedMs = run.arrivals.get(id);
      return arrivedMs === undefined ? [] : [arrivedMs - atMs];
    });
  const all = (added: ReadonlyMap<string, number>): Promise<void> =>
    eventually(
      () => arrived(added).length === added.size,
      () => `${arrived(added).length} of ${added.size} records arrived`,
      120_000,
    );
  try {
    // The start is another matter: twenty sign-ins at once.
    await all(addBlobs(run));
    const added = new Map<string, number>();
    for (let second = 0; second < SECONDS; second += 1) {
      for (const [id, atMs] of addBlobs(run)) added.set(id, atMs);
      await sleep(1000);
    }
    await all(added);
    return arrived(added);
  } finally {
    await run.close();
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}

suite("Throttled integrations and those with bad credentials", () => {
  test("leave the lag of the others as it was", async (context) => {
    // In this order, so that a machine that becomes slower or faster meanwhile does so for both.
    const [first, second, third, fourth] = [
      await lags("well"),
      await lags("sick"),
      await lags("sick"),
      await lags("well"),
    ];
    const well = [...first, ...fourth];
    const sick = [...second, ...third];
    assert.equal(sick.length, well.length);
    // What a machine that is busy with something else does to them is below these; an integration that waits for another's
    // back-off or time-out is far above.
    for (const [part, most] of [
      [0.5, 2],
      [0.95, 2.5],
    ] as const) {
      const ratio = quantile(sick, part) / quantile(well, part);
      context.diagnostic(
        `lag at ${part * 100} % of ${well.length} records: ${quantile(well, part)} ms with all well, ` +
          `${quantile(sick, part)} ms with five of them sick, ratio ${ratio.toFixed(2)}`,
      );
      assert.ok(ratio < most, `the lag at ${part * 100} % is ${ratio} times as long`);
    }
  });
});

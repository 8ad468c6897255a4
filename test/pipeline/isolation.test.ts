import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { CONTENT_TYPE, startManyTenants, type ManyTenants } from "../support/many-tenants.ts";

const CODE = /AADSTS\d+|AF\d+/;

/** Gives a tenant so many records, in blobs of five. Returns their ids. */
function addRecords({ tenant }: ManyTenants, tenantId: string, count: number): readonly string[] {
  const ids = Array.from({ length: count }, (_, index) => `${tenantId}-${index}`);
  const createdMs = Date.now() - 60_000;
  const CreationTime = new Date(createdMs).toISOString();
  const records = ids.map((Id) => JSON.stringify({ Id, Operation: "X", RecordType: 1, CreationTime }));
  const common = { tenantId, contentType: CONTENT_TYPE, createdMs } as const;
  for (let at = 0; at < count; at += 5) tenant.emulator.addContent({ ...common, records: records.slice(at, at + 5) });
  return ids;
}

suite("Twenty integrations of which three are throttled and two have bad credentials", () => {
  test("deliver everything of the others, and each of the five is named once", async () => {
    const run = await startManyTenants("sick");
    const { emulator } = run.tenant;
    try {
      const wanted = run.well.flatMap((id) => addRecords(run, id, 20));
      await eventually(
        () => run.arrivals.size >= wanted.length,
        () => `${run.arrivals.size} of ${wanted.length} records arrived`,
        60_000,
      );
      assert.deepEqual([...run.arrivals.keys()].toSorted(), wanted.toSorted());
      const refusals = (): readonly number[] => {
        const refused = emulator.requests.filter(({ code }) => code === "AF429");
        return [...Map.groupBy(refused, ({ tenantId }) => tenantId).values()].map(({ length }) => length);
      };
      await eventually(
        () => refusals().length === 3 && Math.min(...refusals()) >= 2,
        () => `refused requests: ${refusals().join()}`,
      );
      const bad = [...run.throttled, ...run.unregistered];
      const lines = run.collector.lines.filter(({ level }) => level === "warn" || level === "error");
      const components = lines.map(({ fields }) => String(fields["component"]));
      assert.deepEqual(
        lines
          .flatMap(({ message }, index) => (CODE.exec(message) ?? []).map((code) => `${components[index]} ${code}`))
          .toSorted(),
        [...run.throttled.map((id) => `${id} AF429`), ...run.unregistered.map((id) => `${id} AADSTS700027`)],
      );
      // Another line for each may say what state it is in now.
      assert.deepEqual([...new Set(components)].toSorted(), bad.toSorted());
      assert.ok(lines.length <= 2 * bad.length, lines.map(({ message }) => message).join("\n"));
    } finally {
      await run.close();
    }
  });
});

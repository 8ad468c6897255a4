import assert from "node:assert/strict";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { readLedger } from "../../collector/storage/ledger-report.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink, type OtlpSink, type SinkAnswer } from "../support/otlp-sink.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown>)[] = [];

async function backend(answer?: () => SinkAnswer): Promise<OtlpSink> {
  const sink = await startOtlpSink(answer === undefined ? {} : { answer });
  closers.push(() => sink.close());
  return sink;
}

async function tenant(): Promise<TestTenant> {
  const source = await startTenant({
    content: [{ kind: "records", files: [sampleRecordsFile()], recordsPerBlob: 20 }],
  });
  closers.push(() => source.close());
  return source;
}

const IS_SIGN_IN = 'attributes["xdr.schema"] == "scwx.auth"';

/** Sign-ins to one backend, everything else to a second, all of it to a third; one receiver. */
function configuration(
  source: TestTenant,
  backends: Readonly<Record<"siem" | "lake" | "archive", OtlpSink>>,
): Readonly<Record<string, unknown>> {
  const exporters = Object.entries(backends).map(([name, { url }]) => [`otlp_http/${name}`, { endpoint: url }]);
  const receivers = ["o365/contoso"];
  return {
    receivers: { "o365/contoso": source.receiver() },
    processors: {
      xdr: {},
      "filter/sign_ins": { rules: [{ name: "others", drop: `!(${IS_SIGN_IN})` }] },
      "filter/others": { rules: [{ name: "sign-ins", drop: IS_SIGN_IN }] },
    },
    exporters: Object.fromEntries(exporters),
    storage: { directory: join(source.folder, "state") },
    service: {
      shutdown_timeout: "1s",
      pipelines: {
        "logs/sign_ins": { receivers, processors: ["xdr", "filter/sign_ins"], exporters: ["otlp_http/siem"] },
        "logs/others": { receivers, processors: ["xdr", "filter/others"], exporters: ["otlp_http/lake"] },
        "logs/raw": { receivers, exporters: ["otlp_http/archive"] },
      },
    },
  };
}

function uids(sink: OtlpSink): readonly string[] {
  return sink.accepted().map(({ attributes }) => String(attributes["log.record.uid"]));
}

suite("Several pipelines", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("route by condition: each record once to where it belongs, from one receiver", async () => {
    const source = await tenant();
    const [siem, lake, archive] = [await backend(), await backend(), await backend()];
    const all = source.emulator.served().length;
    const collector = await startCollector(configuration(source, { siem, lake, archive }));
    await eventually(
      () => archive.recordCount >= all && siem.recordCount + lake.recordCount >= all,
      () => `${siem.recordCount} ${lake.recordCount} ${archive.recordCount} of ${all}`,
    );
    assert.equal(await collector.stop(), true);
    assert.ok(siem.recordCount > 0 && lake.recordCount > 0);
    assert.ok(siem.accepted().every(({ attributes }) => attributes["xdr.schema"] === "scwx.auth"));
    assert.ok(lake.accepted().every(({ attributes }) => attributes["xdr.schema"] !== "scwx.auth"));
    assert.ok(archive.accepted().every(({ attributes }) => attributes["xdr.schema"] === undefined));
    assert.deepEqual([...uids(siem), ...uids(lake)].toSorted(), uids(archive).toSorted());
    const requests = source.emulator.requests.filter(({ operation }) => operation === "blob").length;
    assert.equal(
      requests,
      new Set(source.emulator.served().flatMap(({ contentIds }) => contentIds)).size,
      "each blob once",
    );
  });

  test("acknowledge by themselves: one whose backend is down owes its part, and sends it after a restart", async () => {
    const source = await tenant();
    let answer: SinkAnswer = { kind: "status", status: 503 };
    const [siem, lake, archive] = [await backend(() => answer), await backend(), await backend()];
    const all = source.emulator.served().length;
    const config = configuration(source, { siem, lake, archive });
    const first = await startCollector(config);
    await eventually(
      () => archive.recordCount >= all && lake.recordCount > 0,
      () => `${lake.recordCount} ${archive.recordCount} of ${all}`,
    );
    assert.equal(await first.stop(), false, "the part of the dead backend is not settled");
    const [integration] = readLedger(join(source.folder, "state"))?.integrations ?? [];
    const owing = integration?.contentTypes.flatMap(({ owed }) => owed.map(({ branch }) => branch));
    assert.deepEqual([...new Set(owing)], ["logs/sign_ins>otlp_http/siem"]);
    const [inLake, inArchive] = [lake.recordCount, archive.recordCount];
    answer = { kind: "ok" };
    const second = await startCollector(config);
    await eventually(
      () => siem.recordCount + lake.recordCount >= all,
      () => `${siem.recordCount} ${lake.recordCount} of ${all}`,
    );
    assert.equal(await second.stop(), true);
    assert.deepEqual([lake.recordCount, archive.recordCount], [inLake, inArchive], "nothing came twice");
    assert.deepEqual([...uids(siem), ...uids(lake)].toSorted(), uids(archive).toSorted());
  });
});

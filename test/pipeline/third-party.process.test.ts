// Parts of others in our chain, as they come from npm: nobody here wrote or changed them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { startIngestionEndpoint } from "../support/ingestion-endpoint.ts";
import { loopbackOnly } from "../support/loopback-only.ts";
import { startCollector } from "../support/collector.ts";
import { startTenant } from "../support/tenant.ts";

const refused = loopbackOnly();
// It would tell its makers how it is used.
process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] = "true";

const closers: (() => Promise<unknown>)[] = [];

const KEY = "00000000-1111-4222-8333-444444444444";

suite("parts of others, by sdk", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("Azure Monitor's exporter ships every record, behind a processor of opentelemetry-js-contrib", async () => {
    const records = 120;
    const source = await startTenant({
      content: [{ kind: "bulk", records, recordsPerBlob: 20 }],
      rules: { quotaPerMinute: Infinity },
    });
    closers.push(() => source.close());
    // The status is in the exporter's error, so that the batch is halved; what is accepted then is no dead letter.
    const backend = await startIngestionEndpoint((index) => (index === 0 ? 400 : 200));
    closers.push(() => backend.close());
    const collector = await startCollector({
      receivers: { o365: source.receiver() },
      processors: {
        xdr: {},
        "sdk/baggage": {
          module: "@opentelemetry/baggage-log-record-processor",
          export: "BaggageLogRecordProcessor",
          args: [{ $export: "ALLOW_ALL_BAGGAGE_KEYS" }],
        },
      },
      exporters: {
        "sdk/azure": {
          module: "@azure/monitor-opentelemetry-exporter",
          export: "AzureMonitorLogExporter",
          args: [
            {
              connectionString: `InstrumentationKey=${KEY};IngestionEndpoint=${backend.url}`,
              disableOfflineStorage: true,
            },
          ],
        },
      },
      storage: { directory: join(source.folder, "state") },
      service: {
        pipelines: {
          logs: { receivers: ["o365"], processors: ["xdr", "sdk/baggage"], exporters: ["sdk/azure"] },
        },
      },
    });
    closers.push(() => collector.stop());
    const uids = (): ReadonlySet<unknown> =>
      new Set(backend.envelopes.map(({ data }) => data.baseData.properties["log.record.uid"]));
    await eventually(
      () => uids().size >= records,
      () => `${uids().size} of ${records}: ${JSON.stringify(collector.service.statuses())}`,
    );
    assert.equal(await collector.stop(), true);
    assert.equal(backend.envelopes.length, records);
    const served = new Set(source.emulator.served().map(({ text }) => text));
    for (const { iKey, data } of backend.envelopes) {
      assert.equal(iKey, KEY);
      assert.ok(served.has(data.baseData.message), "the message is the record");
      assert.match(data.baseData.properties["xdr.schema"] ?? "", /^scwx\./);
    }
    const troubles = collector.lines.filter(({ level }) => level === "warn" || level === "error");
    assert.deepEqual(troubles, []);
    assert.equal(existsSync(join(source.folder, "state", "dead-letters")), false);
    assert.deepEqual(refused.hosts, []);
  });
});

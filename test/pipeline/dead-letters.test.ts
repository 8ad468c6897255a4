import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { countDeadLetters } from "../../collector/delivery/count-dead-letters.ts";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { readLedger } from "../../collector/storage/ledger-report.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { recordsOf } from "../support/otlp-record.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

suite("A backend that refuses some records for good", () => {
  test("gets all others once; those are in the dead-letter file, and a restart sends nothing again", async () => {
    const source = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
    const isBad = (operation: string | undefined): boolean => operation === "UserLoginFailed";
    const backend = await startOtlpSink({
      answer: ({ records }) =>
        records.some(({ eventName }) => isBad(eventName)) ? { kind: "status", status: 400 } : { kind: "ok" },
    });
    try {
      const served = source.emulator.served();
      const bad = served.filter(({ operation }) => isBad(operation));
      const good = served.length - bad.length;
      assert.ok(bad.length > 0 && good > 0);
      const state = join(source.folder, "state");
      const config = {
        receivers: { o365: source.receiver() },
        processors: { batch: {} },
        exporters: { "otlp_http/siem": { endpoint: backend.url } },
        storage: { directory: state },
        service: { pipelines: { logs: { receivers: ["o365"], processors: ["batch"], exporters: ["otlp_http/siem"] } } },
      };
      const first = await startCollector(config);
      let kept = 0;
      await eventually(
        () => {
          countDeadLetters(state)
            .then((count) => (kept = count))
            .catch(() => undefined);
          return backend.recordCount >= good && kept >= bad.length;
        },
        () => `${backend.recordCount} of ${good} delivered, ${kept} of ${bad.length} kept`,
      );
      assert.equal(await first.stop(), true, "everything is settled");
      assert.equal(backend.recordCount, good);
      const file = readFileSync(join(state, "dead-letters", "otlp_http%2Fsiem.jsonl"), "utf8");
      const letters = file
        .trimEnd()
        .split("\n")
        .flatMap((line) => recordsOf(JSON.parse(line)));
      assert.deepEqual(letters.map(({ body }) => String(body)).toSorted(), bad.map(({ text }) => text).toSorted());
      const counted = readLedger(state)?.deadLetters ?? [];
      assert.equal(
        counted.reduce((sum, { records }) => sum + records, 0),
        bad.length,
        "status counts them",
      );
      assert.ok(counted.every(({ component, exporter }) => component === "o365" && exporter === "otlp_http/siem"));
      const { requestCount } = backend;
      const requests = source.emulator.requests.length;
      const second = await startCollector(config);
      await eventually(
        () => source.emulator.requests.slice(requests).filter(({ operation }) => operation === "content").length >= 5,
        () => "one poll of each content type",
      );
      assert.equal(await second.stop(), true);
      assert.equal(backend.requestCount, requestCount);
    } finally {
      await backend.close();
      await source.close();
    }
  });
});

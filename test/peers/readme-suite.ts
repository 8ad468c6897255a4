import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { parse } from "yaml";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";
import { startOtelcol, type Otelcol } from "./otelcol.ts";

type Configuration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The pair of configurations in README.md, with the addresses of a test. */
function readPair(grpc: string, backend: string): readonly [ours: Configuration, theirs: Configuration] {
  const section =
    /^## In front of an OpenTelemetry Collector$(.*?)^## /ms.exec(readFileSync("README.md", "utf8"))?.[1] ?? "";
  const [ours = "", theirs = ""] = [...section.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => match[1] ?? "");
  const placed = (text: string): Configuration =>
    parse(text.replace("localhost:4317", grpc).replace("${env:SIEM_ENDPOINT}", backend)) as Configuration;
  return [placed(ours), placed(theirs)];
}

/** Follows README.md, while the backend refuses for a time and the Collector is killed. */
export function readmeSuite(otelcol: Otelcol, skip: string | false): void {
  suite("README.md, in front of an OpenTelemetry Collector", { skip }, () => {
    const closers: (() => Promise<unknown>)[] = [];
    after(async () => {
      for (const close of closers.toReversed()) await close();
    });

    test("every record reaches the backend behind it, although that refuses first and the Collector is killed meanwhile", async () => {
      let up = false;
      const backend = await startOtlpSink({
        answer: () => (up ? { kind: "ok" } : { kind: "status", status: 503 }),
      });
      closers.push(() => backend.close());
      const tenant = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
      closers.push(() => tenant.close());
      const [ours, theirs] = readPair(`127.0.0.1:${await freePort()}`, backend.url);
      const quiet = { telemetry: { metrics: { level: "none" } } };
      const theirConfiguration = { ...theirs, service: { ...theirs["service"], ...quiet } };
      const first = await startOtelcol(otelcol, tenant.folder, theirConfiguration);
      closers.push(() => first.stop());
      const collector = await startCollector({
        ...ours,
        receivers: { "o365/contoso": tenant.receiver() },
        storage: { directory: join(tenant.folder, "state") },
        service: { ...ours["service"], ...quiet },
      });
      closers.push(() => collector.stop());
      await eventually(
        () => backend.requestCount > 0,
        () => first.log(),
      );
      await first.kill();
      assert.equal(backend.recordCount, 0, "nothing was accepted yet");
      up = true;
      const second = await startOtelcol(otelcol, tenant.folder, theirConfiguration);
      closers.push(() => second.stop());
      const wanted = tenant.emulator.served().map(({ id, operation }) => `${id} ${operation}`);
      const got = (): Set<string> =>
        new Set(backend.accepted().map(({ attributes, eventName }) => `${String(attributes["o365.id"])} ${eventName}`));
      await eventually(
        () => got().size >= wanted.length,
        () => `${got().size} of ${wanted.length} records\n${second.log()}`,
      );
      assert.deepEqual([...got()].toSorted(), wanted.toSorted());
      assert.equal(await collector.stop(), true, "everything was acknowledged");
    });
  });
}

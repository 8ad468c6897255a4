// A processor of others that wraps the next one, drops and redacts: as it comes from npm, made by a module of a few lines.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { npm } from "../support/npm.ts";
import { startCollector } from "../support/collector.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

/** Not among the development dependencies: it asks for peers of another line of the SDK. */
const PACKAGE = "autotel@7.9.0";

const WRAPPER = `
import { PolicyLogRecordProcessor, setPolicies } from "autotel/policy";

export function policies(next, list) {
  setPolicies(list);
  return new PolicyLogRecordProcessor(next);
}
`;

const closers: (() => unknown)[] = [];

suite("parts of others, by sdk", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("the policy processor of autotel drops and redacts records, behind a wrapper module", async () => {
    const folder = mkdtempSync(join(tmpdir(), "otel-o365-third-party-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    npm(["install", "--prefer-offline", "--save-exact", PACKAGE], folder);
    writeFileSync(join(folder, "policies.mjs"), WRAPPER);
    const source = await startTenant({
      content: [{ kind: "bulk", records: 200, recordsPerBlob: 20 }],
      rules: { quotaPerMinute: Infinity },
    });
    closers.push(() => source.close());
    const sink = await startOtlpSink();
    closers.push(() => sink.close());
    const collector = await startCollector({
      receivers: { o365: source.receiver() },
      processors: {
        "sdk/policies": {
          module: join(folder, "policies.mjs"),
          export: "policies",
          args: [
            { $next: true },
            [
              {
                id: "no-exchange",
                log: { match: [{ log_attribute: "o365.workload", exact: "Exchange" }], keep: "none" },
              },
              {
                id: "no-users",
                log: {
                  match: [{ log_attribute: "o365.user_id", exists: true }],
                  transform: { redact: [{ log_attribute: "o365.user_id", replacement: "somebody" }] },
                },
              },
            ],
          ],
          may_drop: true,
        },
      },
      exporters: { otlp_http: { endpoint: sink.url } },
      storage: { directory: join(source.folder, "state") },
      service: {
        pipelines: { logs: { receivers: ["o365"], processors: ["sdk/policies"], exporters: ["otlp_http"] } },
      },
    });
    closers.push(() => collector.stop());
    const kept = (): number => source.emulator.served().filter(({ text }) => !isExchange(text)).length;
    await eventually(
      () => source.emulator.served().length === 200 && sink.recordCount >= kept(),
      () => `${sink.recordCount} of ${kept()}: ${JSON.stringify(collector.service.statuses())}`,
    );
    assert.equal(await collector.stop(), true);
    assert.equal(sink.recordCount, kept());
    assert.ok(kept() > 0 && kept() < 200, "some are dropped and some are not");
    for (const { attributes, body } of sink.accepted()) {
      assert.ok(!isExchange(String(body)));
      assert.equal(attributes["o365.user_id"], "somebody");
    }
    assert.deepEqual(
      collector.lines.filter(({ level }) => level === "error"),
      [],
    );
  });
});

function isExchange(text: string): boolean {
  const record: { readonly Workload?: string } = JSON.parse(text);
  return record.Workload === "Exchange";
}

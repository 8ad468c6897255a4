import assert from "node:assert/strict";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { stringify } from "yaml";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "../../processors/index.ts";
import { O365Receiver, type O365ReceiverKeys } from "../../receiver/index.ts";
import { cli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";
import { recordingLogger } from "../support/test-settings.ts";

const RECORDS = 60;

// What docs/sdk.md says of the command line, in that order.
suite("The command line beside an O365Receiver", () => {
  const closers: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("reads its ledger, sends what was refused, and delivers a period once more", async () => {
    const source = await startTenant({ content: [{ kind: "bulk", records: RECORDS, recordsPerBlob: 20 }] });
    closers.push(() => source.close());
    const refused = [...source.emulator.serve()][7]?.text;
    assert.ok(refused !== undefined);
    let isStrict = true;
    const sink = await startOtlpSink({
      answer: ({ records }) =>
        isStrict && records.some(({ body }) => body === refused) ? { kind: "status", status: 400 } : { kind: "ok" },
    });
    closers.push(() => sink.close());
    const storage = join(source.folder, "audit-state");

    const exporter = new OTLPLogExporter({ url: `${sink.url}/v1/logs` });
    const logger = recordingLogger([]);
    const exporting = new LosslessLogRecordProcessor({
      exporter,
      logger,
      scheduledDelayMillis: 10,
      deadLetterDirectory: storage,
    });
    const loggerProvider = new LoggerProvider({ processors: [new XdrLogRecordProcessor(), exporting] });
    closers.push(() => loggerProvider.shutdown());
    const keys: unknown = source.receiver();
    const receiver = new O365Receiver({
      loggerProvider,
      acknowledgedBy: exporting,
      receivers: { o365: keys as O365ReceiverKeys },
      storage: { directory: storage },
      logger,
    });
    closers.push(() => receiver.shutdown());
    await receiver.start();
    const uids = (): ReadonlySet<unknown> =>
      new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"]));
    await eventually(
      () => uids().size === RECORDS - 1,
      () => `${uids().size} records`,
    );

    const running = await cli(["status", "--storage", storage, "--json"]);
    const [integration] = JSON.parse(running.stdout).integrations;
    assert.equal(integration.id, "o365");
    assert.deepEqual(
      integration.branches.map((branch: Record<string, unknown>) => branch["name"]),
      ["logs>logger_provider"],
    );
    assert.equal(await receiver.shutdown(), true);

    const config = source.file(
      "collector.yaml",
      stringify({
        receivers: { o365: source.receiver() },
        processors: { xdr: null },
        exporters: { "sdk/lossless": { args: [{ url: `${sink.url}/v1/logs` }] } },
        storage: { directory: storage },
        service: { pipelines: { logs: { receivers: ["o365"], processors: ["xdr"], exporters: ["sdk/lossless"] } } },
      }),
    );
    const stopped = await cli(["status", "--config", config]);
    assert.equal(stopped.code, 8);
    assert.match(stopped.stdout, /^Collector {2}not running: stopped at /m);
    assert.match(stopped.stdout, /^ *logs>logger_provider +\d+ +0 +- +0 +0$/m);

    isStrict = false;
    const letters = await cli(["replay", "--config", config, "--dead-letters"]);
    assert.equal(letters.code, 0, letters.stderr);
    assert.equal(uids().size, RECORDS);

    const before = sink.recordCount;
    const period = await cli(["replay", "--config", config, "--from", "24h", "--to", "now"]);
    assert.equal(period.code, 0, period.stderr);
    assert.deepEqual([sink.recordCount - before, uids().size], [RECORDS, RECORDS], "the same records, by uid");
  });
});

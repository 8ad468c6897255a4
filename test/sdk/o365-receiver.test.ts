import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { InMemoryLogRecordExporter, LoggerProvider } from "@opentelemetry/sdk-logs";
import { parse } from "yaml";
import { configSchema, createRegistry, factories } from "../../collector/index.ts";
import { ErrorCode } from "../../collector/errors.ts";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "../../processors/index.ts";
import { O365Receiver, type O365ReceiverKeys, type O365ReceiverOptions } from "../../receiver/index.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink, type OtlpSink, type SinkOptions } from "../support/otlp-sink.ts";
import { startTenant, tenantId, type TestTenant } from "../support/tenant.ts";
import { recordingLogger, type LogLine } from "../support/test-settings.ts";

const closers: (() => Promise<unknown>)[] = [];

async function surroundings(
  records: number,
  options: { readonly tenants?: number; readonly sink?: SinkOptions } = {},
): Promise<{ readonly source: TestTenant; readonly sink: OtlpSink }> {
  const source = await startTenant({
    ...(options.tenants === undefined ? {} : { tenants: options.tenants }),
    content: Array.from({ length: options.tenants ?? 1 }, (_, number) => ({
      kind: "bulk" as const,
      records,
      recordsPerBlob: 20,
      tenantId: tenantId(number),
    })),
    rules: { quotaPerMinute: Infinity },
  });
  const sink = await startOtlpSink(options.sink);
  closers.push(
    () => source.close(),
    () => sink.close(),
  );
  return { source, sink };
}

interface Program {
  readonly provider: LoggerProvider;
  readonly lossless: LosslessLogRecordProcessor;
  readonly lines: readonly LogLine[];
  readonly receiver: (options?: Partial<O365ReceiverOptions>) => O365Receiver;
}

/** What a program of the SDK sets up. */
function program(source: TestTenant, sink: OtlpSink): Program {
  const lines: LogLine[] = [];
  const logger = recordingLogger(lines);
  const exporter = new OTLPLogExporter({ url: `${sink.url}/v1/logs` });
  const options = { exporter, logger, scheduledDelayMillis: 10, shutdownTimeoutMillis: 50 };
  const lossless = new LosslessLogRecordProcessor(options);
  const provider = new LoggerProvider({ processors: [new XdrLogRecordProcessor(), lossless] });
  // Rejects where a test leaves it with what it cannot export.
  closers.push(() => provider.shutdown().catch(() => {}));
  return {
    provider,
    lossless,
    lines,
    receiver: (options = {}) =>
      new O365Receiver({
        loggerProvider: provider,
        acknowledgedBy: lossless,
        receivers: { o365: keysOf(source) },
        storage: { directory: join(source.folder, "state") },
        logger,
        ...options,
      }),
  };
}

/** The mapping that the collector's tests use in YAML is what a program gives. */
function keysOf(source: TestTenant, overrides: Readonly<Record<string, unknown>> = {}): O365ReceiverKeys {
  const keys: Readonly<Record<string, unknown>> = source.receiver(overrides);
  return keys as unknown as O365ReceiverKeys;
}

function uids(sink: OtlpSink): ReadonlySet<unknown> {
  return new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"]));
}

suite("O365Receiver", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("collects the audit trail through a LoggerProvider, mapped and exported by its processors, each record once", async () => {
    const { source, sink } = await surroundings(300);
    const { receiver } = program(source, sink);
    const one = receiver();
    await one.start();
    await eventually(
      () => uids(sink).size >= 300,
      () => `${uids(sink).size} of 300: ${JSON.stringify(one.statuses())}`,
    );
    assert.equal(await one.shutdown(), true);
    assert.equal(sink.recordCount, 300);
    const served = new Set(source.emulator.served().map(({ text }) => text));
    for (const { body, attributes } of sink.accepted()) {
      assert.ok(served.has(String(body)), "the body is the record as the service sent it");
      assert.match(String(attributes["xdr.schema"]), /^scwx\./);
      assert.equal(attributes["xdr.sensor_id"], "o365");
      assert.equal(attributes["o365.tenant_id"], tenantId(0));
    }
  });

  test("settles nothing that is emitted and not exported: the next start collects it again", async () => {
    const { source, sink } = await surroundings(60, { sink: { answer: () => ({ kind: "status", status: 500 }) } });
    const first = program(source, sink);
    const one = first.receiver({ service: { shutdown_timeout: "1s" } });
    await one.start();
    await eventually(
      () => first.lossless.taken >= 60,
      () => `${first.lossless.taken} emitted`,
    );
    assert.equal(await one.shutdown(), false);
    assert.equal(sink.recordCount, 0);
    const backend = await startOtlpSink();
    closers.push(() => backend.close());
    const second = program(source, backend);
    const again = second.receiver();
    await again.start();
    await eventually(
      () => uids(backend).size >= 60,
      () => `${uids(backend).size} of 60`,
    );
    assert.equal(await again.shutdown(), true);
    assert.equal(backend.recordCount, 60);
  });

  test("tells, while the backend is down, that it is", async () => {
    const { source, sink } = await surroundings(20, { sink: { answer: () => ({ kind: "status", status: 500 }) } });
    const { receiver, lines } = program(source, sink);
    const one = receiver({ service: { shutdown_timeout: "1s" } });
    await one.start();
    await eventually(
      () => one.statuses().some(({ aspect, status }) => aspect === "export" && status === "recoverable_error"),
      () => JSON.stringify(one.statuses()),
    );
    await one.shutdown();
    assert.ok(lines.some(({ message }) => message.includes("it answered 500 Internal Server Error")));
  });

  test("collects several tenants into one provider", async () => {
    const { source, sink } = await surroundings(40, { tenants: 2 });
    const { receiver } = program(source, sink);
    const one = receiver({
      receivers: {
        "o365/first": keysOf(source),
        "o365/second": keysOf(source, { tenant_id: tenantId(1) }),
      },
    });
    await one.start();
    await eventually(
      () => uids(sink).size >= 80,
      () => `${uids(sink).size} of 80`,
    );
    await one.shutdown();
    const tenants = sink.accepted().map(({ attributes }) => String(attributes["o365.integration"]));
    assert.deepEqual([...new Set(tenants)].toSorted(), ["o365/first", "o365/second"]);
  });

  test("start() rejects when another receiver has the ledger", async () => {
    const { source, sink } = await surroundings(20);
    const { receiver } = program(source, sink);
    const one = receiver();
    await one.start();
    await assert.rejects(receiver().start(), { code: ErrorCode.storage });
    await one.shutdown();
  });

  test("says every mistake in its options at once", () => {
    const provider = new LoggerProvider();
    const lossless = new LosslessLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
    const wrong: Readonly<Record<string, unknown>> = { tenant_id: "contoso.com", client_secret: "s3cret$", polling: 1 };
    const make = (): O365Receiver =>
      new O365Receiver({
        loggerProvider: provider,
        acknowledgedBy: lossless,
        receivers: { "o365/contoso": wrong as unknown as O365ReceiverKeys },
        service: { shutdown_timeout: "soon" },
      });
    assert.throws(make, (error: Error) => {
      for (const part of [
        /receivers::o365\/contoso::tenant_id: must be a GUID.*openid-configuration/,
        /receivers::o365\/contoso::client_secret: is not supported/,
        /receivers::o365\/contoso::polling: unknown key/,
        /receivers::o365\/contoso::certificate_file: is required/,
        /service::shutdown_timeout: /,
      ]) {
        assert.match(error.message, part);
      }
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });

  test("takes a $ in a path for what it is", () => {
    const provider = new LoggerProvider();
    const lossless = new LosslessLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
    const keys = { tenant_id: tenantId(0), client_id: tenantId(1) };
    const files = { certificate_file: "/run/$secret/${env:NONE}.pem", private_key_file: "/run/key.pem" };
    assert.doesNotThrow(
      () =>
        new O365Receiver({
          loggerProvider: provider,
          acknowledgedBy: lossless,
          receivers: { o365: { ...keys, ...files } },
        }),
    );
  });

  test("has the keys of the configuration file, no more and no fewer", () => {
    const source = readFileSync("sdk/o365-receiver-keys.ts", "utf8");
    const declared = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, key = ""]) => key);
    const schema: unknown = parse(JSON.stringify(configSchema(createRegistry(factories))));
    const known = possibleKeys(schema);
    assert.deepEqual(declared.toSorted(), known.toSorted());
  });
});

/** The keys of `receivers: o365` in the JSON Schema, without those that are only there to be refused. */
function possibleKeys(schema: unknown): string[] {
  const entry = find(
    schema,
    (node) => typeof node["properties"] === "object" && "tenant_id" in Object(node["properties"]),
  );
  assert.ok(entry !== undefined, "no o365 in the schema");
  return Object.entries(Object(entry["properties"]))
    .filter(([, value]) => !("not" in Object(value)))
    .map(([key]) => key);
}

type Node = Readonly<Record<string, unknown>>;

function find(value: unknown, fits: (node: Node) => boolean): Node | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const node: Node = { ...value };
  if (fits(node)) return node;
  for (const inner of Object.values(node)) {
    const found = find(inner, fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

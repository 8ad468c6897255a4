const BODY = `
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { createRegistry, createService, factories, loadConfig, version } from "otel-o365";
import { startEmulator } from "otel-o365/emulator";
import { debugExporter } from "otel-o365/exporters";
import { XdrLogRecordProcessor } from "otel-o365/processors";
import { factory } from "otel-o365/receiver";

if (!factories.includes(factory) || !factories.includes(debugExporter)) throw new Error("two copies of the components");

const yaml = "receivers: { o365: {} }\\nexporters: { debug: {} }\\nservice: { pipelines: { logs: { receivers: [o365], exporters: [debug] } } }";
const result = loadConfig([{ path: "program", text: yaml }], createRegistry(factories), {
  env: {},
  nowMs: Date.now(),
  offlineChecks: false,
});
if (result.config !== undefined || result.problems.length === 0) throw new Error("a wrong configuration was accepted");
if (typeof createService !== "function") throw new Error("createService is missing");

const memory = new InMemoryLogRecordExporter();
const provider = new LoggerProvider({
  processors: [new XdrLogRecordProcessor(), new SimpleLogRecordProcessor({ exporter: memory })],
});
const record = { Id: "1", Operation: "UserLoggedIn", Workload: "AzureActiveDirectory", RecordType: 15, CreationTime: "2026-07-01T12:00:00" };
provider.getLogger("program").emit({ body: JSON.stringify(record) });
await provider.forceFlush();
if (memory.getFinishedLogRecords()[0]?.attributes["xdr.schema"] !== "scwx.auth") throw new Error("the record was not mapped");

const emulator = await startEmulator();
await emulator.close();
`;

/** A program that uses every entry point of the package, in plain JavaScript. */
export const javascript: string = `${BODY}
console.log("otel-o365 " + version + " works");
`;

/** The same in TypeScript, naming the types a user would name. */
export const typescript: string = `${BODY}
import type { CollectorConfig, Component, ExporterFactory, LogsConsumer, Service, Settings } from "otel-o365";
import type { Emulator } from "otel-o365/emulator";

const typed: Emulator = emulator;
const config: CollectorConfig | undefined = result.config;
const service: Service | undefined = config === undefined ? undefined : createService(config);

class Counter implements Component, LogsConsumer {
  count = 0;
  async start(): Promise<void> {}
  async shutdown(): Promise<void> {}
  async consume(records: readonly unknown[]): Promise<void> {
    this.count += records.length;
  }
}
const mine: Pick<ExporterFactory<object>, "kind" | "type" | "create"> = {
  kind: "exporter",
  type: "counter",
  create: (_settings: Settings) => new Counter(),
};
if (typed === undefined || service !== undefined || mine.type !== "counter") throw new Error("types and values disagree");
const told: string = "otel-o365 " + version + " works";
console.log(told);
`;

/** What somebody writes in TypeScript who runs the OpenTelemetry SDK, whatever line of it. */
export const sdkTypescript: string = `
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "otel-o365/processors";
import { O365Receiver, type O365ReceiverKeys } from "otel-o365/receiver";
const keys: O365ReceiverKeys = { tenant_id: "", client_id: "", certificate_file: "", private_key_file: "", poll_interval: "1m" };
const exporting = new LosslessLogRecordProcessor({ exporter: new OTLPLogExporter() });
const loggerProvider = new LoggerProvider({ processors: [new XdrLogRecordProcessor(), exporting] });
export const receiver = new O365Receiver({ loggerProvider, acknowledgedBy: exporting, receivers: { o365: keys } });
`;

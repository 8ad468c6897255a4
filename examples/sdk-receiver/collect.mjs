// A program that runs the OpenTelemetry JS SDK and collects the audit trail of an Office 365 tenant into its LoggerProvider.
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { ConsoleLogRecordExporter, LoggerProvider } from "@opentelemetry/sdk-logs";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "otel-o365/processors";
import { O365Receiver } from "otel-o365/receiver";
import { startTenant } from "./emulated-tenant.mjs";

const tenant = await startTenant();

const exporter = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ? new OTLPLogExporter() : new ConsoleLogRecordExporter();
const exporting = new LosslessLogRecordProcessor({ exporter, deadLetterDirectory: "state" });
const loggerProvider = new LoggerProvider({
  processors: [new XdrLogRecordProcessor(), exporting],
  // The SDK keeps 128 by default; a large record has more.
  logRecordLimits: { attributeCountLimit: 256 },
});
const receiver = new O365Receiver({
  loggerProvider,
  acknowledgedBy: exporting,
  receivers: { o365: tenant.receiver },
  storage: { directory: "state" },
});
await receiver.start();
console.error("Collecting; stop with Ctrl-C");

const asked = new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, resolve);
});
await asked;
// The receiver first: it waits until what it has emitted is exported.
const settled = await receiver.shutdown();
await loggerProvider.shutdown();
await tenant.close();
console.error(settled ? "Stopped; everything emitted is exported" : "Stopped; the rest is collected again next time");

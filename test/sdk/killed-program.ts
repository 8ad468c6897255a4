// The program of o365-receiver.process.test.ts: what somebody writes who runs the SDK. Its options come as JSON.
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "../../processors/index.ts";
import { O365Receiver } from "../../receiver/index.ts";

const { url, receivers, directory } = JSON.parse(process.argv[2] ?? "");
const lossless = new LosslessLogRecordProcessor({
  exporter: new OTLPLogExporter({ url }),
  maxExportBatchSize: 50,
  scheduledDelayMillis: 20,
});
const loggerProvider = new LoggerProvider({ processors: [new XdrLogRecordProcessor(), lossless] });
const service = { max_in_flight_bytes: 1_048_576 };
const receiver = new O365Receiver({
  loggerProvider,
  acknowledgedBy: lossless,
  receivers,
  storage: { directory },
  service,
});
await receiver.start();
process.once("SIGTERM", () => {
  void receiver
    .shutdown()
    .then(() => loggerProvider.shutdown())
    .then(() => process.exit(0));
});

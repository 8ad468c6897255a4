// A program that runs the OpenTelemetry JS SDK and has audit records: it maps them on their way to the backend.
import { readFileSync } from "node:fs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { ConsoleLogRecordExporter, LoggerProvider } from "@opentelemetry/sdk-logs";
import { sampleRecordsFile } from "otel-o365/emulator";
import { LosslessLogRecordProcessor, XdrLogRecordProcessor } from "otel-o365/processors";

const exporter = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ? new OTLPLogExporter() : new ConsoleLogRecordExporter();
const loggerProvider = new LoggerProvider({
  processors: [new XdrLogRecordProcessor(), new LosslessLogRecordProcessor({ exporter })],
  // The SDK keeps 128 by default; a large record has more.
  logRecordLimits: { attributeCountLimit: 256 },
});

const logger = loggerProvider.getLogger("audit");
const records = readFileSync(sampleRecordsFile(), "utf8").trim().split("\n").slice(0, 100);
for (const record of records) logger.emit({ body: record });

await loggerProvider.shutdown();
console.error(`${records.length} records mapped and exported`);

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ROOT_CONTEXT, SeverityNumber, trace } from "@opentelemetry/api";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { deadLetterLine } from "../../../collector/delivery/dead-letter.ts";
import { PermanentError } from "../../../collector/errors.ts";
import { decodeLogs } from "../../../collector/replay/decode-logs.ts";
import { makeRecords } from "../../support/log-records.ts";

suite("deadLetterLine()", () => {
  test("writes all that a record of the SDK holds, which is behind getters", async () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger("audit", "1.0").emit({
      timestamp: [1_782_900_000, 5],
      observedTimestamp: [1_782_900_001, 6],
      severityNumber: SeverityNumber.WARN,
      severityText: "WARN",
      body: "text",
      eventName: "UserLoggedIn",
      attributes: { "o365.id": "a" },
      context: trace.setSpanContext(ROOT_CONTEXT, {
        traceId: "0102030405060708090a0b0c0d0e0f10",
        spanId: "0102030405060708",
        traceFlags: 1,
      }),
    });
    await provider.forceFlush();
    const records = exporter.getFinishedLogRecords();
    assert.equal(records.length, 1);
    const error = new PermanentError("Cannot export", { status: 400 });
    const line = Buffer.from(deadLetterLine({ reason: "refused", records, error }, "sdk/siem", 0)).toString();
    const [read] = decodeLogs(line);
    assert.deepEqual(
      [read?.hrTime, read?.hrTimeObserved, read?.severityNumber, read?.severityText, read?.body, read?.eventName],
      [[1_782_900_000, 5], [1_782_900_001, 6], SeverityNumber.WARN, "WARN", "text", "UserLoggedIn"],
    );
    assert.deepEqual(read?.attributes, { "o365.id": "a" });
    assert.equal(read.spanContext?.spanId, "0102030405060708");
    assert.equal(read.instrumentationScope.name, "audit");
    assert.equal(read.resource.attributes["o365.dead_letter.exporter"], "sdk/siem");
    await provider.shutdown();
  });

  test("keeps no credential that the backend repeated", () => {
    const error = new PermanentError('Cannot send: it answered 400 ("Bearer 0123456789abcdef")', { status: 400 });
    const line = deadLetterLine({ reason: "refused", records: makeRecords(1), error }, "otlp_http", 0);
    const [read] = decodeLogs(Buffer.from(line).toString());
    assert.equal(
      read?.resource.attributes["o365.dead_letter.message"],
      'Cannot send: it answered 400 ("Bearer [REDACTED]")',
    );
  });
});

// The backend of the benchmark, in a process of its own: decodes and counts.
import { startOtlpSink } from "../test/support/otlp-sink.ts";

const sink = await startOtlpSink({ keep: false });
process.on("message", (question) => {
  if (question === "count") process.send?.({ records: sink.recordCount, requests: sink.requestCount });
});
process.on("SIGTERM", () => {
  void sink.close().then(() => process.exit(0));
});
process.send?.({ url: sink.url });

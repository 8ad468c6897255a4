// The backend of the benchmark, in a process of its own: decodes and counts. It begins down (503 to everything) when asked to.
import { startOtlpSink } from "../test/support/otlp-sink.ts";

let up = process.argv[2] !== "down";
const sink = await startOtlpSink({
  keep: false,
  answer: () => (up ? { kind: "ok" } : { kind: "status", status: 503 }),
});
process.on("message", (question) => {
  if (question === "up") up = true;
  process.send?.({ records: sink.recordCount });
});
process.on("SIGTERM", () => {
  void sink.close().then(() => process.exit(0));
});
process.send?.({ url: sink.url });

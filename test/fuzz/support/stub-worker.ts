// Speaks as a worker does, and tries nothing: fails at record 300, dies at record 700, is silent from record 900 on.
import { type Failure, order, type Report } from "../../../fuzz/messages.ts";

process.on("message", (message) => {
  const { first, records } = order.parse(message);
  if (first >= 900) return;
  const holds = (record: number): boolean => first <= record && record < first + records;
  if (holds(700)) process.kill(process.pid, "SIGKILL");
  const failure: Failure | undefined = holds(300)
    ? { record: 300, text: "{}", options: "{}", reason: "on purpose", again: { first: 256, records: 45 } }
    : undefined;
  process.send?.({ tried: records, memory: 1, ended: false } satisfies Report);
  process.send?.({ tried: 0, memory: 1, ended: true, failure } satisfies Report);
});
process.on("disconnect", () => process.exit());

import type { JsonValue } from "../../../collector/record.ts";
import { expectKinds } from "./expect-kinds.ts";

const statuses: [sent: JsonValue, outcome: string][] = [
  ["Succeeded", "success"],
  ["True", "success"],
  ["TRUE", "success"],
  [true, "success"],
  ["PartiallySucceeded", "partial"],
  ["Failed", "failure"],
  ["False", "failure"],
  [false, "failure"],
  ["InProgress", "unknown"],
  ["New", "unknown"],
  ["", "unknown"],
  [null, "unknown"],
  [1, "unknown"],
];
expectKinds(
  "result states",
  statuses.map(([sent, outcome]) => ({
    name: JSON.stringify(sent),
    record: { RecordType: 1, Operation: "Set-Mailbox", Workload: "Exchange", ResultStatus: sent },
    expected: { "o365.outcome": outcome, severity: outcome === "failure" ? "WARN" : "INFO" },
  })),
);

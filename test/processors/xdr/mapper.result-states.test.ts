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

const completions: [sent: string, outcome: string][] = [
  ["Succeeded", "success"],
  ["Failed", "failure"],
  ["Running", "unknown"],
];
expectKinds(
  "searches of the audit log (295), by an application",
  completions.map(([sent, outcome]) => ({
    name: sent,
    record: {
      RecordType: 295,
      Operation: "AuditSearchCompleted",
      Workload: "SecurityComplianceCenter",
      UserId: "2c92ce28-0000-4000-8000-000000000001",
      UserKey: "__NULL__",
      UserType: 4,
      CompletionStatus: sent,
    },
    expected: {
      "o365.outcome": outcome,
      severity: outcome === "failure" ? "WARN" : "INFO",
      "user.id": "2c92ce28-0000-4000-8000-000000000001",
    },
  })),
);

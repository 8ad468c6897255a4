import type { JsonValue } from "../../collector/record.ts";
import { resourceId } from "./ids.ts";
import { operationKey } from "./operation.ts";
import { version } from "../../collector/version.ts";
import { recordTypeName } from "../../collector/record-types.ts";
import { sentTypeName } from "./rules/record-type.ts";
import { plainText } from "./rules/text.ts";
import type { Subject } from "./subject.ts";

/** Values that rows read as `$name`. */
export const CONTEXT: Readonly<Record<string, (subject: Subject) => JsonValue | undefined>> = {
  /** The schema as it goes into `xdr.schema`. */
  schema: (subject) => (subject.schema === "generic" ? "generic" : `scwx.${subject.schema}`),
  /** Microseconds. */
  event_time: (subject) => subject.eventTime,
  /** How precise the record's time is. The vendor's values are not published. */
  time_fidelity: timeFidelity,
  /** Microseconds. */
  ingest_time: (subject) => subject.ingestTime,
  sensor_id: (subject) => subject.sensorId,
  tenant_id: (subject) => subject.tenantId,
  original_data: (subject) => subject.originalData,
  resource_id: resourceIdOf,
  outcome: (subject) => subject.outcome,
  /** `success`, `failure` or `logoff`; absent when the outcome is not known. */
  sign_in_result: signInResult,
  /** `true` or absent. */
  interrupted: (subject) => (subject.interrupted ? true : undefined),
  /** Name and version of this mapping. */
  normalizer: () => `otel-o365/${version}`,
  record_type: (subject) => subject.recordType,
  record_type_name: (subject) =>
    subject.recordType === undefined ? sentTypeName(subject.record["RecordType"]) : recordTypeName(subject.recordType),
};

function resourceIdOf(subject: Subject): string | undefined {
  if (subject.tenantId === undefined || subject.eventTime === undefined) return undefined;
  const id = plainText(subject.record["Id"]);
  if (id === undefined || subject.schema === "generic") return undefined;
  return resourceId(subject.schema, subject.tenantId, Math.floor(subject.eventTime / 1000), id);
}

function timeFidelity(subject: Subject): string | undefined {
  const micros = subject.eventTime;
  if (micros === undefined) return undefined;
  if (micros % 1_000_000 === 0) return "SECOND";
  return micros % 1000 === 0 ? "MILLISECOND" : "MICROSECOND";
}

function signInResult(subject: Subject): string {
  const operation = subject.record["Operation"];
  if (subject.outcome === "success" && typeof operation === "string" && operationKey(operation) === "userloggedoff") {
    return "logoff";
  }
  return subject.outcome;
}

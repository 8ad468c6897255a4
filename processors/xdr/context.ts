import type { JsonValue } from "../../collector/record.ts";
import { recordTypeName } from "../../collector/record-types.ts";
import { version } from "../../collector/version.ts";
import { resourceId } from "./ids.ts";
import { comparable } from "./operation.ts";
import { fieldNumber } from "./record-reader.ts";
import { sentTypeName } from "./rules/record-type.ts";
import { plainText } from "./rules/text.ts";
import type { Subject } from "./subject.ts";

/** A value that is known about a record, beside its fields. */
interface ContextValue {
  readonly read: (subject: Subject) => JsonValue | undefined;
  /** What it is, for the documentation. */
  readonly what: string;
}

const ID = fieldNumber("Id");
const OPERATION = fieldNumber("Operation");
const RECORD_TYPE = fieldNumber("RecordType");
const NORMALIZER = `otel-o365/${version}`;

const VALUES = {
  schema: {
    read: (subject) => (subject.schema === "generic" ? "generic" : `scwx.${subject.schema}`),
    what: "The schema, as in `scwx.auth`",
  },
  event_time: { read: (subject) => subject.eventTime, what: "`CreationTime` in microseconds since the epoch" },
  time_fidelity: { read: timeFidelity, what: "How precise `CreationTime` is; the vendor's values are not published" },
  ingest_time: {
    read: (subject) => subject.ingestTime,
    what: "When the record is normalized, in microseconds since the epoch",
  },
  sensor_id: {
    read: (subject) => subject.sensorId,
    what: "The option `sensor_id`, else the integration that brought the record",
  },
  tenant_id: { read: (subject) => subject.tenantId, what: "The option `tenant_id`" },
  original_data: {
    read: (subject) => subject.originalData,
    what: "The record's own text, where `original_data` asks for it",
  },
  resource_id: {
    read: resourceIdOf,
    what: "`event://priv:scwx.<schema>:<tenant_id>:<milliseconds>:<UUIDv5 of Id and schema>`; needs `tenant_id`",
  },
  normalizer: { read: () => NORMALIZER, what: "Name and version of this mapping" },
  outcome: {
    read: (subject) => subject.outcome,
    what: "How the action ended: `success`, `failure`, `partial`, `unknown`",
  },
  sign_in_result: { read: signInResult, what: "The outcome; `logoff` for a sign-out that worked" },
  interrupted: {
    read: (subject) => (subject.interrupted ? true : undefined),
    what: "`true` for a sign-in that was interrupted for one more step",
  },
  record_type: { read: (subject) => subject.recordType, what: "The number of the record type" },
  record_type_name: {
    read: (subject) =>
      subject.recordType === undefined
        ? sentTypeName(subject.reader.at(RECORD_TYPE))
        : recordTypeName(subject.recordType),
    what: "The name of the record type, when it is published or the record has it",
  },
} satisfies Readonly<Record<string, ContextValue>>;

/** Values that rows read as `$name`. */
export const CONTEXT: Readonly<Record<string, ContextValue>> = VALUES;

function timeFidelity(subject: Subject): string | undefined {
  const micros = subject.eventTime;
  if (micros === undefined) return undefined;
  if (micros % 1_000_000 === 0) return "SECOND";
  return micros % 1000 === 0 ? "MILLISECOND" : "MICROSECOND";
}

function resourceIdOf(subject: Subject): string | undefined {
  if (subject.tenantId === undefined || subject.eventTime === undefined) return undefined;
  const id = plainText(subject.reader.at(ID));
  if (id === undefined || subject.schema === "generic") return undefined;
  return resourceId(subject.schema, subject.tenantId, Math.floor(subject.eventTime / 1000), id);
}

function signInResult(subject: Subject): string {
  const operation = subject.reader.at(OPERATION);
  if (subject.outcome === "success" && typeof operation === "string" && comparable(operation) === "userloggedoff") {
    return "logoff";
  }
  return subject.outcome;
}

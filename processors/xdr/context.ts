import type { JsonValue } from "../../collector/record.ts";
import { recordTypeName } from "../../collector/record-types.ts";
import { version } from "../../collector/version.ts";
import { resourceId } from "./ids.ts";
import { comparable } from "./operation.ts";
import { fieldNumber } from "./record-reader.ts";
import { sentTypeName } from "./rules/record-type.ts";
import { plainText } from "./rules/text.ts";
import type { XdrOptions } from "./options.ts";
import type { XdrSchema } from "./schema/schemas.ts";
import type { Subject } from "./subject.ts";

/** How a value is known: a text that is the same for every record of a plan, a member of the subject, or worked out from it. */
type Known = string | MemberName | ((subject: Subject) => JsonValue | undefined);

/** A member of the subject that rows can read as it is. */
type MemberName = {
  readonly member: { [M in keyof Subject]: Subject[M] extends JsonValue | undefined ? M : never }[keyof Subject];
};

/** A value that is known about a record, beside its fields. */
interface ContextValue {
  /** Undefined: never there with these options. */
  readonly known: (schema: XdrSchema, options: XdrOptions) => Known | undefined;
  /** What it is, for the documentation. */
  readonly what: string;
}

const ID = fieldNumber("Id");
const OPERATION = fieldNumber("Operation");
const RECORD_TYPE = fieldNumber("RecordType");
const NORMALIZER = `otel-o365/${version}`;

const VALUES = {
  schema: {
    known: (schema) => (schema === "generic" ? "generic" : `scwx.${schema}`),
    what: "The schema, as in `scwx.auth`",
  },
  event_time: { known: () => ({ member: "eventTime" }), what: "`CreationTime` in microseconds since the epoch" },
  time_fidelity: {
    known: () => timeFidelity,
    what: "How precise `CreationTime` is; the vendor's values are not published",
  },
  ingest_time: {
    known: () => ({ member: "ingestTime" }),
    what: "When the record is normalized, in microseconds since the epoch",
  },
  sensor_id: {
    known: () => ({ member: "sensorId" }),
    what: "The option `sensor_id`, else the integration that brought the record",
  },
  tenant_id: { known: (_schema, { tenantId }) => tenantId, what: "The option `tenant_id`" },
  original_data: {
    known: (_schema, { originalData }) =>
      originalData === "attribute" || originalData === "both" ? { member: "originalData" } : undefined,
    what: "The record's own text, where `original_data` asks for it",
  },
  resource_id: {
    known: (_schema, { tenantId }) => (tenantId === undefined ? undefined : resourceIdOf),
    what: "`event://priv:scwx.<schema>:<tenant_id>:<milliseconds>:<UUIDv5 of Id and schema>`; needs `tenant_id`",
  },
  normalizer: { known: () => NORMALIZER, what: "Name and version of this mapping" },
  outcome: {
    known: () => ({ member: "outcome" }),
    what: "How the action ended: `success`, `failure`, `partial`, `unknown`",
  },
  sign_in_result: { known: () => signInResult, what: "The outcome; `logoff` for a sign-out that worked" },
  interrupted: {
    known: () => (subject) => (subject.interrupted ? true : undefined),
    what: "`true` for a sign-in that was interrupted for one more step",
  },
  record_type: { known: () => ({ member: "recordType" }), what: "The number of the record type" },
  record_type_name: {
    known: () => typeName,
    what: "The name of the record type, when it is published or the record has it",
  },
} satisfies Readonly<Record<string, ContextValue>>;

/** Values that rows read as `$name`. */
export const CONTEXT: Readonly<Record<string, ContextValue>> = VALUES;

/** Reads what is known of a record. */
export function readerOfKnown(known: Exclude<Known, string>): (subject: Subject) => JsonValue | undefined {
  if (typeof known === "function") return known;
  const { member } = known;
  return (subject) => subject[member];
}

function typeName({ recordType, reader }: Subject): string | undefined {
  return recordType === undefined ? sentTypeName(reader.at(RECORD_TYPE)) : recordTypeName(recordType);
}

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

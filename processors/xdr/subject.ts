import { AttributeSheet } from "./attribute-sheet.ts";
import { RecordReader } from "./record-reader.ts";
import type { Outcome } from "./rules/outcome.ts";
import type { Kind } from "./kinds.ts";
import type { XdrSchema } from "./schema/schemas.ts";

/** What a row can read beside the audit record itself. One object serves all records of a mapper, one after the other. */
export interface Subject {
  /** The audit record's fields; none when there is no record. */
  readonly reader: RecordReader;
  /** The attributes that the record came with. */
  readonly came: RecordReader<unknown>;
  /** Attributes so far: those that came with the record and those of the rows above. */
  readonly sheet: AttributeSheet;
  kind: Kind;
  schema: XdrSchema;
  outcome: Outcome;
  /** The vendor's word for the severity, once the attributes are there. */
  severity: unknown;
  /** Sign-in records only. */
  interrupted: boolean;
  recordType: number | undefined;
  /** Microseconds; undefined when the record has no readable time. */
  eventTime: number | undefined;
  /** Microseconds. */
  ingestTime: number | undefined;
  /** The record's text, when it goes into an attribute. */
  originalData: string | undefined;
  /** Id of the integration that brought the record, as in YAML. */
  sensorId: string | undefined;
  /** Taegis tenant. */
  tenantId: string | undefined;
}

/** A subject that holds no record. */
export function blankSubject(tenantId: string | undefined): Subject {
  return {
    reader: new RecordReader(),
    came: new RecordReader(),
    sheet: new AttributeSheet(),
    kind: "generic",
    schema: "generic",
    outcome: "unknown",
    severity: undefined,
    interrupted: false,
    recordType: undefined,
    eventTime: undefined,
    ingestTime: undefined,
    originalData: undefined,
    sensorId: undefined,
    tenantId,
  };
}

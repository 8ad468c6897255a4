import { type Attributes, SeverityNumber } from "@opentelemetry/api";
import type { JsonObject } from "../../collector/record.ts";
import { compilePlan, type Plan } from "./compile.ts";
import { addExtensions } from "./extensions.ts";
import type { XdrOptions } from "./options.ts";
import { recordTypeNumber } from "../../collector/record-types.ts";
import { type Kind, KINDS } from "./kinds.ts";
import { kindOf } from "./routing.ts";
import { runDrops, runPlan } from "./run-plan.ts";
import { isInterrupted, outcomeOf } from "./rules/outcome.ts";
import { severityOf } from "./rules/severity.ts";
import { micros } from "./rules/time.ts";
import type { XdrSchema } from "./schema/schemas.ts";
import { hasSecrets } from "./secrets.ts";
import { blankSubject, NOTHING, type Subject } from "./subject.ts";
import { checkRows } from "./tables/check-rows.ts";

/** One audit record and what came with it. */
export interface AuditSource {
  /** The parsed record; null when the text is not a JSON object. */
  readonly record: JsonObject | null;
  /** The record's text. Needed only where the options put it into an attribute. */
  readonly text?: string | undefined;
  /** Attributes that the record came with. They are copied, never changed. */
  readonly attributes?: Attributes | undefined;
  /** Id of the integration that brought the record. */
  readonly integration?: string | undefined;
  /** Milliseconds since the epoch: when the record is normalized. */
  readonly nowMs?: number | undefined;
}

/** An audit record as a normalized event. */
export interface MappedRecord {
  readonly schema: XdrSchema;
  readonly attributes: Attributes;
  readonly severityNumber: SeverityNumber;
  readonly severityText: string;
  /** True when the record's text has to leave the body, because the options say so. */
  readonly dropBody: boolean;
}

/** Maps audit records to normalized events. One mapper serves one set of options; it keeps nothing of a record. */
export class XdrMapper {
  readonly #options: XdrOptions;
  readonly #plans = new Map<XdrSchema, Map<Kind, Plan>>();
  #subject: Subject;

  /** @throws {RangeError} When a row of the user's own cannot be used. */
  constructor(options: XdrOptions = {}) {
    const [problem] = checkRows(options.mapping ?? {}, options.emitUnverified ?? false);
    if (problem !== undefined) {
      throw new RangeError(`Cannot use row ${problem.path.join(".")} of the mapping: it ${problem.message}`);
    }
    this.#options = options;
    this.#subject = blankSubject(options.tenantId);
  }

  /** Maps one record. Takes any JSON value in any field. */
  map(source: AuditSource): MappedRecord {
    const type = typeOf(source);
    const kind = kindFor(source, type);
    const { schema, withoutAntivirus } = KINDS[kind];
    const antivirus = this.#options.antivirus ?? true;
    return this.#run(source, type, kind, antivirus ? schema : (withoutAntivirus ?? schema));
  }

  /** Maps a mail threat once more, as a mail event. Undefined when the record is no mail threat. */
  mapEmailCopy(source: AuditSource): MappedRecord | undefined {
    const type = typeOf(source);
    const kind = kindFor(source, type);
    return kind === "mail_threat" ? this.#run(source, type, kind, "email") : undefined;
  }

  #run(source: AuditSource, type: number | undefined, kind: Kind, schema: XdrSchema): MappedRecord {
    if (this.#subject.sheet.full) this.#startOver();
    const subject = this.#subject;
    const { sheet } = subject;
    const record = source.record ?? NOTHING;
    const signIn = schema === "auth";
    subject.record = record;
    sheet.start();
    subject.kind = kind;
    subject.schema = schema;
    subject.recordType = type;
    subject.outcome = outcomeOf(record, signIn);
    subject.interrupted = signIn && isInterrupted(record);
    subject.eventTime = micros(record["CreationTime"] ?? null);
    subject.ingestTime = source.nowMs === undefined ? undefined : Math.floor(source.nowMs * 1000);
    subject.sensorId = this.#options.sensorId ?? source.integration;
    const dropBody = this.#takeText(source, subject);
    const plan = this.#planFor(schema, kind);
    runDrops(plan, subject);
    sheet.bring(source.attributes);
    runPlan(plan, subject);
    const extensions = this.#options.extensions ?? "all";
    if (extensions === "all") addExtensions(record, Object.keys(record), sheet);
    else if (extensions === "common") addExtensions(record, plan.kept, sheet);
    const severity = severityFor(subject, sheet.get(plan.severitySlot));
    const attributes = sheet.build();
    subject.record = NOTHING;
    subject.originalData = undefined;
    return { schema, attributes, severityNumber: severity.number, severityText: severity.text, dropBody };
  }

  /** Puts the text where the options want it; returns whether it leaves the body. Matched secrets never leave the body for an attribute. */
  #takeText(source: AuditSource, subject: Subject): boolean {
    const wanted = this.#options.originalData ?? "body";
    subject.originalData = undefined;
    if (wanted === "body") return false;
    if (wanted === "none") return true;
    if (source.text === undefined || hasSecrets(source.record, source.text)) return false;
    subject.originalData = source.text;
    return wanted === "attribute";
  }

  /** Forgets names that records brought; the plans hold slots, so they go as well. */
  #startOver(): void {
    this.#plans.clear();
    this.#subject = blankSubject(this.#options.tenantId);
  }

  #planFor(schema: XdrSchema, kind: Kind): Plan {
    let kinds = this.#plans.get(schema);
    if (kinds === undefined) {
      kinds = new Map();
      this.#plans.set(schema, kinds);
    }
    let plan = kinds.get(kind);
    if (plan === undefined) {
      plan = compilePlan(schema, kind, this.#options, this.#subject.sheet);
      kinds.set(kind, plan);
    }
    return plan;
  }
}

function typeOf(source: AuditSource): number | undefined {
  return recordTypeNumber(source.record?.["RecordType"] ?? source.attributes?.["o365.record_type"]);
}

function kindFor(source: AuditSource, type: number | undefined): Kind {
  const contentType = source.attributes?.["o365.content_type"];
  return kindOf(source.record, type, typeof contentType === "string" ? contentType : undefined);
}

const WARN = { number: SeverityNumber.WARN, text: "WARN" };
const INFO = { number: SeverityNumber.INFO, text: "INFO" };

/**
 * Severity: alerts have that of the vendor (informational INFO, low WARN, medium WARN2, high ERROR, critical FATAL; WARN
 * when the record has none); failures are WARN unless the sign-in was only interrupted; everything else is INFO.
 */
function severityFor(subject: Subject, word: unknown): { readonly number: SeverityNumber; readonly text: string } {
  if (subject.schema !== "auth" && subject.schema !== "cloudaudit" && subject.schema !== "generic") {
    return severityOf(word) ?? WARN;
  }
  return subject.outcome === "failure" && !subject.interrupted ? WARN : INFO;
}

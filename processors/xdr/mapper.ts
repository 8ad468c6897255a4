import { type Attributes, SeverityNumber } from "@opentelemetry/api";
import type { JsonObject } from "../../collector/record.ts";
import { compilePlan, type Plan } from "./compile.ts";
import type { XdrOptions } from "./options.ts";
import { recordTypeNumber } from "../../collector/record-types.ts";
import { type Kind, KINDS } from "./kinds.ts";
import { ProgramCache } from "./program-cache.ts";
import type { ProgramRunner } from "./program-runner.ts";
import { type RecordGroup, RecordGroups } from "./record-groups.ts";
import { KindTeller } from "./routing.ts";
import { isInterrupted, outcomeOf } from "./rules/outcome.ts";
import { severityOf } from "./rules/severity.ts";
import { micros } from "./rules/time.ts";
import type { XdrSchema } from "./schema/schemas.ts";
import { hasSecrets } from "./secrets.ts";
import { blankSubject, type Subject } from "./subject.ts";
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

type Failed = (index: number, error: unknown) => void;

/** Maps audit records to normalized events. One mapper serves one set of options; it keeps nothing of a record but the last. */
export class XdrMapper {
  readonly #options: XdrOptions;
  readonly #plans = new Map<XdrSchema, Map<Kind, Plan>>();
  readonly #runsBeforeCode: number | undefined;
  readonly #kinds = new KindTeller();
  #groups = new RecordGroups();
  #programs: ProgramCache;
  #subject: Subject;

  /**
   * @param runsBeforeCode For tests: after how many records of one shape the mapping of that shape becomes code.
   * @throws {RangeError} When a row of the user's own cannot be used.
   */
  constructor(options: XdrOptions = {}, runsBeforeCode?: number) {
    const [problem] = checkRows(options.mapping ?? {}, options.emitUnverified ?? false);
    if (problem !== undefined) {
      throw new RangeError(`Cannot use row ${problem.path.join(".")} of the mapping: it ${problem.message}`);
    }
    this.#options = options;
    this.#runsBeforeCode = runsBeforeCode;
    this.#programs = new ProgramCache(runsBeforeCode);
    this.#subject = blankSubject(options.tenantId);
  }

  /** Maps one record. Takes any JSON value in any field. */
  map(source: AuditSource): MappedRecord {
    const group = this.#read(source);
    const kind = this.#kindOf();
    return this.#run(source, this.#runnerFor(group, kind, this.#schemaOf(kind), 1));
  }

  /**
   * Maps the records of a batch, which takes less time than one by one: those with the same fields are mapped in one go.
   *
   * @param sources Undefined ones are passed over.
   * @param failed Is told the place of a record that could not be mapped, and why.
   * @returns As many as sources, in their order; undefined for those passed over and those that failed.
   */
  mapAll(sources: readonly (AuditSource | undefined)[], failed: Failed): readonly (MappedRecord | undefined)[] {
    const groups: RecordGroup[] = [];
    const mapped: (MappedRecord | undefined)[] = [];
    for (let index = 0; index < sources.length; index += 1) {
      mapped.push(undefined);
      const source = sources[index];
      if (source === undefined) continue;
      try {
        const group = this.#read(source);
        if (group.add(index, groups)) groups.push(group);
      } catch (error) {
        failed(index, error);
      }
    }
    for (const group of groups) this.#mapGroup(group, sources, mapped, failed);
    return mapped;
  }

  #mapGroup(
    group: RecordGroup,
    sources: readonly (AuditSource | undefined)[],
    mapped: (MappedRecord | undefined)[],
    failed: Failed,
  ): void {
    const { reader, came } = this.#subject;
    const places = group.takePlaces();
    let runner: ProgramRunner | undefined;
    let kind: Kind | undefined;
    for (const index of places) {
      const source = sources[index];
      if (source === undefined) continue;
      try {
        reader.take(source.record ?? NOTHING, group.shape);
        came.take(source.attributes ?? NOTHING, group.came);
        const next = this.#kindOf();
        if (runner === undefined || next !== kind) {
          runner = this.#runnerFor(group, next, this.#schemaOf(next), places.length);
          kind = next;
        }
        mapped[index] = this.#run(source, runner);
      } catch (error) {
        failed(index, error);
      }
    }
  }

  /** Maps a mail threat once more, as a mail event. Undefined when the record is no mail threat. */
  mapEmailCopy(source: AuditSource): MappedRecord | undefined {
    const group = this.#read(source);
    const kind = this.#kindOf();
    return kind === "mail_threat" ? this.#run(source, this.#runnerFor(group, kind, "email", 1)) : undefined;
  }

  #read({ record, attributes }: AuditSource): RecordGroup {
    if (this.#isFull()) this.#startOver();
    const { reader, came } = this.#subject;
    reader.read(record ?? NOTHING);
    came.read(attributes ?? NOTHING);
    return this.#groups.of(reader.shape, came.shape);
  }

  /** The kind of the record that was read last. */
  #kindOf(): Kind {
    const { reader, came } = this.#subject;
    const type = recordTypeNumber(reader.record["RecordType"] ?? came.record["o365.record_type"]);
    this.#subject.recordType = type;
    const contentType = came.record["o365.content_type"];
    return this.#kinds.kindOf(reader, type, typeof contentType === "string" ? contentType : undefined);
  }

  #schemaOf(kind: Kind): XdrSchema {
    const { schema, withoutAntivirus } = KINDS[kind];
    return (this.#options.antivirus ?? true) ? schema : (withoutAntivirus ?? schema);
  }

  /**
   * What maps the records of the group that are of the kind.
   *
   * @param uses How often it will be used.
   */
  #runnerFor(group: RecordGroup, kind: Kind, schema: XdrSchema, uses: number): ProgramRunner {
    this.#subject.kind = kind;
    this.#subject.schema = schema;
    return this.#programs.get(this.#planFor(schema, kind), group, uses);
  }

  #run(source: AuditSource, runner: ProgramRunner): MappedRecord {
    const subject = this.#subject;
    const { reader, schema } = subject;
    const signIn = schema === "auth";
    subject.outcome = outcomeOf(reader, signIn);
    subject.interrupted = signIn && isInterrupted(reader);
    subject.eventTime = micros(reader.record["CreationTime"] ?? null);
    subject.ingestTime = source.nowMs === undefined ? undefined : Math.floor(source.nowMs * 1000);
    subject.sensorId = this.#options.sensorId ?? source.integration;
    const dropBody = this.#takeText(source, subject);
    subject.severity = undefined;
    const attributes = runner.run(subject);
    const severity = severityFor(subject);
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

  #isFull(): boolean {
    const { reader, came } = this.#subject;
    return this.#programs.full || this.#groups.full || reader.full || came.full;
  }

  /** Forgets the shapes that were seen. A record can have any names, and none of them may take memory for good. */
  #startOver(): void {
    this.#groups = new RecordGroups();
    this.#programs = new ProgramCache(this.#runsBeforeCode);
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
      plan = compilePlan(schema, kind, this.#options);
      kinds.set(kind, plan);
    }
    return plan;
  }
}

/** Stands for the audit record where there is none, and for attributes. */
const NOTHING = {};

const WARN = { number: SeverityNumber.WARN, text: "WARN" };
const INFO = { number: SeverityNumber.INFO, text: "INFO" };

/**
 * Severity: alerts have that of the vendor (informational INFO, low WARN, medium WARN2, high ERROR, critical FATAL; WARN
 * when the record has none); failures are WARN unless the sign-in was only interrupted; everything else is INFO.
 */
function severityFor(subject: Subject): { readonly number: SeverityNumber; readonly text: string } {
  if (subject.schema !== "auth" && subject.schema !== "cloudaudit" && subject.schema !== "generic") {
    return severityOf(subject.severity) ?? WARN;
  }
  return subject.outcome === "failure" && !subject.interrupted ? WARN : INFO;
}

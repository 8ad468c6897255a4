import { type Counter, SeverityNumber } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { describeError } from "../../collector/errors.ts";
import type { Logger } from "../../collector/telemetry.ts";
import { type AuditLogRecord, auditRecordOf, isCollectorEvent } from "../../collector/record.ts";
import type { XdrConfig } from "./config.ts";
import { copyUid } from "./ids.ts";
import { type AuditSource, type MappedRecord, XdrMapper } from "./mapper.ts";
import { XDR_PREFIX } from "./options.ts";
import type { XdrSchema } from "./schema/schemas.ts";

/** Maps every record to a normalized one and passes the batch on. */
export class XdrProcessor implements Component, LogsConsumer {
  readonly #mapper: XdrMapper;
  readonly #emailCopy: boolean;
  readonly #schemaAttribute: string;
  readonly #next: LogsConsumer;
  readonly #now: () => number;
  readonly #logger: Logger;
  readonly #mapped: Counter;
  readonly #failed: Counter;
  readonly #id: string;
  #failureLogged = false;

  constructor(settings: Settings, config: XdrConfig, next: LogsConsumer) {
    this.#mapper = new XdrMapper(config);
    this.#emailCopy = config.emailCopy;
    this.#schemaAttribute = `${config.prefix ?? XDR_PREFIX}schema`;
    this.#next = next;
    this.#now = () => settings.clock.now();
    this.#id = settings.id;
    this.#logger = settings.logger;
    this.#failed = settings.meter.createCounter("otel_o365_xdr_failures", {
      unit: "{record}",
      description: "Records passed on unmapped because of a fault in the mapping",
    });
    this.#mapped = settings.meter.createCounter("otel_o365_xdr_records", {
      unit: "{record}",
      description: "Records mapped, by schema",
    });
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Settles as the next consumer does: nothing is held here, and nothing is dropped. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const counts: Counts = new Map();
    const mapped = this.#mapAll(records, counts);
    for (const [schema, count] of counts) this.#mapped.add(count, { processor: this.#id, schema });
    await this.#next.consume(mapped, signal);
  }

  #mapAll(records: readonly AuditLogRecord[], counts: Counts): readonly ReadableLogRecord[] {
    const nowMs = this.#now();
    const faults = new Map<number, unknown>();
    const sources = records.map((record) => (isCollectorEvent(record) ? undefined : sourceOf(record, nowMs)));
    const results = this.#mapper.mapAll(sources, (index, error) => faults.set(index, error));
    const mapped: ReadableLogRecord[] = [];
    for (const [index, record] of records.entries()) {
      const source = sources[index];
      const result = results[index];
      if (source === undefined) mapped.push(record);
      // A record that cannot be mapped must not hold up its batch, which would come again without end.
      else if (result === undefined) mapped.push(this.#unmapped(record, faults.get(index)));
      else {
        mapped.push(withMapping(record, result));
        count(counts, result.schema);
        if (this.#emailCopy) this.#addCopy(record, source, mapped, counts);
      }
    }
    return mapped;
  }

  #addCopy(record: AuditLogRecord, source: AuditSource, mapped: ReadableLogRecord[], counts: Counts): void {
    try {
      const copy = this.#mapper.mapEmailCopy(source);
      if (copy === undefined) return;
      mapped.push(withMapping(record, withUidOfCopy(copy)));
      count(counts, copy.schema);
    } catch (error) {
      this.#tell(record, "passes on without its copy as mail", error);
    }
  }

  #unmapped(record: AuditLogRecord, error: unknown): ReadableLogRecord {
    this.#tell(record, "passes on as generic", error);
    return { ...record, attributes: { ...record.attributes, [this.#schemaAttribute]: "generic" } };
  }

  /** @param outcome What becomes of the record. */
  #tell(record: AuditLogRecord, outcome: string, error: unknown): void {
    this.#failed.add(1, { processor: this.#id });
    if (!this.#failureLogged) {
      this.#failureLogged = true;
      this.#logger.error(`Cannot map an audit record: the mapping has a fault; the record ${outcome}`, {
        id: record.attributes["o365.id"],
        record_type: record.attributes["o365.record_type"],
        error: describeError(error),
      });
    }
  }
}

/** Records by schema. */
type Counts = Map<XdrSchema, number>;

function count(counts: Counts, schema: XdrSchema): void {
  counts.set(schema, (counts.get(schema) ?? 0) + 1);
}

function sourceOf(record: AuditLogRecord, nowMs: number): AuditSource {
  const integration = record.resource.attributes["o365.integration"];
  return {
    record: auditRecordOf(record),
    text: typeof record.body === "string" ? record.body : undefined,
    attributes: record.attributes,
    integration: typeof integration === "string" ? integration : undefined,
    nowMs,
  };
}

/** A new record: the one that came belongs to whoever else got it. A severity that it came with stays. */
function withMapping(record: AuditLogRecord, mapped: MappedRecord): ReadableLogRecord {
  const result =
    record.severityNumber === undefined || record.severityNumber === SeverityNumber.UNSPECIFIED
      ? {
          ...record,
          severityNumber: mapped.severityNumber,
          severityText: mapped.severityText,
          attributes: mapped.attributes,
        }
      : { ...record, attributes: mapped.attributes };
  if (!mapped.dropBody) return result;
  const { body: _dropped, ...rest } = result;
  return rest;
}

function withUidOfCopy(copy: MappedRecord): MappedRecord {
  const uid = copy.attributes["log.record.uid"] ?? copy.attributes["o365.id"];
  if (typeof uid !== "string") return copy;
  return { ...copy, attributes: { ...copy.attributes, "log.record.uid": copyUid(uid, copy.schema) } };
}

import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type AuditLogRecord, auditRecordOf } from "../record.ts";
import { toCel, viewOf } from "./values.ts";

/** What an expression can see of a record, by name and CEL type. */
export const VARIABLES = {
  attributes: "map<string, dyn>",
  resource: "map<string, dyn>",
  event_name: "string",
  severity: "int",
  body: "dyn",
  body_text: "string",
} as const;

/**
 * One record after another as CEL sees it, each part converted when an expression asks for it. Property names are those
 * of `VARIABLES`.
 */
export class RecordView implements Readonly<Record<keyof typeof VARIABLES, unknown>> {
  #record: AuditLogRecord;
  #attributes: unknown;
  #body: unknown;
  #resource: unknown;
  #resourceSeen: object | undefined;

  constructor(record: ReadableLogRecord) {
    this.#record = record;
  }

  /** Looks at another record from now on. */
  show(record: ReadableLogRecord): this {
    this.#record = record;
    this.#attributes = undefined;
    this.#body = undefined;
    return this;
  }

  get attributes(): unknown {
    return (this.#attributes ??= viewOf(this.#record.attributes));
  }

  /** Records of one source share their resource object. */
  get resource(): unknown {
    const { attributes } = this.#record.resource;
    if (this.#resourceSeen !== attributes) {
      this.#resourceSeen = attributes;
      this.#resource = viewOf(attributes);
    }
    return this.#resource;
  }

  /** Empty when there is none. */
  get event_name(): string {
    return this.#record.eventName ?? "";
  }

  /** The severity number, 0 when there is none. */
  get severity(): bigint {
    return BigInt(this.#record.severityNumber ?? 0);
  }

  /** The audit record, or whatever the body is when it is no JSON object. */
  get body(): unknown {
    return (this.#body ??= toCel(auditRecordOf(this.#record) ?? this.#record.body));
  }

  /** The body as text, empty when there is none. */
  get body_text(): string {
    const { body } = this.#record;
    if (typeof body === "string") return body;
    return body === undefined || body === null ? "" : JSON.stringify(body);
  }
}

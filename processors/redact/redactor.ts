import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { auditRecord, type AuditLogRecord } from "../../collector/record.ts";
import { openBody, withBody } from "../../collector/record-body.ts";
import type { RedactConfig } from "./config.ts";
import { findNamed, NameIndex } from "./find-named.ts";
import { cutBrokenText } from "./broken-text.ts";
import { type Counts, Rewriter, type RuleSet } from "./rewriter.ts";

/** Takes values out of records. What comes out holds no copy of them. */
export class Redactor {
  readonly #config: RedactConfig;
  readonly #rules: RuleSet;
  /** Records of one source share their resource: what comes out of it is shared too, or batches fall apart. */
  readonly #resources = new WeakMap<object, ReadableLogRecord["resource"]>();

  constructor(config: RedactConfig) {
    this.#config = config;
    const patterns = config.rules.filter((rule) => rule.kind === "pattern");
    this.#rules = { names: new NameIndex(config.rules), patterns };
  }

  /** The record without the values; itself when there was nothing to take out. */
  redact(record: AuditLogRecord, counts: Counts): ReadableLogRecord {
    const opened = openBody(record);
    const found = findNamed([record.attributes, opened?.tree], this.#rules.names);
    const rewriter = new Rewriter(this.#rules, found, counts);
    const attributes = rewriter.mapping(record.attributes);
    const resource = this.#resource(record.resource, counts);
    const changed =
      attributes === record.attributes && resource === record.resource ? record : { ...record, attributes, resource };
    if (opened !== undefined) {
      const tree = rewriter.value(opened.tree);
      return tree === opened.tree ? changed : withBody(changed, opened.close(tree));
    }
    if (record.body === undefined) return record[auditRecord] === undefined ? changed : withBody(changed, undefined);
    if (typeof record.body !== "string") return changed;
    const text = rewriter.text(cutBrokenText(record.body, this.#config, counts));
    return text === record.body ? changed : withBody(changed, text);
  }

  #resource(resource: ReadableLogRecord["resource"], counts: Counts): ReadableLogRecord["resource"] {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const found = findNamed([resource.attributes], this.#rules.names);
    const attributes = new Rewriter(this.#rules, found, counts).mapping(resource.attributes);
    const redacted = attributes === resource.attributes ? resource : resourceFromAttributes(attributes);
    this.#resources.set(resource, redacted);
    return redacted;
  }
}

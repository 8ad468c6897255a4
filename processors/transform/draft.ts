import { SeverityNumber } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Target } from "../../collector/cel/target.ts";
import type { PlainValue } from "../../collector/cel/values.ts";
import { openBody, valueAt, withBody, withValueAt } from "../../collector/record-body.ts";

type Resource = ReadableLogRecord["resource"];
type Attributes = ReadableLogRecord["attributes"];

/** Changed resources by what they hold: records that end up with equal resources share one, or batches fall apart. */
export class ResourceCache {
  readonly #byText = new Map<string, Resource>();

  with(attributes: Resource["attributes"]): Resource {
    const text = JSON.stringify(attributes);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    // Resources that differ with every record are no source's; they are not worth keeping.
    if (this.#byText.size >= 1000) this.#byText.clear();
    const made = resourceFromAttributes(attributes);
    this.#byText.set(text, made);
    return made;
  }
}

/** A record on its way through the actions. The one that came is never changed; `record` is it, as long as nothing was. */
export class Draft {
  record: ReadableLogRecord;
  readonly #resources: ResourceCache;

  constructor(record: ReadableLogRecord, resources: ResourceCache) {
    this.record = record;
    this.#resources = resources;
  }

  read(target: Target): unknown {
    if (target.part === "attributes") return this.record.attributes[target.name];
    if (target.part === "resource") return this.record.resource.attributes[target.name];
    if (target.part === "event_name") return this.record.eventName;
    if (target.part === "severity") return this.record.severityNumber;
    return target.path.length === 0 ? this.record.body : valueAt(openBody(this.record)?.tree, target.path);
  }

  /**
   * Undefined takes the part away.
   *
   * @throws {TypeError} When the part does not take such a value; its message is fit for a log line.
   */
  write(target: Target, value: PlainValue | undefined): void {
    switch (target.part) {
      case "attributes":
        this.record = { ...this.record, attributes: withEntry(this.record.attributes, target.name, value) };
        return;
      case "resource":
        this.record = { ...this.record, resource: this.#resource(target.name, value) };
        return;
      case "event_name":
        this.record = withEventName(this.record, value);
        return;
      case "severity":
        this.record = withSeverity(this.record, value);
        return;
      case "body":
        this.#writeBody(target.path, value);
    }
  }

  #resource(name: string, value: PlainValue | undefined): Resource {
    const { attributes } = this.record.resource;
    return this.#resources.with(withEntry(attributes, name, value));
  }

  #writeBody(path: readonly string[], value: PlainValue | undefined): void {
    if (path.length === 0) {
      this.record = withBody(this.record, value);
      return;
    }
    const opened = openBody(this.record);
    if (opened === undefined) {
      if (value === undefined) return;
      throw new TypeError("the body is no JSON object");
    }
    const changed = withValueAt(opened.tree, path, value);
    if (changed === undefined) throw new TypeError(`body.${path.join(".")} leads through a value without fields`);
    if (changed !== opened.tree) this.record = withBody(this.record, opened.close(changed));
  }
}

function withEntry<T extends Attributes>(entries: T, name: string, value: PlainValue | undefined): T {
  if (value === undefined) {
    const { [name]: _gone, ...others } = entries;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same attributes, less one
    return others as T;
  }
  return { ...entries, [name]: value };
}

function withEventName(record: ReadableLogRecord, value: PlainValue | undefined): ReadableLogRecord {
  if (typeof value === "string") return { ...record, eventName: value };
  if (value !== undefined) throw new TypeError(`event_name takes string, not ${typeof value}`);
  const { eventName: _gone, ...others } = record;
  return others;
}

const FATAL4 = 24;

function withSeverity(record: ReadableLogRecord, value: PlainValue | undefined): ReadableLogRecord {
  const { severityNumber: _number, severityText: _text, ...others } = record;
  if (value === undefined) return others;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > FATAL4) {
    throw new TypeError(`severity takes a whole number from 0 to ${FATAL4}, such as WARN`);
  }
  const severityNumber: SeverityNumber = value;
  return { ...others, severityNumber, severityText: SeverityNumber[severityNumber] ?? "" };
}

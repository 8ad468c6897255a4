import { isUtf8 } from "node:buffer";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type DeadLetter, DeadLetterAttribute } from "../../delivery/dead-letter.ts";
import { decodeLogs } from "../decode-logs.ts";
import { OtlpJsonError } from "../otlp-value.ts";

/** A line of a dead-letter file, as it was before it was set aside. */
export interface Letter {
  readonly reason: DeadLetter["reason"];
  /** Without the attributes that say why they were set aside. */
  readonly records: readonly ReadableLogRecord[];
}

const MARKS: ReadonlySet<string> = new Set(Object.values(DeadLetterAttribute));

type Scope = ReadableLogRecord["instrumentationScope"];

/** Resources and scopes that are remembered: of a collector, one for each integration. */
const MAX_SHARED = 100;

/**
 * Reads lines. Equal resources and scopes become the same objects, whatever lines they are on: serializers group by identity,
 * and a hundred lines would otherwise be sent with a hundred copies.
 */
export class LetterReader {
  readonly #resources = new Map<string, Resource>();
  readonly #scopes = new Map<string, Scope>();

  /**
   * Reads a line. One that says no reason counts as refused.
   *
   * @throws {OtlpJsonError} When it is no OTLP JSON, or could not be sent without losing some of it.
   */
  read(line: Buffer): Letter {
    // Replacement characters would be sent in place of what is there.
    if (!isUtf8(line)) throw new OtlpJsonError("the line", "UTF-8", "bytes of another encoding");
    const marked = decodeLogs(line.toString("utf8"));
    const isPartial = marked.some(({ resource }) => resource.attributes[DeadLetterAttribute.reason] === "partial");
    const resources = new Map<Resource, Resource>();
    const records = marked.map((record): ReadableLogRecord => {
      const { resource: own, instrumentationScope } = record;
      let resource = resources.get(own);
      if (resource === undefined) {
        resource = this.#resource(own);
        resources.set(own, resource);
      }
      const scope = shared(this.#scopes, JSON.stringify(instrumentationScope), () => instrumentationScope);
      return { ...record, resource, instrumentationScope: scope };
    });
    return { reason: isPartial ? "partial" : "refused", records };
  }

  /** Without the marks. */
  #resource({ attributes, schemaUrl }: Resource): Resource {
    const own = Object.fromEntries(Object.entries(attributes).filter(([key]) => !MARKS.has(key)));
    return shared(this.#resources, JSON.stringify([own, schemaUrl]), () =>
      resourceFromAttributes(own, schemaUrl === undefined ? {} : { schemaUrl }),
    );
  }
}

function shared<T>(known: Map<string, T>, key: string, make: () => T): T {
  let one = known.get(key);
  if (one === undefined) {
    if (known.size >= MAX_SHARED) known.clear();
    one = make();
    known.set(key, one);
  }
  return one;
}

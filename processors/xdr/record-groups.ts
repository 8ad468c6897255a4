import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../../collector/record.ts";
import type { AuditSource } from "./mapper.ts";
import { type RecordShape, withoutGaps } from "./record-reader.ts";
import type { Subject } from "./subject.ts";

/** A record of a batch. */
interface Member {
  /** Its place in the batch. */
  readonly index: number;
  readonly source: AuditSource;
  readonly record: JsonObject;
  readonly attributes: Attributes;
}

/** Records of a batch that have the same fields and came with the same attributes. */
export interface RecordGroup {
  readonly shape: RecordShape;
  readonly came: RecordShape;
  readonly members: Member[];
}

/** Stands for the audit record where there is none, and for attributes. */
const NOTHING = {};

/**
 * Sorts the records of a batch by shape. Each shape has its own code, and a processor that goes from one to the next with
 * each record has none of it at hand.
 */
export class RecordGroups {
  readonly #groups = new Map<RecordShape, RecordGroup[]>();

  /** In the order of their first records. */
  *[Symbol.iterator](): Iterator<RecordGroup> {
    for (const groups of this.#groups.values()) yield* groups;
  }

  /** Puts a record to those with which it shares its shapes, as the readers tell them. */
  add(index: number, source: AuditSource, readers: Pick<Subject, "reader" | "came">): void {
    const { record, attributes } = source;
    const given = record ?? NOTHING;
    const came = attributes ?? NOTHING;
    const shape = readers.reader.shapeOf(given);
    const shapeOfCame = readers.came.shapeOf(came);
    if (shape === undefined) this.add(index, { ...source, record: withoutGaps(given) }, readers);
    else if (shapeOfCame === undefined) this.add(index, { ...source, attributes: withoutGaps(came) }, readers);
    else this.#groupOf(shape, shapeOfCame).members.push({ index, source, record: given, attributes: came });
  }

  #groupOf(shape: RecordShape, came: RecordShape): RecordGroup {
    const known = this.#groups.get(shape);
    if (known !== undefined) for (const group of known) if (group.came === came) return group;
    const group = { shape, came, members: [] };
    if (known === undefined) this.#groups.set(shape, [group]);
    else known.push(group);
    return group;
  }
}

import type { JsonObject } from "../../collector/record.ts";
import type { AuditSource } from "./mapper.ts";
import type { RecordShape } from "./record-reader.ts";
import type { Subject } from "./subject.ts";

/** A record of a batch. */
interface Member {
  /** Its place in the batch. */
  readonly index: number;
  readonly source: AuditSource;
  readonly record: JsonObject;
  /** Those that it came with. */
  readonly attributes: Subject["came"]["record"];
}

/** Records of a batch that have the same fields and came with the same attributes. */
export interface RecordGroup {
  readonly shape: RecordShape;
  readonly came: RecordShape;
  readonly members: Member[];
}

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

  /** Puts a record that was just read to those with which it shares its shapes. */
  add(index: number, source: AuditSource, { reader, came }: Pick<Subject, "reader" | "came">): void {
    this.#groupOf(reader.shape, came.shape).members.push({
      index,
      source,
      record: reader.record,
      attributes: came.record,
    });
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

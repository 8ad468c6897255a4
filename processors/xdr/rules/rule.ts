import type { JsonValue } from "../../../collector/record.ts";

/**
 * Turns one source value into an attribute value. `undefined`: not usable, try the next source. `null`: the
 * attribute stays unset, whatever other sources and rows would say. A `Spare`: usable, but the sources behind it may have
 * something better. Rules never throw, whatever JSON value they get.
 */
export interface Rule {
  (value: JsonValue): unknown;
  /** For a rule that gives a part of what is read from the value: the reading, which rows share, and the part. */
  readonly reads?: (value: JsonValue) => unknown;
  readonly part?: (read: unknown) => unknown;
}

/** A rule that gives a part of what is read from the value. */
export interface PartRule<P> extends Rule {
  (value: JsonValue): P;
}

/** The rule that gives a part of a reading. */
export function partOf<T, P>(reads: (value: JsonValue) => T, part: (read: T) => P): PartRule<P> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it only ever gets what `reads` has read
  return Object.assign((value: JsonValue) => part(reads(value)), { reads, part: part as (read: unknown) => P });
}

/** A value that counts only when no other source of the row has a better one. */
export class Spare {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

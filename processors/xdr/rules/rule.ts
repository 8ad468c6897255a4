import type { JsonValue } from "../../../collector/record.ts";

/**
 * Turns one source value into an attribute value. `undefined`: not usable, try the next source. `null`: the
 * attribute stays unset, whatever other sources and rows would say. A `Spare`: usable, but the sources behind it may have
 * something better. Rules never throw, whatever JSON value they get.
 */
export type Rule = (value: JsonValue) => unknown;

/** A value that counts only when no other source of the row has a better one. */
export class Spare {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

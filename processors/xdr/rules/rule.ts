import type { JsonValue } from "../../../collector/record.ts";
import type { Subject } from "../subject.ts";

/**
 * Turns one source value into an attribute value. `undefined`: not usable, try the next source. `null`: the
 * attribute stays unset, whatever other sources and rows would say. Rules never throw, whatever JSON value they get.
 */
export type Rule = (value: JsonValue, subject: Subject) => unknown;

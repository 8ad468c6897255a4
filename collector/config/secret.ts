import { inspect } from "node:util";

const REDACTED = "[REDACTED]";

/** A value that must never be printed. String conversion, JSON and `util.inspect` all give `[REDACTED]`; only `reveal()` gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it where the value leaves the process (a header, a signature) and nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: () => REDACTED });

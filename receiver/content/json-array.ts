const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BOM = [0xef, 0xbb, 0xbf];

/** Takes the elements of a JSON array in order. Bounds are byte offsets `[start, end)` from the first byte of the text, without white space around. */
export type ElementSink = (start: number, end: number) => void;

/** What is wrong with a text as a whole JSON array. */
export type ArrayFault =
  /** Nothing but white space. */
  | "empty"
  /** The first byte that counts is not `[`. */
  | "not_an_array"
  /** The text ends inside the array. */
  | "unbalanced"
  /** Something follows the closing bracket. */
  | "trailing";

/**
 * Finds the elements of a JSON array in UTF-8 text that arrives in chunks of any size, without parsing them: strings,
 * escapes and nesting are followed, values are not looked at. A byte order mark and white space are let pass. Elements
 * may be anything, even text that is no JSON: whoever parses them finds out.
 *
 * Every byte of a multi-byte UTF-8 sequence is above 0x7f, so that looking at bytes alone is exact.
 */
export class JsonArrayScanner {
  readonly #sink: ElementSink;
  #offset = 0;
  /** 0: outside the array, 1: between its elements, more: inside an element. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #begun = false;
  #closed = false;
  #fault: ArrayFault | undefined;
  #faultAt = 0;
  /** Start of the current element; -1 between elements. */
  #start = -1;
  /** End of the last byte of the current element that is not white space. */
  #end = 0;

  constructor(sink: ElementSink) {
    this.#sink = sink;
  }

  /** Bytes seen so far. */
  get offset(): number {
    return this.#offset;
  }

  /** What is wrong with the text so far, taken as all of it; undefined when it is a whole array. */
  get fault(): ArrayFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    if (!this.#begun) return "empty";
    return this.#closed ? undefined : "unbalanced";
  }

  /** Where the part starts that is not a whole element: the unfinished element, or what should not be there. */
  get remainderStart(): number {
    if (this.#fault !== undefined) return this.#faultAt;
    return this.#start === -1 ? this.#offset : this.#start;
  }

  /** Scans the next bytes. Elements that end in them are handed over before this returns. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#fault === undefined) {
      if (this.#depth === 0) at = this.#outside(bytes, at);
      else if (this.#depth === 1 && !this.#inString) at = this.#between(bytes, at);
      else at = this.#inside(bytes, at);
    }
    this.#offset += bytes.length;
  }

  /** Before the opening and after the closing bracket. */
  #outside(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      const offset = this.#offset + at;
      if (isWhiteSpace(byte) || (offset < BOM.length && byte === BOM[offset])) continue;
      if (byte === OPEN_BRACKET && !this.#begun) {
        this.#begun = true;
        this.#depth = 1;
        return at + 1;
      }
      this.#fault = this.#begun ? "trailing" : "not_an_array";
      this.#faultAt = offset;
      return at;
    }
    return bytes.length;
  }

  /** Between the elements of the array, up to the bracket, brace or quote that an element begins with. */
  #between(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (isWhiteSpace(byte)) continue;
      const offset = this.#offset + at;
      if (byte === COMMA || byte === CLOSE_BRACKET) {
        this.#emit();
        if (byte === COMMA) continue;
        this.#depth = 0;
        this.#closed = true;
        return at + 1;
      }
      if (this.#start === -1) this.#start = offset;
      this.#end = offset + 1;
      if (byte === QUOTE) {
        this.#inString = true;
        return at + 1;
      }
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#depth = 2;
        return at + 1;
      }
    }
    return bytes.length;
  }

  /** Inside an element, up to its end. The hot loop: keeps its state in local variables. */
  #inside(bytes: Uint8Array, from: number): number {
    const { length } = bytes;
    let at = from;
    let depth = this.#depth;
    let inString = this.#inString;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    while (at < length) {
      if (inString) {
        while (at < length) {
          const byte = bytes[at];
          at += 1;
          if (byte === QUOTE) {
            inString = false;
            break;
          }
          if (byte === BACKSLASH) at += 1;
        }
        if (inString || depth > 1) continue;
        break;
      }
      const byte = bytes[at];
      at += 1;
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 1) break;
      }
    }
    // A backslash was the last byte of this chunk: the byte that it escapes is the first of the next.
    this.#escaped = at > length;
    this.#depth = depth;
    this.#inString = inString;
    const end = Math.min(at, length);
    this.#end = this.#offset + end;
    return end;
  }

  #emit(): void {
    if (this.#start === -1) return;
    this.#sink(this.#start, this.#end);
    this.#start = -1;
  }
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

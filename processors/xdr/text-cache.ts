/** Texts worth remembering are names, addresses and ids. */
const LONGEST = 128;
/** A power of two. The texts that come again and again in a blob are some hundreds. */
const SLOTS = 1024;

/**
 * Remembers what was read from texts that come again and again. Each text has one slot, and the last one counts: to compare a
 * text with the one in its slot costs less than to hash it, and a text that never comes again costs nothing to forget.
 */
export class TextCache<R> {
  readonly #read: (text: string) => R;
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #found: (R | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  /** @param read Depends on the text alone. */
  constructor(read: (text: string) => R) {
    this.#read = read;
  }

  get(text: string): R {
    const slot = slotOf(text);
    if (this.#texts[slot] === text) {
      const known = this.#found[slot];
      if (known !== undefined) return known;
    }
    const found = this.#read(text);
    if (text.length > LONGEST) return found;
    this.#texts[slot] = text;
    this.#found[slot] = found;
    return found;
  }
}

/** From characters where the names, addresses and ids of one tenant differ. */
function slotOf(text: string): number {
  const { length } = text;
  if (length < 8)
    return length === 0 ? 0 : (text.charCodeAt(0) * 31 + text.charCodeAt(length - 1) * 7 + length) & (SLOTS - 1);
  let slot = length;
  slot = slot * 31 + text.charCodeAt(0);
  slot = slot * 31 + text.charCodeAt(2);
  slot = slot * 31 + text.charCodeAt(5);
  slot = slot * 31 + text.charCodeAt(length >> 1);
  slot = slot * 31 + text.charCodeAt(length - 1);
  slot = slot * 31 + text.charCodeAt(length - 3);
  return (slot ^ (slot >> 10)) & (SLOTS - 1);
}

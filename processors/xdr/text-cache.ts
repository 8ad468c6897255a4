/** Texts worth remembering are names, addresses and ids. */
const LONGEST = 128;
/** The texts that come again and again in a blob are some hundreds. */
const SLOTS = 1024;

/**
 * Remembers what was read from texts that come again and again. Each text has one slot, and the last one counts: to compare a
 * text with the one in its slot costs less than to hash it, and a text that never comes again costs nothing to forget.
 */
export class TextCache<R> {
  readonly #read: (text: string) => R;
  readonly #texts: string[];
  readonly #found: (R | undefined)[];
  readonly #mask: number;

  /**
   * @param read Depends on the text alone.
   * @param slots A power of two.
   */
  constructor(read: (text: string) => R, slots: number = SLOTS) {
    this.#read = read;
    this.#mask = slots - 1;
    this.#texts = Array.from({ length: slots }, () => "");
    this.#found = Array.from({ length: slots }, () => undefined);
  }

  get(text: string): R {
    if (text.length === 0) return this.#read(text);
    const slot = markOf(text) & this.#mask;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was set together with the text
    if (this.#texts[slot] === text) return this.#found[slot] as R;
    const found = this.#read(text);
    if (text.length > LONGEST) return found;
    this.#texts[slot] = text;
    this.#found[slot] = found;
    return found;
  }
}

/** From characters where the names, addresses and ids of one tenant differ. */
function markOf(text: string): number {
  const { length } = text;
  let mark = length * 31 + text.charCodeAt(0);
  if (length > 5) {
    mark = mark * 31 + text.charCodeAt(2);
    mark = mark * 31 + text.charCodeAt(5);
    mark = mark * 31 + text.charCodeAt(length >> 1);
    mark = mark * 31 + text.charCodeAt(length - 3);
  }
  mark = mark * 31 + text.charCodeAt(length - 1);
  return mark ^ (mark >> 10);
}

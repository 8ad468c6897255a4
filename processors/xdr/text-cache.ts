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

/**
 * From characters where the texts of one tenant differ, which is in few of them: one domain follows all names, `100320` begins
 * every PUID, and accounts that are numbered differ in two digits. To read them all would cost more than it saves.
 */
function markOf(text: string): number {
  const { length } = text;
  if (length < 6) return markOfAll(text);
  let mark = mix(length, text.charCodeAt(0));
  mark = mix(mark, text.charCodeAt(2));
  mark = mix(mark, text.charCodeAt(4));
  mark = mix(mark, text.charCodeAt(5));
  if (length > 15) {
    mark = mix(mark, text.charCodeAt(6));
    mark = mix(mark, text.charCodeAt(7));
    mark = mix(mark, text.charCodeAt(8));
    mark = mix(mark, text.charCodeAt(9));
    mark = mix(mark, text.charCodeAt(10));
    mark = mix(mark, text.charCodeAt(11));
    mark = mix(mark, text.charCodeAt(14));
    mark = mix(mark, text.charCodeAt(15));
    // Of a name with claims in front of it, all that differs is here.
    mark = mix(mark, text.charCodeAt((length * 5) >> 3));
    mark = mix(mark, text.charCodeAt((length * 11) >> 4));
    mark = mix(mark, text.charCodeAt((length * 3) >> 2));
    mark = mix(mark, text.charCodeAt(((length * 3) >> 2) + 1));
  } else {
    mark = mix(mark, text.charCodeAt(length - 2));
  }
  mark = mix(mark, text.charCodeAt(length >> 1));
  mark = mix(mark, text.charCodeAt(length - 3));
  mark = mix(mark, text.charCodeAt(length - 1));
  return mark ^ (mark >>> 15);
}

function markOfAll(text: string): number {
  let mark = 0;
  for (let at = 0; at < text.length; at += 1) mark = mix(mark, text.charCodeAt(at));
  return mark;
}

function mix(mark: number, code: number): number {
  return (Math.imul(mark, 31) + code) | 0;
}

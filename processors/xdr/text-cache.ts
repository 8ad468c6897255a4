/** Texts worth remembering are names, addresses and ids. */
const LONGEST = 128;
const LIMIT = 4096;

/** Remembers what was read from texts that come again and again. Bounded, because a record can hold any text: when it is full, it starts over. */
export class TextCache<R> {
  readonly #read: (text: string) => R;
  readonly #known = new Map<string, R>();
  /** Several rows ask for the same text of one record. */
  #lastText: string | undefined;
  #last: R | undefined;

  /** @param read Depends on the text alone. */
  constructor(read: (text: string) => R) {
    this.#read = read;
  }

  get(text: string): R {
    const last = this.#last;
    if (last !== undefined && text === this.#lastText) return last;
    const found = text.length > LONGEST ? this.#read(text) : this.#find(text);
    this.#lastText = text;
    this.#last = found;
    return found;
  }

  #find(text: string): R {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = this.#read(text);
    if (this.#known.size >= LIMIT) this.#known.clear();
    this.#known.set(text, found);
    return found;
  }
}

interface Piece {
  readonly end: number;
  done: boolean;
}

/** Work that was begun in order and may end in any order: how far everything is done without a gap. */
export class Contiguous {
  readonly #pieces: Piece[] = [];
  #end: number;

  /** @param start Up to here everything is done. */
  constructor(start: number) {
    this.#end = start;
  }

  /** Up to here everything is done. */
  get end(): number {
    return this.#end;
  }

  /**
   * Begins the piece up to `end`.
   *
   * @returns To be called once when it is done; tells whether `end` has moved by that.
   */
  begin(end: number): () => boolean {
    const piece = { end, done: false };
    this.#pieces.push(piece);
    return () => {
      piece.done = true;
      const before = this.#end;
      while (this.#pieces[0]?.done === true) this.#end = this.#pieces.shift()?.end ?? this.#end;
      return this.#end !== before;
    };
  }
}

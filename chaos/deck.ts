import { Random } from "../emulator/content/random.ts";

/** Deals cards in an order that follows from the seed: each card once before any comes again. */
export class Deck<T> {
  readonly #seed: readonly (string | number)[];
  readonly #cards: readonly T[];
  #left: T[] = [];
  #dealt = 0;

  /** @param seed Parts of the seed; two decks with equal parts deal alike. */
  constructor(cards: readonly T[], ...seed: readonly (string | number)[]) {
    if (cards.length === 0) throw new RangeError("Cannot make a deck: it has no card");
    this.#cards = cards;
    this.#seed = seed;
  }

  /** The next card, and randomness of its own to fill it in with. */
  deal(): { readonly card: T; readonly random: Random } {
    if (this.#left.length === 0) this.#left = shuffled(this.#cards, new Random(...this.#seed, "round", this.#dealt));
    const [card] = this.#left.splice(0, 1);
    this.#dealt += 1;
    if (card === undefined) throw new RangeError("Cannot deal: the deck is empty");
    return { card, random: new Random(...this.#seed, "card", this.#dealt) };
  }
}

function shuffled<T>(cards: readonly T[], random: Random): T[] {
  return cards
    .map((card) => ({ card, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ card }) => card);
}

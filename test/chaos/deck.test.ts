import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Deck } from "../../chaos/deck.ts";

const CARDS = ["a", "b", "c", "d", "e", "f"];

function deal(deck: Deck<string>, count: number): string[] {
  return Array.from({ length: count }, () => deck.deal().card);
}

suite("Deck", () => {
  test("deals every card once before any comes again", () => {
    const deck = new Deck(CARDS, 1);
    for (let round = 0; round < 5; round += 1) assert.deepEqual(deal(deck, CARDS.length).toSorted(), CARDS);
  });

  test("deals alike for equal seeds, randomness of the cards included, and differently for others", () => {
    const dealt = (seed: number): string[] => {
      const deck = new Deck(CARDS, seed, "x");
      return Array.from({ length: 20 }, () => {
        const { card, random } = deck.deal();
        return `${card} ${random.next()}`;
      });
    };
    assert.deepEqual(dealt(7), dealt(7));
    assert.notDeepEqual(dealt(7), dealt(8));
  });

  test("shuffles each round anew", () => {
    const deck = new Deck(CARDS, 3);
    const rounds = Array.from({ length: 6 }, () => deal(deck, CARDS.length).join());
    assert.ok(new Set(rounds).size > 1, rounds.join(" "));
  });

  test("refuses to be empty", () => {
    assert.throws(() => new Deck([], 1), RangeError);
  });
});

/** Counts what has really happened, of things that are known beforehand: what never happened shows as well. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Makes a heading with its items at 0. Twice the same heading adds to it. */
  expect(heading: string, items: Iterable<string>): void {
    const known = this.#counts.get(heading) ?? new Map<string, number>();
    for (const item of items) known.set(item, known.get(item) ?? 0);
    this.#counts.set(heading, known);
  }

  add(heading: string, item: string, count: number = 1): void {
    this.expect(heading, [item]);
    const known = this.#counts.get(heading);
    known?.set(item, (known.get(item) ?? 0) + count);
  }

  count(heading: string, item: string): number {
    return this.#counts.get(heading)?.get(item) ?? 0;
  }

  /** Headings in the order they were made, with their items. */
  rows(): readonly (readonly [heading: string, items: readonly (readonly [item: string, count: number])[]])[] {
    return [...this.#counts].map(([heading, items]) => [heading, [...items]]);
  }

  /** `heading: item` of everything that was expected and never happened. */
  never(): readonly string[] {
    return this.rows().flatMap(([heading, items]) =>
      items.filter(([, count]) => count === 0).map(([item]) => `${heading}: ${item}`),
    );
  }
}

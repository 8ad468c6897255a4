/** Records and their bytes. */
export interface Amount {
  readonly records: number;
  readonly bytes: number;
}

/** Adds up records and bytes by group. */
export class Tally {
  readonly #groups = new Map<string, { records: number; bytes: number }>();
  #records = 0;
  #bytes = 0;

  add(group: string, bytes: number): void {
    this.#records += 1;
    this.#bytes += bytes;
    const amount = this.#groups.get(group);
    if (amount === undefined) this.#groups.set(group, { records: 1, bytes });
    else {
      amount.records += 1;
      amount.bytes += bytes;
    }
  }

  get total(): Amount {
    return { records: this.#records, bytes: this.#bytes };
  }

  /** Every group, the one with the most first. Equal ones by name, so that two runs print the same. */
  sorted(by: keyof Amount): readonly (readonly [group: string, amount: Amount])[] {
    return [...this.#groups].toSorted(([a, x], [b, y]) => y[by] - x[by] || (a < b ? -1 : 1));
  }
}

/**
 * What speaks for the backend being the right one, and in order: that it accepted something lately. An acceptance counts
 * from the beginning of its attempt, so that one which was under way while the backend changed proves nothing about after.
 */
export class Evidence {
  #moment = 0;
  #accepted = 0;

  /** This moment: a number greater than all before. */
  mark(): number {
    this.#moment += 1;
    return this.#moment;
  }

  /** An attempt that began at `moment` ended with the backend accepting at least one record. */
  accepted(moment: number): void {
    this.#accepted = Math.max(this.#accepted, moment);
  }

  /** Whether an attempt that began after `moment` was accepted. */
  since(moment: number): boolean {
    return this.#accepted > moment;
  }
}

/** Waits until all of `work` is settled or `signal` aborts, whichever comes first. Never rejects. For shutdown. */
export async function drain(work: Iterable<Promise<unknown>>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const giveUp = (): void => resolve();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await Promise.race([Promise.allSettled(work), aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** The calls that a component is working on, so that its shutdown can wait for them. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();

  get size(): number {
    return this.#work.size;
  }

  /** Settles as `work` does, and counts it until then. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  /** Waits until everything that is under way now is settled or `signal` aborts. Never rejects. */
  async drain(signal: AbortSignal): Promise<void> {
    await drain(this.#work, signal);
  }
}

import type { Clock } from "../clock.ts";

/**
 * Most attempts at a time. Each holds its batch a second time, as the bytes that go over the wire, so that more of them cost
 * memory and gain nothing: eight batches of 512 records, each answered within half a second, are 8,000 records a second.
 */
const MAX_ATTEMPTS = 8;

interface Waiter {
  readonly admit: (epoch: number) => void;
}

/**
 * Decides who may try the backend. While it works, as many as may at all. After a failure nobody until the delay is over, then one
 * at a time; each success lets one more in, so that a backend that just came back is not met by everybody at once.
 * Callers wait in the order of their arrival; who failed queues up again behind the others.
 */
export class Gate {
  readonly #clock: Clock;
  readonly #waiters: Waiter[] = [];
  #limit = MAX_ATTEMPTS;
  #active = 0;
  #opensAtMs = 0;
  #failures = 0;
  #successes = 0;
  // Attempts that were under way together fail together; only the first of them counts. The epoch tells them apart.
  #epoch = 0;
  #timer: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Attempts that succeeded since the beginning. */
  get successes(): number {
    return this.#successes;
  }

  /** True from a failure until the next success. */
  get shut(): boolean {
    return this.#failures > 0;
  }

  /**
   * Waits for the right to make one attempt. The caller ends it with succeeded(), failed() or left(), passing the number
   * that it got here. Rejects with the signal's reason when `signal` aborts first.
   */
  async enter(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    if (this.#waiters.length === 0 && this.#admits()) {
      this.#active += 1;
      return this.#epoch;
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiter: Waiter = { admit: resolve };
    const withdraw = (): void => {
      const index = this.#waiters.indexOf(waiter);
      if (index === -1) return;
      this.#waiters.splice(index, 1);
      if (this.#waiters.length === 0) this.#timer?.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", withdraw, { once: true });
    this.#waiters.push(waiter);
    this.#pump();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", withdraw);
    }
  }

  /** Lets the first of those who wait in now, whatever the delay is. */
  hurry(): void {
    this.#opensAtMs = Math.min(this.#opensAtMs, this.#clock.now());
    // It pumps when it ends, however it ends.
    if (this.#timer === undefined) this.#pump();
    else this.#timer.abort();
  }

  /** The attempt reached a working backend. */
  succeeded(epoch: number): void {
    this.#active -= 1;
    this.#successes += 1;
    if (epoch === this.#epoch) {
      this.#failures = 0;
      this.#limit = Math.min(this.#limit + 1, MAX_ATTEMPTS);
    }
    this.#pump();
  }

  /** The attempt failed for a reason that other batches share. `delay` gets the failures in a row and gives milliseconds. */
  failed(epoch: number, delay: (failures: number) => number): void {
    this.#active -= 1;
    if (epoch === this.#epoch) {
      this.#epoch += 1;
      this.#failures += 1;
      this.#limit = 1;
      this.#opensAtMs = this.#clock.now() + delay(this.#failures);
    } else if (this.shut) {
      this.#opensAtMs = Math.max(this.#opensAtMs, this.#clock.now() + delay(1));
    }
    this.#pump();
  }

  /** The attempt ended without telling anything about the backend. */
  left(): void {
    this.#active -= 1;
    this.#pump();
  }

  #admits(): boolean {
    return this.#active < this.#limit && this.#clock.now() >= this.#opensAtMs;
  }

  #pump(): void {
    while (this.#waiters.length > 0 && this.#admits()) {
      this.#active += 1;
      this.#waiters.shift()?.admit(this.#epoch);
    }
    if (this.#waiters.length > 0 && this.#active < this.#limit && this.#timer === undefined) {
      this.#timer = new AbortController();
      // It cannot reject, and shutdown needs not wait for it: it ends as soon as nobody waits any more.
      void this.#pumpLater(this.#timer.signal);
    }
  }

  async #pumpLater(signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(Math.max(0, this.#opensAtMs - this.#clock.now()), signal);
    } catch {
      // Nobody waited any more; somebody may wait again by now.
    }
    this.#timer = undefined;
    this.#pump();
  }
}

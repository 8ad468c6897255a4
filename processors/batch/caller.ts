import { PermanentError, RetryableError, ErrorCode } from "../../collector/errors.ts";

/**
 * One consume() call on its way through batches. Settles once: after its last part, with everything that went wrong, or
 * as soon as it is given up.
 */
export class Caller {
  readonly settled: Promise<void>;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  readonly #errors: unknown[] = [];
  #parts = 0;
  #complete = false;
  #done = false;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get done(): boolean {
    return this.#done;
  }

  /** One more batch carries records of this caller. */
  addPart(): void {
    this.#parts += 1;
  }

  /** All records of this caller are in batches. */
  allAdded(): void {
    this.#complete = true;
    this.#settleIfLast();
  }

  /** A batch with records of this caller came back. Undefined: accepted. */
  partSettled(error: unknown): void {
    this.#parts -= 1;
    if (error !== undefined && !this.#errors.includes(error)) this.#errors.push(error);
    this.#settleIfLast();
  }

  /** Rejects now, whatever becomes of the parts under way. */
  giveUp(reason: unknown): void {
    this.#done = true;
    this.#reject(reason);
  }

  #settleIfLast(): void {
    if (!this.#complete || this.#parts > 0 || this.#done) return;
    this.#done = true;
    const [first] = this.#errors;
    if (this.#errors.length === 0) this.#resolve();
    else if (this.#errors.length === 1) this.#reject(first);
    else this.#reject(new AggregateError(this.#errors, "several batches failed"));
  }
}

/** Where the records of one caller are: `count` records of the batch from `batchOffset` on, of its own from `callerOffset` on. */
export interface Part {
  readonly caller: Caller;
  readonly callerOffset: number;
  batchOffset: number;
  readonly count: number;
}

/**
 * A batch's error as one of its callers has to see it: the indexes of a PermanentError are those of the batch. A caller
 * that none of them touches was refused along with others, which is worth another attempt.
 */
export function errorForPart(error: unknown, part: Part): unknown {
  if (!(error instanceof PermanentError) || error.rejected === undefined) return error;
  const rejected: number[] = [];
  for (const index of error.rejected) {
    const own = index - part.batchOffset;
    if (own >= 0 && own < part.count) rejected.push(own + part.callerOffset);
  }
  if (rejected.length > 0) return new PermanentError(error.message, { cause: error, rejected });
  return new RetryableError(
    ErrorCode.unavailable,
    "Cannot deliver records: they were refused along with others of the same batch; send them again without those",
    { cause: error },
  );
}

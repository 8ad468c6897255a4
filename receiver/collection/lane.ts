import type { Branch } from "../../collector/component.ts";
import { RecordClaims } from "./record-claims.ts";

/**
 * Most blobs that a lane holds at once, however small they are: every one of them is a pending promise chain and an open
 * place in the ledger's "in flight" set. 256 blobs of the usual tens of records fill several batches.
 */
const MAX_BLOBS = 256;

/**
 * One branch's share of what may be in flight. A branch whose backend is dead fills its own lane and stops there; the
 * other lanes go on with theirs.
 */
export class Lane {
  readonly branch: Branch;
  /** Ledger keys of the blobs that it holds. */
  readonly keys: Set<number> = new Set();
  /** Records of those blobs. */
  readonly claims: RecordClaims = new RecordClaims();
  readonly #maxBytes: number;
  #bytes = 0;
  #blobs = 0;

  constructor(branch: Branch, maxBytes: number) {
    this.branch = branch;
    this.#maxBytes = maxBytes;
  }

  /** Whether one more blob may be taken. A blob larger than the whole share is let in when the lane is empty. */
  get free(): boolean {
    return this.#blobs < MAX_BLOBS && this.#bytes < this.#maxBytes;
  }

  /** Bytes of blobs held and not settled yet. */
  get bytes(): number {
    return this.#bytes;
  }

  enter(bytes: number): void {
    this.#bytes += bytes;
    this.#blobs += 1;
  }

  /** The size of a blob is known only after it was fetched: replaces the estimate it entered with. */
  resize(from: number, to: number): void {
    this.#bytes += to - from;
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#blobs -= 1;
  }
}

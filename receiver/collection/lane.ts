import type { Branch } from "../../collector/component.ts";
import type { InFlightShare } from "../../collector/in-flight-budget.ts";
import type { Priority } from "../request-lines.ts";
import { Holdings } from "./holdings.ts";
import { RecordClaims } from "./record-claims.ts";

/**
 * Most blobs that a lane holds at once, however small they are: every one of them is a pending promise chain and an open
 * place in the ledger's "in flight" set. 256 blobs of the usual tens of records fill several batches.
 */
const MAX_BLOBS = 256;

/**
 * One branch's share of what may be in flight. A branch whose backend is dead fills its own lane and stops there; the
 * other lanes go on with theirs. Within it, live content and backfill have shares of their own.
 */
export class Lane {
  readonly branch: Branch;
  /** The blobs that it holds, by ledger key, with the times of their creation. */
  readonly blobs: Map<number, number> = new Map();
  /** Records of those blobs. */
  readonly claims: RecordClaims = new RecordClaims();
  /** Whether the branch owes backfill that is not in flight. Said by whoever looks into the ledger. */
  backfillWaits = false;
  readonly #share: InFlightShare;
  readonly #maxBytes: number;
  readonly #heldBytes: Holdings;
  readonly #heldBlobs: Holdings = new Holdings(MAX_BLOBS);

  /** @param maxBytes Most bytes that it takes of its share, however much that has. */
  constructor(branch: Branch, share: InFlightShare, maxBytes: number = Number.POSITIVE_INFINITY) {
    this.branch = branch;
    this.#share = share;
    this.#maxBytes = maxBytes;
    this.#heldBytes = new Holdings(() => this.limitBytes);
  }

  /** Whether one more blob may be taken. A blob larger than the whole share is let in when there is room for a small one. */
  hasRoom(priority: Priority): boolean {
    return (
      this.#heldBlobs.hasRoom(priority, this.backfillWaits) && this.#heldBytes.hasRoom(priority, this.backfillWaits)
    );
  }

  /** Bytes of blobs held and not settled yet. */
  get bytes(): number {
    return this.#heldBytes.held;
  }

  /** Bytes that it may hold now. */
  get limitBytes(): number {
    return Math.min(this.#share.limitBytes, this.#maxBytes);
  }

  /** Without room for backfill, asks its share for more. */
  wantRoom(): void {
    if (!this.hasRoom("backfill")) this.#share.wantRoom();
  }

  enter(priority: Priority, bytes: number): void {
    this.#add(priority, bytes);
    this.#heldBlobs.add(priority, 1);
  }

  /** The size of a blob is known only after it was fetched: replaces the estimate it entered with. */
  resize(priority: Priority, from: number, to: number): void {
    this.#add(priority, to - from);
  }

  leave(priority: Priority, bytes: number): void {
    this.#add(priority, -bytes);
    this.#heldBlobs.add(priority, -1);
  }

  #add(priority: Priority, bytes: number): void {
    this.#heldBytes.add(priority, bytes);
    this.#share.add(bytes);
  }
}

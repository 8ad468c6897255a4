/** What a receiver takes at least for a branch, so that there is any progress: with smaller pieces of blobs more is lost by the way than is saved in memory. */
export const MIN_SHARE_BYTES: number = 64 * 1024;

/** What one receiver may hold for one of its branches, out of what the whole process may hold. */
export interface InFlightShare {
  /** Bytes that it may hold whatever the others do. */
  readonly guaranteedBytes: number;
  /** Bytes that it may hold now: less than what it holds when others have taken more meanwhile. */
  readonly limitBytes: number;
  /** @param bytes Negative to give back. */
  add(bytes: number): void;
  /** Asks to be told, by the `onRoom` that the share was opened with, once the limit is higher than now by a blob. */
  wantRoom(): void;
  /** Gives everything back. Idempotent. */
  close(): void;
}

/** A rise of the limit that is worth a look: the size of a usual blob. */
const WORTH_BYTES = 128 * 1024;

/**
 * The bytes of blobs that all receivers of a process hold until their branches have acknowledged them.
 *
 * Half of them is divided among the shares, for each to have whatever happens. The other half is for whoever needs it: a share
 * may take as much of it as it leaves free. One that needs much thus gets half of it, a second one half of the rest, and
 * something is always left for who comes last, although nothing can be taken back from a branch whose backend is dead. When
 * several that need much give back and take anew, they come to hold the same. A share that is alone has everything.
 *
 * @see Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM Transactions on
 * Networking 6 (1998): the rule by which switches divide their memory among ports, here with a factor of 1.
 */
export class InFlightBudget {
  readonly #guaranteedBytes: number;
  readonly #common: Common;

  /**
   * @param maxBytes Of all shares together; each may be over by the last blob that it took.
   * @param shares Number of shares that will be open at a time.
   */
  constructor(maxBytes: number, shares: number) {
    this.#common = new Common(shares > 1 ? Math.floor(maxBytes / 2) : 0);
    this.#guaranteedBytes = Math.floor((maxBytes - this.#common.size) / Math.max(shares, 1));
  }

  /** @param onRoom Called once after each `wantRoom()`, as soon as there is more. */
  open(onRoom: () => void): InFlightShare {
    const share = new Share(this.#guaranteedBytes, this.#common, onRoom);
    this.#common.shares.add(share);
    return share;
  }
}

/** The half that belongs to nobody in particular. */
class Common {
  readonly size: number;
  readonly shares: Set<Share> = new Set();
  held = 0;

  constructor(size: number) {
    this.size = size;
  }
}

class Share implements InFlightShare {
  readonly guaranteedBytes: number;
  readonly #common: Common;
  readonly #onRoom: () => void;
  #held = 0;
  /** The limit at which there was no room; undefined unless somebody waits for more. */
  #wantedAt: number | undefined;

  constructor(guaranteedBytes: number, common: Common, onRoom: () => void) {
    this.guaranteedBytes = guaranteedBytes;
    this.#common = common;
    this.#onRoom = onRoom;
  }

  get limitBytes(): number {
    const left = this.#common.size - (this.#common.held - this.#taken);
    return this.guaranteedBytes + Math.max(0, Math.floor(left / 2));
  }

  add(bytes: number): void {
    const before = this.#taken;
    this.#held += bytes;
    const change = this.#taken - before;
    this.#common.held += change;
    if (change < 0) for (const other of this.#common.shares) other.tell();
  }

  wantRoom(): void {
    this.#wantedAt = this.limitBytes;
  }

  tell(): void {
    if (this.#wantedAt === undefined || this.limitBytes < this.#wantedAt + WORTH_BYTES) return;
    this.#wantedAt = undefined;
    this.#onRoom();
  }

  close(): void {
    this.#common.shares.delete(this);
    this.add(-this.#held);
  }

  /** What it holds of the common half. */
  get #taken(): number {
    return Math.max(0, this.#held - this.guaranteedBytes);
  }
}

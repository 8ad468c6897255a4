import type { AuditLogRecord } from "../../collector/record.ts";

/** Anything else would not be 16 bytes, and the keys behind it would be taken for others. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Which of the records with these keys (16 bytes each, packed) were acknowledged before: a byte for each, 1 when it was. */
export type FindSeen = (keys: Buffer) => Uint8Array;

/** What a blob does with some of its records. */
export interface Claim {
  /** To be delivered now: nobody has delivered them and nobody else is about to. */
  readonly fresh: readonly AuditLogRecord[];
  /** Records that were acknowledged before. */
  readonly repeats: number;
  /** Another blob is delivering these. Once `others` has resolved, they are claimed again: it may have failed. */
  readonly awaited: readonly AuditLogRecord[];
  readonly others: Promise<unknown>;
  /** Keys of `fresh`, as the ledger takes them. */
  readonly keys: () => Buffer;
  /** `fresh` was acknowledged. */
  readonly acknowledged: () => void;
  /** The ledger knows `fresh` now, or it was not delivered. Idempotent. */
  readonly release: () => void;
}

interface Holder {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  acknowledged: boolean;
}

/**
 * The records that one branch is being given, so that a record which comes in two blobs at once is delivered by one of
 * them. The other waits for the acknowledgement, and for nothing that waits itself: two blobs cannot wait for each other.
 */
export class RecordClaims {
  readonly #holders = new Map<string, Holder>();

  /** Number of records held. */
  get size(): number {
    return this.#holders.size;
  }

  /** @throws What `findSeen` throws; nothing is claimed then. */
  claim(records: readonly AuditLogRecord[], findSeen: FindSeen): Claim {
    const ids = records.map(identityOf);
    const seen = findSeen(packed(ids.filter((id) => id !== undefined)));
    const holder = newHolder();
    const fresh: AuditLogRecord[] = [];
    const own: string[] = [];
    const awaited: AuditLogRecord[] = [];
    const others = new Set<Promise<void>>();
    let repeats = 0;
    let at = 0;
    for (const [index, record] of records.entries()) {
      const id = ids[index];
      if (id === undefined) {
        fresh.push(record);
        continue;
      }
      const other = this.#holders.get(id);
      if (seen[at++] === 1 || other === holder || other?.acknowledged === true) {
        repeats += 1;
      } else if (other !== undefined) {
        awaited.push(record);
        others.add(other.done);
      } else {
        this.#holders.set(id, holder);
        own.push(id);
        fresh.push(record);
      }
    }
    return {
      fresh,
      repeats,
      awaited,
      others: Promise.all(others),
      keys: () => packed(own),
      acknowledged: () => {
        holder.acknowledged = true;
        holder.resolve();
      },
      release: () => {
        for (const id of own) if (this.#holders.get(id) === holder) this.#holders.delete(id);
        holder.resolve();
      },
    };
  }
}

function newHolder(): Holder {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { done: promise, resolve, acknowledged: false };
}

/**
 * What a record is known by: its UUIDv5 of `Id` and `Operation`, 122 bits of SHA-1. Among 10 million records the odds that
 * any two others share one are 1 in 10^23. Undefined for records that always go through: those without an `Id`, and those
 * that did not arrive sound, because a sound copy may follow.
 */
function identityOf({ attributes }: AuditLogRecord): string | undefined {
  if (attributes["o365.id"] === undefined || attributes["o365.malformed"] === true) return undefined;
  const uid = attributes["log.record.uid"];
  return typeof uid === "string" && UUID.test(uid) ? uid : undefined;
}

function packed(ids: readonly string[]): Buffer {
  return Buffer.from(ids.join("").replaceAll("-", ""), "hex");
}

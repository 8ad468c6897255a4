import type { ReceivedRecord } from "../test/support/otlp-record.ts";
import type { MadeRecords } from "./made-records.ts";

/** Why a record may come to a backend that has accepted it before. */
export const EXCUSES = ["in flight at a kill", "in flight at a stop", "answer lost"] as const;
export type Excuse = (typeof EXCUSES)[number];

/** Whether a record tells of the collector rather than of the tenant: nobody has made those. */
export function isOwnEvent({ eventName }: ReceivedRecord): boolean {
  return eventName.startsWith("o365.collector.");
}

/** A request that the backend took, and what became of its answer. */
export interface Acceptance {
  answer: "pending" | "delivered" | "lost";
}

/** A record that was accepted, of which nobody knows yet whether the collector knows. */
export interface OpenReceipt {
  readonly acceptance: Acceptance;
  /** `log.record.uid`; undefined for records that the collector does not remember one by one. */
  readonly uid: string | undefined;
  /** The blob that it came in. */
  readonly contentId: string;
  readonly bytes: number;
}

/** What a process left behind when it ended. */
export interface InFlight {
  readonly records: number;
  readonly bytes: number;
}

const NEVER = 0;
const OPEN = 1;
const KNOWN = 2;
/** Codes from here on are excuses. */
const EXCUSED = 3;
/** Examples kept of what must not happen. */
const MOST_EXAMPLES = 5;

/**
 * What one backend has accepted. A record may come again only if the collector cannot know that it was accepted: its answer
 * was lost, or the process ended before the ledger had it. Everything else that comes twice is a fault.
 */
export class Receipts {
  readonly repeats: Record<Excuse, number> = {
    "in flight at a kill": 0,
    "in flight at a stop": 0,
    "answer lost": 0,
  };
  /** Bodies that no record was made with: altered, or made up. */
  strangers = 0;
  unexplained = 0;
  /** The first few of both, for people. */
  readonly examples: string[] = [];
  distinct = 0;
  readonly #made: MadeRecords;
  readonly #states: number[] = [];
  readonly #open = new Map<number, OpenReceipt>();

  constructor(made: MadeRecords) {
    this.#made = made;
  }

  has(index: number): boolean {
    return (this.#states[index] ?? NEVER) !== NEVER;
  }

  /** Enters the records of a request that the backend has taken, without the collector's own events. */
  accept(records: readonly ReceivedRecord[]): Acceptance {
    const acceptance: Acceptance = { answer: "pending" };
    for (const record of records) {
      if (isOwnEvent(record)) continue;
      const index = this.#made.find(String(record.body));
      if (index === undefined) {
        this.strangers += 1;
        this.#example(`no such record was made: ${String(record.body).slice(0, 200)}`);
        continue;
      }
      this.#repeat(index, record);
      this.#states[index] = OPEN;
      this.#open.set(index, openReceipt(record, acceptance));
    }
    return acceptance;
  }

  /**
   * Settles what is open when a process has ended.
   *
   * @param isKnown Whether the ledger says that the record was delivered.
   * @returns What was in flight: it may come again, once.
   */
  endLife(excuse: Exclude<Excuse, "answer lost">, isKnown: (receipt: OpenReceipt) => boolean): InFlight {
    let records = 0;
    let bytes = 0;
    for (const [index, receipt] of this.#open) {
      if (isKnown(receipt)) {
        this.#states[index] = KNOWN;
        continue;
      }
      records += 1;
      bytes += receipt.bytes;
      this.#states[index] = EXCUSED + EXCUSES.indexOf(receipt.acceptance.answer === "lost" ? "answer lost" : excuse);
    }
    this.#open.clear();
    return { records, bytes };
  }

  /** What is open, for a look at all of it at once. */
  open(): Iterable<OpenReceipt> {
    return this.#open.values();
  }

  #repeat(index: number, record: ReceivedRecord): void {
    const state = this.#states[index] ?? NEVER;
    if (state === NEVER) {
      this.distinct += 1;
      return;
    }
    const excuse = state === OPEN ? this.#excuseNow(index) : EXCUSES[state - EXCUSED];
    if (excuse !== undefined) {
      this.repeats[excuse] += 1;
      return;
    }
    this.unexplained += 1;
    const { "o365.id": id, "o365.content_id": contentId } = record.attributes;
    const why = state === KNOWN ? "the ledger knew that it was delivered" : "its answer had been delivered";
    this.#example(`${String(id)} ${record.eventName} of blob ${String(contentId)} came again although ${why}`);
  }

  /** The client sends again only what it takes for failed: an answer that is not through yet has come too late for it. */
  #excuseNow(index: number): Excuse | undefined {
    return this.#open.get(index)?.acceptance.answer === "delivered" ? undefined : "answer lost";
  }

  #example(text: string): void {
    if (this.examples.length < MOST_EXAMPLES) this.examples.push(text);
  }
}

function openReceipt({ attributes, body }: ReceivedRecord, acceptance: Acceptance): OpenReceipt {
  const { "log.record.uid": uid, "o365.id": id, "o365.malformed": malformed } = attributes;
  const isRemembered = typeof uid === "string" && id !== undefined && malformed !== true;
  return {
    acceptance,
    uid: isRemembered ? uid : undefined,
    contentId: String(attributes["o365.content_id"]),
    bytes: Buffer.byteLength(String(body)),
  };
}

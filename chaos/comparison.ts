import type { Emulator } from "../emulator/index.ts";
import type { Loss } from "./api-storm.ts";
import type { Backend } from "./backend.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { BranchView } from "./ledger-copy.ts";
import type { MadeRecords } from "./made-records.ts";

/** What the tenant has given out, by the time of the call. */
export interface Served {
  /** Numbers of the records that a collector can have. */
  readonly wanted: ReadonlySet<number>;
  /** Blobs that the service gave up, by content id. */
  readonly lost: ReadonlyMap<string, Loss>;
  /** Records that were listed in more than one blob. */
  readonly inSeveralBlobs: number;
  /** Uploads of which a window border made several blobs. */
  readonly parted: number;
}

/** @throws {RangeError} If the tenant serves a record that was not made. */
export function whatWasServed(emulator: Emulator, made: MadeRecords): Served {
  const wanted = new Set<number>();
  const lost = new Map<string, Loss>();
  const uploads = new Map<string, Set<string>>();
  let inSeveralBlobs = 0;
  for (const { text, contentIds } of emulator.serve()) {
    const index = made.find(text);
    if (index === undefined) throw new RangeError(`Cannot compare: the tenant serves what was not made: ${text}`);
    const { loss } = made.fate(index);
    for (const id of contentIds) {
      if (loss !== undefined) lost.set(id, loss);
      const upload = uploadOf(id);
      uploads.set(upload, (uploads.get(upload) ?? new Set()).add(id));
    }
    if (loss !== undefined) continue;
    if (wanted.has(index)) inSeveralBlobs += 1;
    wanted.add(index);
  }
  return { wanted, lost, inSeveralBlobs, parted: [...uploads.values()].filter(({ size }) => size > 1).length };
}

/** The six digits behind the first time in an id of the emulator: all parts of an upload have them in common. */
function uploadOf(contentId: string): string {
  return contentId.slice(17, 23);
}

/** Numbers of the records that a backend has not, neither by itself nor set aside for it. */
export function missingAt(served: Served, { receipts }: Backend, letters: DeadLetters): readonly number[] {
  const setAside = letters.read();
  return [...served.wanted].filter((index) => !receipts.has(index) && !setAside.has(index));
}

/** Where the ledger and the service disagree about what was given up, in words. */
export function lossesInDispute(served: Served, { settled }: BranchView): readonly string[] {
  const said = new Map([...settled].filter(([, state]) => state !== "delivered"));
  const disputes: string[] = [];
  for (const [id, loss] of served.lost) {
    if (said.get(id) !== loss) disputes.push(`${id} is ${loss}, the ledger says ${said.get(id) ?? "nothing of it"}`);
  }
  for (const [id, state] of said) {
    if (!served.lost.has(id)) disputes.push(`${id} can be had, the ledger says ${state}`);
  }
  return disputes;
}

import { ignoreAbort } from "../../collector/clock.ts";
import type { Branch, ReceiverSettings } from "../../collector/component.ts";
import type { Ledger } from "../../collector/storage/storage.ts";
import type { BlobSchedulerOptions } from "../collection/blob-scheduler.ts";
import { createScheduler } from "../collection/create-scheduler.ts";
import { openLanes } from "../collection/open-lanes.ts";
import type { O365Config } from "../config.ts";

/** Time between two looks at what is owed. The ledger answers within microseconds. */
const LOOK_MS = 200;

/** Ends taking in, and delivering what was taken in. */
export interface ReplaySignals {
  readonly intake: AbortSignal;
  readonly delivery: AbortSignal;
}

export interface SettleAllOptions {
  readonly settings: ReceiverSettings;
  readonly config: O365Config;
  readonly branches: readonly Branch[];
  readonly ledger: Ledger;
  /** Fetches a blob. `chunkBytes` is what is decoded of it at a time. */
  readonly fetch: (chunkBytes: number) => BlobSchedulerOptions["fetch"];
  /** Puts into the ledger what there is to deliver, and calls `onFound` when it has. Ends early when its signal aborts. */
  readonly find: (onFound: () => void, signal: AbortSignal) => Promise<void>;
  readonly signals: ReplaySignals;
}

/**
 * Delivers what is found until nothing is owed any more, or `intake` aborts and what is in flight is settled, or `delivery`
 * aborts.
 *
 * @throws What `find` throws, after what is in flight was settled.
 */
export async function settleAll(options: SettleAllOptions): Promise<void> {
  const { settings, config, branches, ledger, find, signals } = options;
  let onRoom = (): void => {};
  const { lanes, chunkBytes, close } = openLanes(settings, config, branches, () => onRoom());
  const scheduler = createScheduler(settings, config, lanes, ledger, options.fetch(chunkBytes));
  onRoom = () => scheduler.notify();
  const done = new AbortController();
  const intake = AbortSignal.any([signals.intake, done.signal]);
  const work = scheduler.run(intake, signals.delivery);
  const names = branches.map(({ name }) => name);
  try {
    await find(onRoom, intake);
    onRoom();
    while (!intake.aborted && isOwed(ledger, names)) await settings.clock.sleep(LOOK_MS, intake).catch(ignoreAbort);
  } finally {
    done.abort();
    await work;
    close();
  }
}

function isOwed(ledger: Pick<Ledger, "pending">, branches: readonly string[]): boolean {
  return ledger.pending(branches, Number.MAX_SAFE_INTEGER, 1, new Set()).length > 0;
}

import type { BatchObservableResult } from "@opentelemetry/api";
import type { Branch, ReceiverSettings } from "../../collector/component.ts";
import { InFlightBudget, MIN_SHARE_BYTES } from "../../collector/in-flight-budget.ts";
import type { O365Config } from "../config.ts";
import { Lane } from "./lane.ts";

/** What a receiver may hold that runs without a service, and says nothing else. */
const DEFAULT_BYTES = 8 * 1024 * 1024;
/** What one consume() call carries and what is decoded at once, at most: about a megabyte becomes four as records. */
const MAX_CHUNK_BYTES = 1024 * 1024;

/** The lanes of a receiver's branches. `close` when they are used no more. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Bytes of a blob that are decoded at once, so that a lane which holds a chunk is within its share. */
  readonly chunkBytes: number;
  readonly close: () => void;
}

/**
 * Gives every branch its share of what the whole process may hold, with what is to be seen of it from outside.
 *
 * @param onRoom Called when a lane that wanted room has got some.
 */
export function openLanes(
  { id, meter, inFlight }: Pick<ReceiverSettings, "id" | "meter" | "inFlight">,
  { maxInFlightBytes }: Pick<O365Config, "maxInFlightBytes">,
  branches: readonly Branch[],
  onRoom: () => void,
): Lanes {
  const budget = inFlight ?? new InFlightBudget(maxInFlightBytes ?? DEFAULT_BYTES, branches.length);
  const ownBytes = maxInFlightBytes === undefined ? undefined : Math.floor(maxInFlightBytes / branches.length);
  const opened = branches.map((branch) => {
    const share = budget.open(onRoom);
    return { share, lane: new Lane(branch, share, ownBytes) };
  });
  const lanes = opened.map(({ lane }) => lane);
  const guaranteed = Math.min(...opened.map(({ share }) => share.guaranteedBytes), ownBytes ?? MAX_CHUNK_BYTES);

  const held = meter.createObservableGauge("otel_o365_receiver_in_flight_bytes", {
    description: "Bytes of blobs held for a branch until it has acknowledged their records",
    unit: "By",
  });
  const limit = meter.createObservableGauge("otel_o365_receiver_in_flight_limit", {
    description: "Bytes of blobs that may be held for a branch now",
    unit: "By",
  });
  const observe = (result: BatchObservableResult): void => {
    for (const lane of lanes) {
      const attributes = { receiver: id, branch: lane.branch.name };
      result.observe(held, lane.bytes, attributes);
      result.observe(limit, lane.limitBytes, attributes);
    }
  };
  meter.addBatchObservableCallback(observe, [held, limit]);
  return {
    lanes,
    chunkBytes: Math.max(MIN_SHARE_BYTES, Math.min(guaranteed, MAX_CHUNK_BYTES)),
    close: () => {
      meter.removeBatchObservableCallback(observe, [held, limit]);
      for (const { share } of opened) share.close();
    },
  };
}

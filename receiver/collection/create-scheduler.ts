import type { Settings } from "../../collector/component.ts";
import type { Ledger } from "../../collector/storage/storage.ts";
import type { O365Config } from "../config.ts";
import { BlobScheduler, type BlobSchedulerOptions } from "./blob-scheduler.ts";
import type { Lane } from "./lane.ts";

/** The scheduler of a receiver's lanes, with what is to be seen of it from outside. */
export function createScheduler(
  settings: Settings,
  config: O365Config,
  lanes: readonly Lane[],
  ledger: Ledger,
  fetch: BlobSchedulerOptions["fetch"],
): BlobScheduler {
  const accepted = settings.meter.createCounter("otelcol_receiver_accepted_log_records", {
    description: "Number of log records acknowledged by a branch",
    unit: "{records}",
  });
  const refused = settings.meter.createCounter("otelcol_receiver_refused_log_records", {
    description: "Number of log records that a branch gave back; they are offered again",
    unit: "{records}",
  });
  const repeated = settings.meter.createCounter("otel_o365_receiver_duplicate_log_records", {
    description: "Number of log records left out, because the branch had acknowledged them before",
    unit: "{records}",
  });
  return new BlobScheduler({
    ...settings,
    ledger,
    lanes,
    fetch,
    concurrency: config.concurrency,
    relistMs: config.relistMs,
    backoff: config.retry,
    maxRememberedRecords: config.maxRememberedRecords,
    onAccepted: (branch, records) => accepted.add(records, { receiver: settings.id, branch }),
    onRefused: (branch, records) => refused.add(records, { receiver: settings.id, branch }),
    onRepeated: (branch, records) => repeated.add(records, { receiver: settings.id, branch }),
  });
}

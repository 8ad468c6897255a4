import type { BatchObservableResult } from "@opentelemetry/api";
import type { Settings } from "../../collector/component.ts";
import type { Ledger, SeenSpan } from "../../collector/storage/storage.ts";

/**
 * Makes visible how many records each branch is known to have, and how far back that reaches. Returns how to stop it, which
 * must come before the ledger is closed.
 */
export function observeMemory(
  { id, meter, clock }: Pick<Settings, "id" | "meter" | "clock">,
  ledger: Pick<Ledger, "seenSpan">,
  branches: readonly string[],
): () => void {
  const records = meter.createObservableGauge("otel_o365_receiver_remembered_log_records", {
    description: "Number of acknowledged log records that are remembered, so that they are not delivered again",
    unit: "{records}",
  });
  const reach = meter.createObservableGauge("otel_o365_receiver_remembered_period", {
    description: "Age of the oldest day of which acknowledged log records are remembered",
    unit: "s",
  });
  const observe = (result: BatchObservableResult): void => {
    for (const branch of branches) {
      const span = spanOf(ledger, branch);
      if (span === undefined) continue;
      const attributes = { receiver: id, branch };
      result.observe(records, span.records, attributes);
      if (span.fromMs !== undefined) {
        result.observe(reach, Math.max(0, Math.round((clock.now() - span.fromMs) / 1000)), attributes);
      }
    }
  };
  meter.addBatchObservableCallback(observe, [records, reach]);
  return () => meter.removeBatchObservableCallback(observe, [records, reach]);
}

/** Who writes to the ledger reports what is wrong with it. */
function spanOf(ledger: Pick<Ledger, "seenSpan">, branch: string): SeenSpan | undefined {
  try {
    return ledger.seenSpan(branch);
  } catch {
    return undefined;
  }
}

import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { cannotUse } from "../../collector/modules.ts";
import { type InstanceReference, loadInstance } from "../../collector/sdk-args.ts";

/**
 * Imports the module and makes the exporter.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`, saying which step failed: no waiting mends any of them.
 */
export async function loadExporter(reference: InstanceReference): Promise<LogRecordExporter> {
  const exporter = await loadInstance(reference);
  if (isLogRecordExporter(exporter)) return exporter;
  throw cannotUse(reference, "it has no export() and shutdown()", "name a class that is a LogRecordExporter");
}

function isLogRecordExporter(value: unknown): value is LogRecordExporter {
  if (typeof value !== "object" || value === null || !("export" in value) || !("shutdown" in value)) return false;
  return typeof value.export === "function" && typeof value.shutdown === "function";
}

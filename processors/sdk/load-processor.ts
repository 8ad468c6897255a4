import type { LogRecordProcessor } from "@opentelemetry/sdk-logs";
import { cannotUse } from "../../collector/modules.ts";
import { type InstanceReference, loadInstance } from "../../collector/sdk-args.ts";

/**
 * Imports the module and makes the processor.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`, saying which step failed: no waiting mends any of them.
 */
export async function loadProcessor(reference: InstanceReference): Promise<LogRecordProcessor> {
  const processor = await loadInstance(reference);
  if (!isLogRecordProcessor(processor)) {
    throw cannotUse(reference, "it has no onEmit() and shutdown()", "name a class that is a LogRecordProcessor");
  }
  if (exportsByItself(processor)) {
    const todo = "name its exporter under exporters, as sdk/NAME, where delivery is acknowledged and retried";
    throw cannotUse(reference, "it sends records to an exporter of its own, which may lose them", todo);
  }
  return processor;
}

function isLogRecordProcessor(value: unknown): value is LogRecordProcessor {
  return isObject(value) && typeof value["onEmit"] === "function" && typeof value["shutdown"] === "function";
}

/** Whether it holds an exporter, as the processors of the SDK that export do. Private fields cannot be seen. */
function exportsByItself(processor: object): boolean {
  return Object.values(processor).some(
    (value) => isObject(value) && typeof value["export"] === "function" && typeof value["shutdown"] === "function",
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

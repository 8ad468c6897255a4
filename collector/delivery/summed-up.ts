import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { DeadLettered } from "../storage/storage.ts";

/** Counts dead letters by the receiver and the content type they came from, as the records themselves say. */
export function summedUp(
  records: readonly ReadableLogRecord[],
  exporter: string,
  reason: DeadLettered["reason"],
): readonly DeadLettered[] {
  const counts = new Map<string, DeadLettered>();
  for (const { resource, attributes } of records) {
    const component = text(resource.attributes["o365.integration"]);
    const contentType = text(attributes["o365.content_type"]);
    const key = JSON.stringify([component, contentType]);
    const before = counts.get(key)?.records ?? 0;
    counts.set(key, { component, contentType, exporter, reason, records: before + 1 });
  }
  return [...counts.values()];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

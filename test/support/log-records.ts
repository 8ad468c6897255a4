import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { COLLECTOR_SCOPE } from "../../collector/record.ts";

export const testResource: ReadableLogRecord["resource"] = resourceFromAttributes({
  "service.name": "otel-o365",
  "o365.tenant_id": "3f2c1f4e-0000-4000-8000-000000000001",
  "o365.integration": "o365/contoso",
});

const scope = { name: "otel-o365/receiver", version: "0.0.0" };

/** Records as the receiver and `xdr` make them, with distinct ids `<prefix>-0`, `<prefix>-1` …; one resource and scope for all. */
export function makeRecords(count: number, prefix: string = "id"): ReadableLogRecord[] {
  return Array.from({ length: count }, (_, index) => makeRecord(`${prefix}-${index}`));
}

export function makeRecord(id: string, overrides: Partial<ReadableLogRecord> = {}): ReadableLogRecord {
  return {
    hrTime: [1_782_907_200, 123_000_000],
    hrTimeObserved: [1_782_907_260, 0],
    eventName: "UserLoggedIn",
    body: `{"Id":"${id}","Operation":"UserLoggedIn","UserId":"zoë@contoso.example"}`,
    attributes: {
      "log.record.uid": id,
      "o365.id": id,
      "o365.record_type": 15,
      "o365.malformed": false,
      "xdr.schema": "scwx.auth",
      "user.name": "zoë@contoso.example",
      "client.address": "203.0.113.9",
      "o365.result_status": "Success",
    },
    droppedAttributesCount: 0,
    resource: testResource,
    instrumentationScope: scope,
    ...overrides,
  };
}

/** An event of the collector itself. */
export function makeCollectorEvent(id: string): ReadableLogRecord {
  return makeRecord(id, { eventName: "o365.collector.gap", instrumentationScope: { name: COLLECTOR_SCOPE } });
}

/** The `o365.id` of each record. */
export function idsOf(records: readonly ReadableLogRecord[]): string[] {
  return records.map((record) => String(record.attributes["o365.id"]));
}

import { randomUUID } from "node:crypto";
import { SeverityNumber } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { CollectorEvent } from "../storage/storage.ts";
import { COLLECTOR_SCOPE } from "../record.ts";
import { scrub } from "../scrub.ts";
import { version } from "../version.ts";

/** What the collector says about itself, as `eventName` of log records that go down the pipelines of the integration. */
export const CollectorEventName = {
  /** A part of the audit trail is missing for good. */
  gap: "o365.collector.gap",
  /** The state of an integration, or what it is troubled by, has changed. */
  state: "o365.collector.state",
  /** For longer than `service::health` allows, nothing was listed, or listings held nothing new. */
  silence: "o365.collector.silence",
  /** That is over. */
  silenceEnded: "o365.collector.silence_ended",
  /** The certificate that signs in ends soon, or has ended. */
  certificateExpiry: "o365.collector.certificate_expiry",
  /** It was replaced by one that lasts. */
  certificateRenewed: "o365.collector.certificate_renewed",
} as const;
export type CollectorEventName = (typeof CollectorEventName)[keyof typeof CollectorEventName];

type Level = "info" | "warn" | "error";

const SEVERITIES: Readonly<Record<Level, SeverityNumber>> = {
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** Makes an event with an id of its own, without what looks like a credential: it goes to every backend of the integration. Attributes that are undefined are left out. */
export function collectorEvent(
  name: CollectorEventName,
  level: Level,
  atMs: number,
  body: string,
  attributes: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): CollectorEvent {
  const defined: Record<string, string | number | boolean | readonly string[]> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) defined[key] = scrubbed(value);
  return { uid: randomUUID(), atMs, name, severity: SEVERITIES[level], body: scrub(body), attributes: defined };
}

function scrubbed(value: string | number | boolean | readonly string[]): typeof value {
  if (typeof value === "string") return scrub(value);
  return typeof value === "object" ? value.map(scrub) : value;
}

const scope = { name: COLLECTOR_SCOPE, version };

/** The log record of an event. */
export function eventRecord(event: CollectorEvent, resource: Resource, observedMs: number): ReadableLogRecord {
  const attributes: ReadableLogRecord["attributes"] = { "log.record.uid": event.uid };
  for (const [key, value] of Object.entries(event.attributes)) {
    attributes[key] = typeof value === "object" ? [...value] : value;
  }
  return {
    hrTime: hrTime(event.atMs),
    hrTimeObserved: hrTime(observedMs),
    eventName: event.name,
    severityNumber: event.severity,
    severityText: SeverityNumber[event.severity] ?? "",
    body: event.body,
    resource,
    instrumentationScope: scope,
    attributes,
    droppedAttributesCount: 0,
  };
}

function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

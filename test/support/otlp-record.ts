/** A log record as a backend sees it. */
export interface ReceivedRecord {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
  readonly timeUnixNano: string;
  readonly eventName: string;
  readonly body: unknown;
  readonly severityNumber: number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface KeyValue {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}
interface WireRecord {
  readonly timeUnixNano?: string;
  readonly eventName?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly severityNumber?: number;
  readonly attributes?: readonly KeyValue[];
}
interface WireRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeLogs?: readonly {
      readonly scope?: { readonly name?: string };
      readonly logRecords?: readonly WireRecord[];
    }[];
  }[];
}

/** Flattens an ExportLogsServiceRequest in the shape of OTLP JSON. */
export function recordsOf(request: unknown): ReceivedRecord[] {
  const records: ReceivedRecord[] = [];
  for (const { resource, scopeLogs } of (request as WireRequest).resourceLogs ?? []) {
    const resourceAttributes = attributesOf(resource?.attributes);
    for (const { scope, logRecords } of scopeLogs ?? []) {
      for (const record of logRecords ?? []) {
        records.push({
          resource: resourceAttributes,
          scope: scope?.name ?? "",
          timeUnixNano: record.timeUnixNano ?? "",
          eventName: record.eventName ?? "",
          body: valueOf(record.body),
          severityNumber: record.severityNumber,
          attributes: attributesOf(record.attributes),
        });
      }
    }
  }
  return records;
}

function attributesOf(list: readonly KeyValue[] | undefined): Record<string, unknown> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: Readonly<Record<string, unknown>> | undefined): unknown {
  const entry = Object.entries(value ?? {})[0];
  if (entry === undefined) return undefined;
  const [kind, content] = entry;
  if (kind === "intValue") return Number(content);
  if (kind === "arrayValue") {
    return ((content as { values?: readonly Readonly<Record<string, unknown>>[] }).values ?? []).map(valueOf);
  }
  if (kind === "kvlistValue") return attributesOf((content as { values?: readonly KeyValue[] }).values);
  return content;
}

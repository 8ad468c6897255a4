import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";

/** One log record as it stands in a file of OTLP JSON lines. */
export interface ExportedRecord {
  /** `Id` and `Operation` of the audit record: what tells two records apart. */
  readonly key: string;
  readonly schema: string;
  readonly body: string;
  /** The receiver cut matched secrets out of the body. */
  readonly redacted: boolean;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
}
interface OtlpLogRecord {
  readonly eventName?: string;
  readonly body?: OtlpValue;
  readonly attributes?: readonly { readonly key: string; readonly value: OtlpValue }[];
}
interface OtlpRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpLogRecord[] }[];
  }[];
}

/** `Id` and `Operation` of an audit record as one key. */
export function recordKey(id: string | undefined, operation: string | undefined): string {
  return `${id ?? ""}\n${operation ?? ""}`;
}

/** Reads a file of OTLP JSON lines, record by record. A last line that is still being written is left out. */
export async function* readExported(path: string): AsyncGenerator<ExportedRecord> {
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    yield* recordsOfLine(line);
  }
}

/** The records of one line; none when the line is not a complete OTLP JSON request. */
export function recordsOfLine(line: string): ExportedRecord[] {
  const records: ExportedRecord[] = [];
  for (const resourceLogs of parseLine(line)?.resourceLogs ?? []) {
    for (const scopeLogs of resourceLogs.scopeLogs ?? []) {
      for (const record of scopeLogs.logRecords ?? []) records.push(toExported(record));
    }
  }
  return records;
}

function parseLine(line: string): OtlpRequest | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function toExported(record: OtlpLogRecord): ExportedRecord {
  const attribute = (key: string): OtlpValue | undefined =>
    record.attributes?.find((candidate) => candidate.key === key)?.value;
  return {
    key: recordKey(attribute("o365.id")?.stringValue, record.eventName),
    schema: attribute("xdr.schema")?.stringValue ?? "(none)",
    body: record.body?.stringValue ?? "",
    redacted: attribute("o365.redacted")?.boolValue === true,
  };
}

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";

type Json = Readonly<Record<string, unknown>>;
type List = readonly Json[];

/** A record as OTLP JSON has it, types included (`{"intValue": "15"}`), with lists of attributes as sorted mappings. */
export interface WireRecord {
  readonly resource: Json;
  readonly resourceSchemaUrl: unknown;
  readonly scope: Json;
  readonly record: Json;
  readonly attributes: Json;
}

/** Records by their `log.record.uid`: as many under one as have come. */
export type WireRecords = ReadonlyMap<string, readonly WireRecord[]>;

/** Reads files of OTLP JSON lines, gzip too. A last line that is still being written is left out. */
export function readWire(files: readonly string[]): WireRecords {
  const records = new Map<string, WireRecord[]>();
  for (const file of files) {
    const bytes = readFileSync(file);
    const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line !== "") readLine(JSON.parse(line) as Json, records);
    }
  }
  return records;
}

function readLine(line: Json, records: Map<string, WireRecord[]>): void {
  for (const ofResource of (line["resourceLogs"] ?? []) as List) {
    for (const ofScope of (ofResource["scopeLogs"] ?? []) as List) {
      const scope = (ofScope["scope"] ?? {}) as Json;
      for (const entry of (ofScope["logRecords"] ?? []) as List) {
        const { attributes: list, body, ...record } = entry;
        const attributes = mapping(list);
        const { stringValue: uid } = (attributes["log.record.uid"] ?? {}) as { readonly stringValue?: string };
        if (uid === undefined) throw new Error(`A record without log.record.uid: ${JSON.stringify(entry)}`);
        const wire = {
          resource: mapping((ofResource["resource"] as Json | undefined)?.["attributes"]),
          resourceSchemaUrl: ofResource["schemaUrl"] ?? "",
          scope: withoutDefaults({ ...scope, attributes: mapping(scope["attributes"]) }),
          record: withoutDefaults({ ...record, body: typed(body as Json | undefined) }),
          attributes,
        };
        records.set(uid, [...(records.get(uid) ?? []), wire]);
      }
    }
  }
}

/** Attributes by name, each with its type. A name that comes twice is an error: one of the two would be lost. */
function mapping(list: unknown): Json {
  const entries = ((list ?? []) as List).map(
    ({ key, value }) => [String(key), typed(value as Json | undefined)] as const,
  );
  const names = new Set(entries.map(([name]) => name));
  if (names.size !== entries.length) throw new Error(`A name comes twice: ${JSON.stringify(list)}`);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** OTLP JSON may write a 64-bit integer as a number or as text; both mean the same. */
function typed(value: Json | undefined): Json {
  const [kind, content] = Object.entries(value ?? {})[0] ?? ["none", ""];
  if (kind === "intValue") return { intValue: String(content) };
  const values = (content as { readonly values?: List } | undefined)?.values ?? [];
  if (kind === "arrayValue") return { arrayValue: values.map(typed) };
  if (kind === "kvlistValue") return { kvlistValue: mapping(values) };
  return { [kind]: content };
}

/** Protobuf's JSON may leave out what has its default value, or write it. Times may be numbers or text. */
function withoutDefaults(value: Json): Json {
  const written = Object.entries(value).filter(
    ([, one]) => one !== "" && one !== 0 && one !== "0" && !isDeepStrictEqual(one, {}),
  );
  return Object.fromEntries(written.map(([name, one]) => [name, name.endsWith("UnixNano") ? String(one) : one]));
}

/** The kinds of values that attributes have, at any depth. */
export function kindsOf(records: WireRecords): Set<string> {
  const kinds = new Set<string>();
  const visit = (value: Json): void => {
    for (const [kind, content] of Object.entries(value)) {
      kinds.add(kind);
      if (kind === "arrayValue") for (const one of content as List) visit(one);
      if (kind === "kvlistValue")
        for (const one of Object.values(content as Readonly<Record<string, Json>>)) visit(one);
    }
  };
  for (const copies of records.values()) {
    for (const { attributes } of copies) {
      for (const value of Object.values(attributes)) visit(value as Json);
    }
  }
  return kinds;
}

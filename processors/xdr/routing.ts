import { isJsonObject, type JsonValue } from "../../collector/record.ts";
import { RECORD_TYPES } from "../../collector/record-types.ts";
import type { Kind } from "./kinds.ts";
import { operationKey } from "./operation.ts";
import { RECORD_KINDS, WORKLOAD_KINDS } from "./record-kinds.ts";
import { fieldNumber, type RecordReader } from "./record-reader.ts";
import { ROUTES, type Route } from "./routes.ts";
import { plainText } from "./rules/text.ts";

const ID = fieldNumber("Id");
const OPERATION = fieldNumber("Operation");
const CREATION_TIME = fieldNumber("CreationTime");
const WORKLOAD = fieldNumber("Workload");

interface CompiledRoute {
  readonly kind: Kind;
  readonly operations: ReadonlySet<string> | undefined;
  readonly operationHas: readonly string[] | undefined;
  readonly contentTypes: ReadonlySet<string> | undefined;
  readonly field: number;
  readonly values: ReadonlySet<string> | undefined;
  readonly has: readonly number[] | undefined;
  readonly lacks: readonly number[] | undefined;
}

const set = (values: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  values === undefined ? undefined : new Set(values);

function compile(route: Route): CompiledRoute {
  return {
    kind: route.kind,
    operations: set(route.operations?.map((name) => operationKey(name))),
    operationHas: route.operationHas,
    contentTypes: set(route.contentTypes),
    field: fieldNumber(route.field?.name ?? "Id"),
    values: set(route.field?.in),
    has: route.has?.map((name) => fieldNumber(name)),
    lacks: route.lacks?.map((name) => fieldNumber(name)),
  };
}

/** The rows that can hold for one record type, in order. */
function candidates(type: number | "unknown"): readonly CompiledRoute[] {
  return ROUTES.filter((route) => route.types === undefined || route.types.includes(type)).map(compile);
}

const KIND_OF_TYPE: ReadonlyMap<number, Kind> = new Map(
  RECORD_KINDS.flatMap(({ kind, types }) => types.map((type) => [type, kind] as const)),
);
const KIND_OF_WORKLOAD: ReadonlyMap<string, Kind> = new Map(Object.entries(WORKLOAD_KINDS));
const ROUTES_OF_UNKNOWN = candidates("unknown");
const ROUTES_OF_TYPE: ReadonlyMap<number, readonly CompiledRoute[]> = new Map(
  RECORD_TYPES.map(([value]) => [value, candidates(value)]),
);

/**
 * The kind of a record: that of the first row of the routing table that holds, else that of its type, else, for types
 * that are not published, that of its workload. A record without `Operation`, `CreationTime` or `Id` is `generic`.
 */
export function kindOf(reader: RecordReader, type: number | undefined, contentType: string | undefined): Kind {
  const operation = plainText(reader.at(OPERATION));
  if (operation === undefined || plainText(reader.at(ID)) === undefined) return "generic";
  if (plainText(reader.at(CREATION_TIME)) === undefined) return "generic";
  const byType = type === undefined ? undefined : KIND_OF_TYPE.get(type);
  const rows = (type === undefined ? undefined : ROUTES_OF_TYPE.get(type)) ?? ROUTES_OF_UNKNOWN;
  const key = operationKey(operation);
  for (const row of rows) if (holds(row, reader, key, contentType)) return row.kind;
  return byType ?? KIND_OF_WORKLOAD.get(plainText(reader.at(WORKLOAD))?.toLowerCase() ?? "") ?? "other";
}

function holds(row: CompiledRoute, reader: RecordReader, operation: string, contentType: string | undefined): boolean {
  if (row.contentTypes !== undefined && !row.contentTypes.has(contentType ?? "")) return false;
  if (row.operations !== undefined && !row.operations.has(operation)) return false;
  if (row.values !== undefined && !row.values.has(plainText(reader.at(row.field)) ?? "")) return false;
  if (row.operationHas !== undefined && !row.operationHas.some((part) => operation.includes(part))) return false;
  if (row.has !== undefined && !row.has.some((field) => holdsSomething(reader.at(field)))) return false;
  return row.lacks === undefined || !row.lacks.some((field) => holdsSomething(reader.at(field)));
}

function holdsSomething(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isJsonObject(value)) return true;
  for (const _key in value) return true;
  return false;
}

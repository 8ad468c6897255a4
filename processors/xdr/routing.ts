import { isJsonObject, type JsonObject, type JsonValue } from "../../collector/record.ts";
import { RECORD_TYPES } from "../../collector/record-types.ts";
import type { Kind } from "./kinds.ts";
import { operationKey } from "./operation.ts";
import { RECORD_KINDS, WORKLOAD_KINDS } from "./record-kinds.ts";
import { ROUTES, type Route } from "./routes.ts";
import { plainText } from "./rules/text.ts";

interface CompiledRoute {
  readonly route: Route;
  readonly operations: ReadonlySet<string> | undefined;
  readonly contentTypes: ReadonlySet<string> | undefined;
  readonly values: ReadonlySet<string> | undefined;
}

const set = (values: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  values === undefined ? undefined : new Set(values);

/** The rows that can hold for one record type, in order. */
function candidates(type: number | "unknown"): readonly CompiledRoute[] {
  return ROUTES.filter((route) => route.types === undefined || route.types.includes(type)).map((route) => ({
    route,
    operations: set(route.operations?.map((name) => operationKey(name))),
    contentTypes: set(route.contentTypes),
    values: set(route.field?.in),
  }));
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
export function kindOf(record: JsonObject | null, type: number | undefined, contentType: string | undefined): Kind {
  if (record === null) return "generic";
  const operation = plainText(record["Operation"]);
  if (operation === undefined || plainText(record["Id"]) === undefined) return "generic";
  if (plainText(record["CreationTime"]) === undefined) return "generic";
  const byType = type === undefined ? undefined : KIND_OF_TYPE.get(type);
  const rows = (type === undefined ? undefined : ROUTES_OF_TYPE.get(type)) ?? ROUTES_OF_UNKNOWN;
  for (const row of rows) {
    if (holds(row, record, operation, contentType)) return row.route.kind;
  }
  return byType ?? KIND_OF_WORKLOAD.get(plainText(record["Workload"])?.toLowerCase() ?? "") ?? "other";
}

function holds(row: CompiledRoute, record: JsonObject, operation: string, contentType: string | undefined): boolean {
  const { route } = row;
  if (row.operations !== undefined && !row.operations.has(operationKey(operation))) return false;
  if (row.contentTypes !== undefined && !row.contentTypes.has(contentType ?? "")) return false;
  if (row.values !== undefined && !row.values.has(plainText(record[route.field?.name ?? ""]) ?? "")) return false;
  if (route.operationHas !== undefined) {
    const key = operationKey(operation);
    if (!route.operationHas.some((part) => key.includes(part))) return false;
  }
  if (route.has !== undefined && !route.has.some((field) => holdsSomething(record[field]))) return false;
  return route.lacks === undefined || !route.lacks.some((field) => holdsSomething(record[field]));
}

function holdsSomething(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isJsonObject(value)) return true;
  for (const _key in value) return true;
  return false;
}

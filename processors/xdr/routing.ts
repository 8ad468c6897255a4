import type { JsonObject } from "../../collector/record.ts";
import { operationKey } from "./operation.ts";
import { RECORD_TYPES } from "../../collector/record-types.ts";
import { ROUTES, type Route } from "./routes.ts";
import { plainText } from "./rules/text.ts";

/** The route of whatever lacks the fields that every audit record has. */
const UNREADABLE: Route = { kind: "generic", schema: "generic" };

interface CompiledRoute {
  readonly route: Route;
  readonly operations: ReadonlySet<string> | undefined;
  readonly workloads: ReadonlySet<string> | undefined;
  readonly contentTypes: ReadonlySet<string> | undefined;
  readonly field: string | undefined;
  readonly values: ReadonlySet<string> | undefined;
}

const set = (values: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  values === undefined ? undefined : new Set(values);

function compile(route: Route): CompiledRoute {
  return {
    route,
    operations: set(route.operations?.map((name) => operationKey(name))),
    workloads: set(route.workloads),
    contentTypes: set(route.contentTypes),
    field: route.field?.name,
    values: set(route.field?.in),
  };
}

/** The rows that can hold for one record type, in order. */
function candidates(type: number | "unknown"): readonly CompiledRoute[] {
  return ROUTES.filter((route) => route.types === undefined || route.types.includes(type)).map(compile);
}

const FOR_UNKNOWN = candidates("unknown");
const BY_TYPE: ReadonlyMap<number, readonly CompiledRoute[]> = new Map(
  RECORD_TYPES.map(([value]) => [value, candidates(value)]),
);

/**
 * The route of a record: the first row of the routing table that holds. A record without `Operation`, `CreationTime` or
 * `Id` goes to `generic`.
 */
export function routeOf(record: JsonObject | null, type: number | undefined, contentType: string | undefined): Route {
  if (record === null) return UNREADABLE;
  const operation = plainText(record["Operation"]);
  if (operation === undefined || plainText(record["Id"]) === undefined) return UNREADABLE;
  if (plainText(record["CreationTime"]) === undefined) return UNREADABLE;
  const rows = (type === undefined ? undefined : BY_TYPE.get(type)) ?? FOR_UNKNOWN;
  for (const row of rows) {
    if (row.operations !== undefined && !row.operations.has(operationKey(operation))) continue;
    if (row.route.operationHas !== undefined && !hasPart(operation, row.route.operationHas)) continue;
    if (row.contentTypes !== undefined && (contentType === undefined || !row.contentTypes.has(contentType))) continue;
    if (row.workloads !== undefined && !row.workloads.has(plainText(record["Workload"]) ?? "")) continue;
    if (row.field !== undefined && !row.values?.has(plainText(record[row.field]) ?? "")) continue;
    return row.route;
  }
  return UNREADABLE;
}

function hasPart(operation: string, parts: readonly string[]): boolean {
  const key = operationKey(operation);
  return parts.some((part) => key.includes(part));
}

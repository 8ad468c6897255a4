import { isJsonObject, type JsonValue } from "../../collector/record.ts";
import { RECORD_TYPES } from "../../collector/record-types.ts";
import type { Kind } from "./kinds.ts";
import { comparable } from "./operation.ts";
import { RECORD_KINDS, WORKLOAD_KINDS } from "./record-kinds.ts";
import { fieldNumber, type RecordReader } from "./record-reader.ts";
import { ROUTES, type Route } from "./routes.ts";
import { plainText } from "./rules/text.ts";
import { TextCache } from "./text-cache.ts";

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
    operations: set(route.operations?.map((name) => comparable(name))),
    operationHas: route.operationHas,
    contentTypes: set(route.contentTypes),
    field: fieldNumber(route.field?.name ?? "Id"),
    values: set(route.field?.in.map((text) => comparable(text))),
    has: route.has?.map((name) => fieldNumber(name)),
    lacks: route.lacks?.map((name) => fieldNumber(name)),
  };
}

/** What is left of the routes once type, operation and content type are known. */
interface Way {
  /** Those that fields decide on, in order. */
  readonly rows: readonly CompiledRoute[];
  /** Where none of them holds. Undefined: that of the workload. */
  readonly kind: Kind | undefined;
}

/** The routes of one record type. */
class Routes {
  /** Those that can hold, in order. */
  readonly #rows: readonly CompiledRoute[];
  readonly #byType: Kind | undefined;

  constructor(type: number | "unknown", kind: Kind | undefined) {
    this.#rows = ROUTES.filter((route) => route.types === undefined || route.types.includes(type)).map(compile);
    this.#byType = kind;
  }

  /** @param operation Text of the operation, as the record has it. */
  wayOf(operation: string, contentType: string | undefined): Way {
    const key = comparable(operation);
    const rows: CompiledRoute[] = [];
    for (const row of this.#rows) {
      if (!mayHold(row, key, contentType)) continue;
      if ((row.has ?? row.lacks ?? row.values) === undefined) return { rows, kind: row.kind };
      rows.push(row);
    }
    return { rows, kind: this.#byType };
  }
}

const KIND_OF_TYPE: ReadonlyMap<number, Kind> = new Map(
  RECORD_KINDS.flatMap(({ kind, types }) => types.map((type) => [type, kind] as const)),
);
const KIND_OF_WORKLOAD: ReadonlyMap<string, Kind> = new Map(Object.entries(WORKLOAD_KINDS));
const ROUTES_OF_UNKNOWN = new Routes("unknown", undefined);
const ROUTES_OF_TYPE: ReadonlyMap<number, Routes> = new Map(
  RECORD_TYPES.map(([value]) => [value, new Routes(value, KIND_OF_TYPE.get(value))]),
);

/** The way of records with one operation. Nearly always they have one type, and come with one content type. */
class OperationWay {
  readonly #operation: string;
  #type: number | undefined;
  #contentType: string | undefined;
  #way: Way | undefined;

  constructor(operation: string) {
    this.#operation = operation;
  }

  of(type: number | undefined, contentType: string | undefined): Way {
    if (this.#way !== undefined && type === this.#type && contentType === this.#contentType) return this.#way;
    const routes = (type === undefined ? undefined : ROUTES_OF_TYPE.get(type)) ?? ROUTES_OF_UNKNOWN;
    this.#type = type;
    this.#contentType = contentType;
    this.#way = routes.wayOf(this.#operation, contentType);
    return this.#way;
  }
}

/** Tells the kinds of records. */
export class KindTeller {
  readonly #ways = new TextCache((operation) => new OperationWay(operation));

  /**
   * The kind of a record: that of the first row of the routing table that holds, else that of its type, else, for types
   * that are not published, that of its workload. A record without `Operation`, `CreationTime` or `Id` is `generic`.
   */
  kindOf(reader: RecordReader, type: number | undefined, contentType: string | undefined): Kind {
    const { record } = reader;
    const operation = plainText(record["Operation"]);
    if (operation === undefined || plainText(record["Id"]) === undefined) return "generic";
    if (plainText(record["CreationTime"]) === undefined) return "generic";
    const { rows, kind } = this.#ways.get(operation).of(type, contentType);
    for (const row of rows) if (holds(row, reader)) return row.kind;
    return kind ?? KIND_OF_WORKLOAD.get(plainText(reader.at(WORKLOAD))?.toLowerCase() ?? "") ?? "other";
  }
}

/** @param operation In the form in which they are compared. */
function mayHold(row: CompiledRoute, operation: string, contentType: string | undefined): boolean {
  if (row.contentTypes !== undefined && !row.contentTypes.has(contentType ?? "")) return false;
  if (row.operations !== undefined && !row.operations.has(operation)) return false;
  return row.operationHas === undefined || row.operationHas.some((part) => operation.includes(part));
}

function holds(row: CompiledRoute, reader: RecordReader): boolean {
  if (row.values !== undefined && !row.values.has(comparable(plainText(reader.at(row.field)) ?? ""))) return false;
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

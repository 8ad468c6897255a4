import { nearest, suggest } from "../../../collector/config/nearest.ts";
import { CONTEXT } from "../context.ts";
import { parsePath } from "../paths.ts";
import type { SchemaField } from "../schema/field.ts";
import { SCHEMA_FIELDS, XDR_SCHEMAS } from "../schema/schemas.ts";
import { exceptionsOf, type OwnRow, type OwnRows, sourcesOf, targetsOf } from "./row.ts";

/** A mistake in a row of the user's own. */
export interface RowProblem {
  /** Keys and indexes below the mapping. */
  readonly path: readonly (string | number)[];
  /** What is wrong; behind a semicolon what to do. */
  readonly message: string;
}

/** Attributes whose value is the mapper's own: another one would make records unreadable for whoever counts on them. */
const FIXED = ["xdr.schema"];
const ATTRIBUTE_NAME = /^[A-Za-z_][\w.-]*$/;

/** Every mistake in rows of the user's own, beyond what their types rule out. */
export function checkRows(rows: OwnRows, emitUnverified: boolean): readonly RowProblem[] {
  return Object.entries(rows).flatMap(([schema, list]) =>
    (list ?? []).flatMap((row, index) =>
      checkRow(row, schema, emitUnverified).map(({ path, message }) => ({ path: [schema, index, ...path], message })),
    ),
  );
}

function checkRow(row: OwnRow, schema: string, emitUnverified: boolean): readonly RowProblem[] {
  return [
    ...targetsOf(row).flatMap((target, index) => {
      const message = checkTarget(target, row, schema, emitUnverified);
      return message === undefined ? [] : [{ path: place("to", row.to, index), message }];
    }),
    ...checkSources("from", row.from, sourcesOf(row)),
    ...checkSources("except", row.except, exceptionsOf(row)),
    ...checkShape(row),
    ...checkWhen(row),
  ];
}

function place(key: string, value: unknown, index: number): readonly (string | number)[] {
  return Array.isArray(value) ? [key, index] : [key];
}

function checkTarget(target: string, row: OwnRow, schema: string, emitUnverified: boolean): string | undefined {
  if (!ATTRIBUTE_NAME.test(target)) {
    return "must be the name of an attribute; letters, digits, dots, dashes and underscores";
  }
  if (FIXED.includes(target)) return `cannot be mapped; every record has its schema there`;
  if (!target.startsWith("xdr.")) return undefined;
  const name = target.slice("xdr.".length);
  const fields = fieldsOf(schema);
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return unknownField(name, schema);
  if (field.unverified !== undefined && !emitUnverified && row.drop !== true) {
    return `is a field whose ${field.unverified === "name" ? "name is" : "values are"} not confirmed; set emit_unverified: true to write it`;
  }
  return row.drop === true ? undefined : checkType(field, row);
}

function unknownField(name: string, schema: string): string {
  const owners = XDR_SCHEMAS.filter((owner) => Object.hasOwn(SCHEMA_FIELDS[owner], name));
  if (schema === "all" && owners.length > 0) {
    return `is a field of ${owners.join(", ")} only; put the row under ${owners.length === 1 ? "that schema" : "those schemas"}`;
  }
  const near = nearest(name, Object.keys(fieldsOf(schema)));
  const whose = schema === "all" ? "that all schemas have" : `of the schema ${schema}`;
  return `is no field ${whose}; ${near === undefined ? "no rule would look at it: call it o365.… instead" : `did you mean "xdr.${near}"?`}`;
}

function fieldsOf(schema: string): Readonly<Record<string, SchemaField>> {
  const known = XDR_SCHEMAS.find((name) => name === schema);
  return SCHEMA_FIELDS[known ?? "generic"];
}

function checkType(field: SchemaField, row: OwnRow): string | undefined {
  const { rule } = row;
  if (field.type === "uint64" && rule !== "time" && rule !== "number") {
    return "holds microseconds or a number; use rule: time or rule: number";
  }
  const gives = rule === "emails" || rule === "users" ? (row.only === true ? "one" : "list") : "other";
  if (field.repeated && gives !== "list") return "holds a list; use rule: emails or rule: users without only";
  if (!field.repeated && (gives === "list" || rule === "structure")) {
    return "holds one value; use another rule, or only: true behind emails and users";
  }
  return undefined;
}

function checkSources(key: string, value: unknown, sources: readonly string[]): readonly RowProblem[] {
  return sources.flatMap((source, index) => {
    const message = checkSource(source);
    return message === undefined ? [] : [{ path: place(key, value, index), message }];
  });
}

function checkSource(source: string): string | undefined {
  if (source.startsWith("@") || source.startsWith("'")) return undefined;
  if (source.startsWith("$")) {
    const name = source.slice(1);
    if (Object.hasOwn(CONTEXT, name)) return undefined;
    return `is no value that is known about a record; ${suggest(name, Object.keys(CONTEXT), "values")}`;
  }
  return checkPath(source);
}

function checkPath(path: string): string | undefined {
  try {
    parsePath(path);
    return undefined;
  } catch {
    return "must be a path such as ClientIP, FileData.FilePath, ExtendedProperties[UserAgent], PolicyDetails[].PolicyName or Actor[Type=5].ID; put a name with dots in brackets";
  }
}

function checkShape(row: OwnRow): readonly RowProblem[] {
  const problems: RowProblem[] = [];
  const gives = sourcesOf(row).length > 0 || row.value !== undefined;
  if (row.drop === true && gives)
    problems.push({ path: ["drop"], message: "must stand alone; take from and value away" });
  if (row.drop !== true && !gives) problems.push({ path: [], message: "needs from, value or drop: true" });
  if (row.value !== undefined && sourcesOf(row).length > 0) {
    problems.push({ path: ["value"], message: "must not stand beside from; give one of them" });
  }
  for (const key of ["except", "only"] as const) {
    if (row[key] !== undefined && sourcesOf(row).length === 0) {
      problems.push({ path: [key], message: "says what of the sources counts; give from, or take it away" });
    }
  }
  if (row.values !== undefined && row.rule !== undefined) {
    problems.push({ path: ["rule"], message: "must not stand beside values; give one of them" });
  }
  return problems;
}

function checkWhen({ when }: OwnRow): readonly RowProblem[] {
  const problems: RowProblem[] = [];
  for (const key of ["field", "not"] as const) {
    const path = when?.[key]?.path;
    const message = path === undefined ? undefined : checkPath(path);
    if (message !== undefined) problems.push({ path: ["when", key, "path"], message });
  }
  return problems;
}

import type { AttributeSheet } from "./attribute-sheet.ts";
import type { CompiledRow, Plan, Source } from "./compile.ts";
import { documentedType, type FieldType } from "./field-types.ts";
import type { RecordShape } from "./record-reader.ts";
import { isSecretKey } from "./secrets.ts";

/** A field that is kept under its own name. */
export interface ExtensionField {
  /** Its place in the record's shape. */
  readonly place: number;
  readonly slot: number;
  readonly type: FieldType | undefined;
}

/** What a plan comes to for records of one shape. */
export interface Program {
  readonly rows: readonly CompiledRow[];
  readonly extensions: readonly ExtensionField[];
}

/** The plan without what cannot yield anything for records of this shape. Made once for each shape. */
export function programFor(plan: Plan, shape: RecordShape<Program>, sheet: AttributeSheet): Program {
  const known = shape.programs.get(plan);
  if (known !== undefined) return known;
  const program = {
    rows: plan.rows.flatMap((row) => rowFor(row, shape)),
    extensions: extensionsOf(plan, shape, sheet),
  };
  shape.programs.set(plan, program);
  return program;
}

/** The row with the sources that records of this shape have; nothing when there are none, because a row yields nothing without a source. */
function rowFor(row: CompiledRow, shape: RecordShape<Program>): readonly CompiledRow[] {
  if (row.constant !== undefined) return [row];
  const has = (source: Source): boolean => source.kind !== "field" || shape.placeOf(source.field) >= 0;
  if (row.conditions?.tests.some((test) => test.wanted && !has(test.source)) === true) return [];
  const sources = row.sources.filter(has);
  return sources.length === 0 ? [] : [{ ...row, sources }];
}

function extensionsOf(plan: Plan, shape: RecordShape<Program>, sheet: AttributeSheet): readonly ExtensionField[] {
  const places = new Map(shape.names.map((name, place) => [name, place]));
  const fields: ExtensionField[] = [];
  for (const name of plan.kept ?? shape.names) {
    const place = places.get(name);
    const slot = place === undefined || isSecretKey(name) ? -1 : sheet.extensionSlot(name);
    if (place !== undefined && slot >= 0) fields.push({ place, slot, type: documentedType(name) });
  }
  return fields;
}

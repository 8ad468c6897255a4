import type { CompiledRow, Conditions, Plan, Source, Test } from "./compile.ts";
import { extensionName } from "./extension-names.ts";
import { documentedType, type FieldType } from "./field-types.ts";
import type { Step } from "./paths.ts";
import type { RecordShape } from "./record-reader.ts";
import { isSecretKey } from "./secrets.ts";

/** Where a row reads from, in records of one shape. */
export type PlacedSource =
  | { readonly kind: "field"; readonly place: number; readonly steps: readonly Step[]; readonly path: string }
  | { readonly kind: "attribute"; readonly place: number }
  | Extract<Source, { kind: "context" | "constant" }>;

interface PlacedTest extends Omit<Test, "source"> {
  readonly source: PlacedSource;
}

export interface PlacedConditions extends Omit<Conditions, "tests"> {
  readonly tests: readonly PlacedTest[];
}

/** A row for records of one shape. */
export interface PlacedRow extends Omit<CompiledRow, "targets" | "sources" | "except" | "conditions"> {
  /** Places of the attributes that it fills. */
  readonly targets: readonly number[];
  readonly sources: readonly PlacedSource[];
  readonly except: readonly PlacedSource[];
  readonly conditions: PlacedConditions | undefined;
}

/** A field that is kept under its own name. */
export interface ExtensionField {
  /** Its place in the record's shape. */
  readonly place: number;
  readonly target: number;
  readonly type: FieldType | undefined;
}

/** What a plan comes to for records of one shape that come with certain attributes. */
export interface Program {
  /** Names of attributes that a record can get, by place. */
  readonly names: readonly string[];
  /** Names of the record's fields, by place. */
  readonly fields: readonly string[];
  /** Names of the attributes that the record came with. */
  readonly cameNames: readonly string[];
  /** For each attribute that the record came with, its place; -1 for one that cannot be taken over. */
  readonly came: readonly number[];
  readonly drops: readonly Pick<PlacedRow, "targets" | "conditions">[];
  readonly rows: readonly PlacedRow[];
  readonly extensions: readonly ExtensionField[];
  /** Of `o365.severity`; -1 when no such record has it. */
  readonly severity: number;
}

/** The plan without what cannot yield anything for such records. */
export function compileProgram(plan: Plan, shape: RecordShape, came: RecordShape): Program {
  return new Compiler(shape, came).program(plan);
}

class Compiler {
  readonly #shape: RecordShape;
  readonly #came: readonly string[];
  readonly #places = new Map<string, number>();

  constructor(shape: RecordShape, came: RecordShape) {
    this.#shape = shape;
    this.#came = came.names;
  }

  program(plan: Plan): Program {
    // Assigning to this name would change the prototype.
    const came = this.#came.map((name) => (name === "__proto__" ? -1 : this.#placeOf(name)));
    const taken = this.#places.size;
    const drops = plan.drops.flatMap(({ targets, conditions }) => {
      const placed = this.#conditions(conditions);
      return placed === null ? [] : [{ targets: targets.map((name) => this.#placeOf(name)), conditions: placed }];
    });
    const rows = plan.rows.flatMap((row) => this.#row(row, taken));
    const extensions = this.#extensions(plan.kept ?? this.#shape.names, taken);
    const severity = this.#places.get("o365.severity") ?? -1;
    return {
      names: [...this.#places.keys()],
      fields: this.#shape.names,
      cameNames: this.#came,
      came,
      drops,
      rows,
      extensions,
      severity,
    };
  }

  #placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.#places.size);
    return this.#places.size - 1;
  }

  /**
   * The row with the sources that there are; nothing when there are none, because a row yields nothing without a source.
   *
   * @param taken Attributes at places below are there already.
   */
  #row(row: CompiledRow, taken: number): readonly PlacedRow[] {
    const sources = row.sources.flatMap((source) => this.#source(source) ?? []);
    const conditions = this.#conditions(row.conditions);
    if (conditions === null || (row.constant === undefined && sources.length === 0)) return [];
    const targets = row.targets.map((name) => this.#placeOf(name)).filter((place) => place >= taken);
    if (targets.length === 0) return [];
    const except = row.except.flatMap((source) => this.#source(source) ?? []);
    return [{ ...row, targets, sources, except, conditions }];
  }

  /** Undefined when there is nothing to read. */
  #source(source: Source): PlacedSource | undefined {
    if (source.kind === "field") {
      const place = this.#shape.placeOf(source.field);
      return place < 0 ? undefined : { kind: "field", place, steps: source.steps, path: source.path };
    }
    if (source.kind !== "attribute") return source;
    // Only what a row above fills can be read.
    const place = this.#places.get(source.name);
    return place === undefined ? undefined : { kind: "attribute", place };
  }

  /** Undefined: no conditions. Null: they never hold. */
  #conditions(conditions: Conditions | undefined): PlacedConditions | undefined | null {
    if (conditions === undefined) return undefined;
    const tests: PlacedTest[] = [];
    for (const test of conditions.tests) {
      const source = test.source === undefined ? undefined : this.#source(test.source);
      if (source !== undefined) tests.push({ ...test, source });
      else if (test.wanted) return null;
    }
    const { operations, outcomes } = conditions;
    return operations === undefined && outcomes === undefined && tests.length === 0
      ? undefined
      : { operations, outcomes, tests };
  }

  #extensions(fields: Iterable<string>, taken: number): readonly ExtensionField[] {
    const places = new Map(this.#shape.names.map((name, place) => [name, place]));
    const found: ExtensionField[] = [];
    for (const field of fields) {
      const place = places.get(field);
      const name = place === undefined || isSecretKey(field) ? undefined : extensionName(field);
      if (place === undefined || name === undefined) continue;
      const target = this.#placeOf(name);
      if (target >= taken) found.push({ place, target, type: documentedType(field) });
    }
    return found;
  }
}

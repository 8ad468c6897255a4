import type { Attributes } from "@opentelemetry/api";
import { AttributeSets } from "./attribute-sets.ts";
import { CLOSED } from "./attribute-sheet.ts";
import { compiled } from "./compiled.ts";
import { extensionText, extensionValue } from "./extensions.ts";
import { picked } from "./picked.ts";
import type { ExtensionField, PlacedConditions, PlacedRow, PlacedSource, Program } from "./program.ts";
import { collected, joined } from "./run-program.ts";
import { Spare } from "./rules/rule.ts";
import { text } from "./rules/text.ts";
import { SourceCode } from "./source-code.ts";
import type { Subject } from "./subject.ts";

/** Does what a program says for one record. */
export type ProgramCode = (record: object, came: object, subject: Subject) => Attributes;

/**
 * Writes a program as one function without loops, tables and places: a row becomes the statement that it comes to for
 * records of this shape, attributes are local variables, and what several rows read is read once.
 *
 * @returns undefined where no function can be made from code, see `compiled`.
 */
export function compileProgramCode(program: Program): ProgramCode | undefined {
  const writer = new Writer(program);
  const body = writer.body();
  const { constants } = writer.source;
  const names = constants.map((_, index) => `k${index}`);
  const code = `const [${names.join(", ")}] = constants;\n${body}`;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes and returns is written here
  const make = compiled("constants", code) as ((constants: readonly unknown[]) => ProgramCode) | undefined;
  return make?.(constants);
}

class Writer {
  readonly source: SourceCode;
  readonly #program: Program;
  /** What is known of each attribute at this point of the code. */
  readonly #known: ("unset" | "perhaps" | "set")[];
  readonly #lines: string[] = [];
  /** Attributes that a row or drop may have ruled out. */
  readonly #closable = new Set<number>();

  constructor(program: Program) {
    this.#program = program;
    this.#known = program.names.map(() => "unset");
    this.source = new SourceCode(program);
  }

  /** Code that returns the function. */
  body(): string {
    const { came, drops, rows, extensions, severity } = this.#program;
    for (const { targets, conditions } of drops) this.#drop(targets, conditions);
    for (const [index, target] of came.entries()) if (target >= 0) this.#came(index, target);
    for (const row of rows) this.#row(row);
    for (const field of extensions) this.#extension(field);
    if (severity >= 0) this.#lines.push(`subject.severity = a${severity};`);
    const masks = this.#masks();
    const attributes = this.#known.map((_, place) => `a${place}`);
    // `n` stays undefined, which is a long word for each attribute: code has a limit.
    const variables = ["n", "u", ...attributes, ...this.source.variables].join(", ");
    return [
      // The set that the record before had.
      `let ${["make", ...masks.map((mask) => `last_${mask}`)].join(", ")};`,
      "return function run(record, came, subject) {",
      `let ${variables};`,
      ...this.#lines,
      `return make(${attributes.join(", ")});`,
      "};",
    ].join("\n");
  }

  #drop(targets: readonly number[], conditions: PlacedConditions | undefined): void {
    const close = targets.map((target) => `a${target} = ${this.source.constant(CLOSED)};`).join(" ");
    this.#lines.push(conditions === undefined ? close : `if (${this.source.holds(conditions)}) { ${close} }`);
    for (const target of targets) {
      this.#known[target] = "perhaps";
      this.#closable.add(target);
    }
  }

  #came(index: number, target: number): void {
    const value = `came[${JSON.stringify(this.#program.cameNames[index])}]`;
    this.#lines.push(this.#assign(target, value));
    if (this.#known[target] === "unset") this.#known[target] = "set";
  }

  #assign(target: number, value: string): string {
    return `a${target} ${this.#known[target] === "unset" ? "=" : "??="} ${value};`;
  }

  #row(row: PlacedRow): void {
    const open = row.targets.filter((target) => this.#known[target] !== "set");
    if (open.length === 0) return;
    const tests = row.conditions === undefined ? [] : [this.source.holds(row.conditions)];
    const [only] = open;
    if (open.length === 1 && only !== undefined && !row.hesitates) {
      const value = this.#value(row);
      this.#emit(tests, [this.#assign(only, value)]);
    } else {
      if (open.every((target) => this.#known[target] === "perhaps")) {
        tests.push(open.map((target) => `a${target} === undefined`).join(" || "));
      }
      const found = row.hesitates ? this.#hesitant(row) : [`t = ${this.#value(row)};`];
      this.#emit(tests, [...found, ...open.map((target) => this.#assign(target, "t"))]);
    }
    const sure = row.constant !== undefined && tests.length === 0;
    for (const target of open) {
      this.#known[target] = sure ? "set" : "perhaps";
      if (row.hesitates) this.#closable.add(target);
    }
  }

  #emit(tests: readonly string[], statements: readonly string[]): void {
    const code = statements.join(" ");
    this.#lines.push(tests.length === 0 ? code : `if (${tests.map((one) => `(${one})`).join(" && ")}) { ${code} }`);
  }

  #extension({ place, target, type }: ExtensionField): void {
    const known = this.#known[target];
    if (known === "set") return;
    const open = known === "unset" ? "" : `a${target} === undefined && `;
    const any = `${this.source.constant(extensionValue)}(${JSON.stringify(type) ?? "undefined"}, t)`;
    const value =
      type === undefined || type === "text"
        ? `typeof t === "string" ? ${this.source.constant(extensionText)}(t) : ${any}`
        : any;
    this.#lines.push(`if (${open}(t = ${this.source.member(place)}) != null && t !== "") a${target} = ${value};`);
    this.#known[target] = "perhaps";
  }

  /** An expression for the value of a row whose rule does not hesitate. */
  #value(row: PlacedRow): string {
    if (row.constant !== undefined) return JSON.stringify(row.constant);
    const found = row.sources.map((source) => `(${this.#read(row, source)})`);
    if (row.join !== undefined)
      return `${this.source.constant(joined)}([${found.join(", ")}], ${JSON.stringify(row.join)})`;
    if (row.collect) return `${this.source.constant(collected)}([${found.join(", ")}])`;
    return found.join(" ?? ");
  }

  /** An expression for what counts of what a source of the row gives. */
  #read({ rule, except, only }: PlacedRow, source: PlacedSource): string {
    const value = this.source.read(source, rule);
    if (!only && except.length === 0) return value;
    const excluded = except.map((one) => `(${this.source.read(one, text)})`);
    return `${this.source.constant(picked)}(${value}, [${excluded.join(", ")}], ${only})`;
  }

  /** Statements that leave the value of a row whose rule hesitates in `t`. */
  #hesitant(row: PlacedRow): readonly string[] {
    const spare = this.source.constant(Spare);
    const found = row.sources.map((source, index) => {
      const read = `t = ${this.#read(row, source)}; if (t instanceof ${spare}) { u ??= t; t = undefined; }`;
      return index === 0 ? `u = undefined; ${read}` : `if (t === undefined) { ${read} }`;
    });
    return [
      ...found,
      "if (t === undefined && u !== undefined) t = u.value;",
      `if (t === null) t = ${this.source.constant(CLOSED)};`,
    ];
  }

  /** Writes which of the attributes that a record may lack this one has, as bits, and what makes its object; gives the names of the masks. */
  #masks(): readonly string[] {
    const open = this.#known.flatMap((known, place) => (known === "set" ? [] : [place]));
    const sets = new AttributeSets(this.#program.names, open);
    const closed = this.source.constant(CLOSED);
    const names = sets.masks.map((places, index) => {
      const bits = places.map((place, bit) => {
        const not = this.#closable.has(place) ? ` || a${place} === ${closed}` : "";
        return `(a${place} === n${not} ? 0 : ${1 << bit})`;
      });
      this.#lines.push(`const m${index} = ${bits.join(" | ")};`);
      return `m${index}`;
    });
    const changed = names.map((name) => `${name} !== last_${name}`).join(" || ") || "false";
    const remember = names.map((name) => `last_${name} = ${name};`).join(" ");
    const maker = `${this.source.constant(sets)}.makerOf(${names.join(", ")})`;
    this.#lines.push(`if (${changed} || make === n) { ${remember} make = ${maker}; }`);
    return names;
  }
}

import { comparable } from "./operation.ts";
import { compiledPath } from "./path-code.ts";
import type { PlacedConditions, PlacedSource, Program } from "./program.ts";
import type { Rule } from "./rules/rule.ts";
import { text } from "./rules/text.ts";

/** Stands where nothing has been read yet. */
const NOT_READ = Symbol("not read");
/** The reading of what conditions on operations compare. */
const OPERATION = "operation";

type FieldSource = PlacedSource & { readonly kind: "field" };

/**
 * Writes the expressions that read what rows and conditions look at: fields of `record`, values known of `subject`, attributes
 * (`a0`, `a1`, ... by place). The variable `t` is for everybody's use. What several rows read from a field is read once.
 */
export class SourceCode {
  /** What the code refers to by name. */
  readonly constants: unknown[] = [];
  readonly #fields: readonly string[];
  /** How often something is read. */
  readonly #readings = new Map<string, number>();
  /** The variables that keep what is read more than once. */
  readonly #kept = new Map<string, string>();

  constructor({ fields, rows, drops }: Program) {
    this.#fields = fields;
    for (const { sources, rule, except, conditions } of rows) {
      for (const source of sources) this.#count(source, rule);
      for (const source of except) this.#count(source, text);
      this.#countTests(conditions);
    }
    for (const { conditions } of drops) this.#countTests(conditions);
  }

  #countTests(conditions: PlacedConditions | undefined): void {
    for (const { source } of conditions?.tests ?? []) this.#count(source, text);
    if (conditions?.operations !== undefined) this.#countReading(OPERATION);
  }

  #count(source: PlacedSource, rule: Rule): void {
    if (source.kind === "field") this.#countReading(this.#readingOf(source, rule));
    if (source.kind === "context" && source.member === undefined) this.#countReading(this.constant(source.read));
  }

  #countReading(reading: string): void {
    this.#readings.set(reading, (this.#readings.get(reading) ?? 0) + 1);
  }

  /** Declarations of the variables that the expressions use. */
  get variables(): readonly string[] {
    const none = this.constant(NOT_READ);
    return ["t", ...[...this.#kept.values()].map((name) => `${name} = ${none}`)];
  }

  /** The name of a value. */
  constant(value: unknown): string {
    const at = this.constants.indexOf(value);
    if (at >= 0) return `k${at}`;
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  /** An expression for a field of the record. */
  member(place: number): string {
    return `record[${JSON.stringify(this.#fields[place])}]`;
  }

  /** What a reading is called. */
  #readingOf(source: FieldSource, rule: Rule): string {
    return `${this.constant(rule.reads ?? rule)} ${source.path}`;
  }

  /** An expression for what the rule makes of the source. Uses `t`. */
  read(source: PlacedSource, rule: Rule): string {
    const apply = this.constant(rule);
    switch (source.kind) {
      case "field":
        return this.#readField(source, rule);
      case "context":
        return `(t = ${this.#contextValue(source)}) === undefined ? undefined : ${apply}(t)`;
      case "attribute":
        return `typeof a${source.place} === "string" ? ${apply}(a${source.place}) : undefined`;
      default:
        return this.constant(rule(source.value));
    }
  }

  #readField(source: FieldSource, rule: Rule): string {
    const key = this.#readingOf(source, rule);
    const { reads, part } = rule;
    if (!this.#isShared(key)) return this.#field(source, rule);
    const read = this.#once(key, this.#field(source, reads ?? rule));
    return part === undefined ? read : `(t = ${read}) === undefined ? undefined : ${this.constant(part)}(t)`;
  }

  #contextValue({ read, member }: PlacedSource & { readonly kind: "context" }): string {
    if (member !== undefined) return `subject.${member}`;
    const name = this.constant(read);
    return this.#once(name, `${name}(subject)`);
  }

  #isShared(reading: string): boolean {
    return (this.#readings.get(reading) ?? 0) > 1;
  }

  /** An expression for what is read: where it is read more than once, it is kept in a variable. */
  #once(reading: string, expression: string): string {
    if (!this.#isShared(reading)) return expression;
    const kept = this.#kept.get(reading) ?? `c${this.#kept.size}`;
    this.#kept.set(reading, kept);
    return `(${kept} === ${this.constant(NOT_READ)} ? ${kept} = ${expression} : ${kept})`;
  }

  #field(source: FieldSource, rule: Rule): string {
    const { path, steps, place } = source;
    const apply = this.constant(steps.length === 0 ? rule : compiledPath(path, steps, rule));
    return `(t = ${this.member(place)}) == null ? undefined : ${apply}(t)`;
  }

  /** An expression. Uses `t`. */
  holds({ outcomes, operations, tests }: PlacedConditions): string {
    const parts: string[] = [];
    if (outcomes !== undefined) {
      parts.push(
        `(${[...outcomes].map((one) => `subject.outcome === ${JSON.stringify(one)}`).join(" || ") || "false"})`,
      );
    }
    if (operations !== undefined) {
      const operation = `typeof (t = record["Operation"]) === "string" ? ${this.constant(comparable)}(t) : undefined`;
      parts.push(`${this.constant(operations)}.has(${this.#once(OPERATION, operation)})`);
    }
    for (const { source, values, wanted } of tests) {
      const has = `${this.constant(values)}.has(${this.constant(comparable)}(t))`;
      parts.push(`${wanted ? "" : "!"}(typeof (t = ${this.read(source, text)}) === "string" && ${has})`);
    }
    return parts.join(" && ") || "true";
  }
}

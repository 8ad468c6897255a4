import { comparable } from "./operation.ts";
import { addExtensions } from "./extensions.ts";
import { follow } from "./paths.ts";
import { picked } from "./picked.ts";
import type { PlacedConditions, PlacedRow, PlacedSource, Program } from "./program.ts";
import { type Rule, Spare } from "./rules/rule.ts";
import { text } from "./rules/text.ts";
import type { Subject } from "./subject.ts";

/** Fills the sheet: with nothing that is dropped, with what the record came with, then row by row. */
export function runProgram(program: Program, subject: Subject): void {
  const { sheet, came } = subject;
  sheet.start(program.names.length);
  for (const { targets, conditions } of program.drops) {
    if (conditions !== undefined && !holds(conditions, subject)) continue;
    for (const target of targets) sheet.close(target);
  }
  for (let i = 0; i < program.came.length; i += 1) {
    const target = program.came[i] ?? -1;
    if (target >= 0 && !sheet.has(target)) sheet.set(target, came.value(i));
  }
  for (const row of program.rows) runRow(row, subject);
  addExtensions(program.extensions, subject.reader, sheet);
  subject.severity = sheet.get(program.severity);
}

function runRow(row: PlacedRow, subject: Subject): void {
  const { sheet } = subject;
  const { targets } = row;
  if (isFilled(targets, sheet)) return;
  if (row.conditions !== undefined && !holds(row.conditions, subject)) return;
  const value = row.constant ?? valueOf(row, subject);
  if (value === undefined || value === "") return;
  for (let i = 0; i < targets.length; i += 1) {
    const target = targets[i] ?? -1;
    if (sheet.has(target)) continue;
    if (value === null) sheet.close(target);
    else sheet.set(target, value);
  }
}

function isFilled(targets: readonly number[], sheet: Subject["sheet"]): boolean {
  for (let i = 0; i < targets.length; i += 1) if (!sheet.has(targets[i] ?? 0)) return false;
  return true;
}

function holds(conditions: PlacedConditions, subject: Subject): boolean {
  if (conditions.outcomes !== undefined && !conditions.outcomes.has(subject.outcome)) return false;
  if (conditions.operations !== undefined) {
    const operation = subject.reader.record["Operation"];
    if (typeof operation !== "string" || !conditions.operations.has(comparable(operation))) return false;
  }
  for (const test of conditions.tests) {
    const found = read(test.source, text, subject);
    if ((typeof found === "string" && test.values.has(comparable(found))) !== test.wanted) return false;
  }
  return true;
}

function valueOf(row: PlacedRow, subject: Subject): unknown {
  if (row.join !== undefined) return joined(readAll(row, subject), row.join);
  if (row.collect) return collected(readAll(row, subject));
  let spare: Spare | undefined;
  for (const source of row.sources) {
    const value = readFor(row, source, subject);
    if (value instanceof Spare) spare ??= value;
    else if (value !== undefined) return value;
  }
  return spare?.value;
}

function readAll(row: PlacedRow, subject: Subject): readonly unknown[] {
  return row.sources.map((source) => readFor(row, source, subject));
}

/** What counts of what a source of the row gives. */
function readFor(row: PlacedRow, source: PlacedSource, subject: Subject): unknown {
  const value = read(source, row.rule, subject);
  if (value === undefined || (!row.only && row.except.length === 0)) return value;
  const excluded = row.except.map((one) => read(one, text, subject));
  return picked(value, excluded, row.only);
}

/** The texts among what the sources gave, with the separator between them. */
export function joined(values: readonly unknown[], separator: string): string | undefined {
  return values.filter((value) => typeof value === "string" && value !== "").join(separator) || undefined;
}

/** The elements of the lists among what the sources gave, each once. */
export function collected(values: readonly unknown[]): readonly unknown[] | undefined {
  const all = new Set<unknown>();
  for (const value of values) if (Array.isArray(value)) for (const element of value) all.add(element);
  return all.size === 0 ? undefined : [...all];
}

function read(source: PlacedSource, rule: Rule, subject: Subject): unknown {
  switch (source.kind) {
    case "field": {
      const value = subject.reader.value(source.place);
      if (value === undefined || value === null) return undefined;
      return source.steps.length === 0 ? rule(value) : follow(value, source.steps, 0, rule);
    }
    case "context": {
      const value = source.read(subject);
      return value === undefined ? undefined : rule(value);
    }
    case "attribute": {
      const value = subject.sheet.get(source.place);
      return typeof value === "string" ? rule(value) : undefined;
    }
    case "constant":
      return rule(source.value);
    default:
      return undefined;
  }
}

import type { CompiledRow, Conditions, Plan, Source } from "./compile.ts";
import { operationKey } from "./operation.ts";
import { follow } from "./paths.ts";
import type { Program } from "./program.ts";
import { fieldNumber } from "./record-reader.ts";
import { type Rule, Spare } from "./rules/rule.ts";
import { text } from "./rules/text.ts";
import type { Subject } from "./subject.ts";

const OPERATION = fieldNumber("Operation");

/** Rules out the attributes that are dropped. Comes before those that the record brought. */
export function runDrops(plan: Plan, subject: Subject): void {
  for (const { slots, conditions } of plan.drops) {
    if (conditions !== undefined && !holds(conditions, subject)) continue;
    for (const slot of slots) subject.sheet.close(slot);
  }
}

/** Fills the attributes of the subject, row by row. */
export function runProgram(program: Program, subject: Subject): void {
  const { sheet } = subject;
  for (const row of program.rows) {
    if (isFilled(row.slots, sheet)) continue;
    if (row.conditions !== undefined && !holds(row.conditions, subject)) continue;
    const value = row.constant ?? valueOf(row, subject);
    if (value === undefined || value === "") continue;
    for (const slot of row.slots) {
      if (sheet.has(slot)) continue;
      if (value === null) sheet.close(slot);
      else sheet.set(slot, value);
    }
  }
}

function isFilled(slots: readonly number[], sheet: Subject["sheet"]): boolean {
  for (let i = 0; i < slots.length; i += 1) if (!sheet.has(slots[i] ?? 0)) return false;
  return true;
}

function holds(conditions: Conditions, subject: Subject): boolean {
  if (conditions.outcomes !== undefined && !conditions.outcomes.has(subject.outcome)) return false;
  if (conditions.operations !== undefined) {
    const operation = subject.reader.at(OPERATION);
    if (typeof operation !== "string" || !conditions.operations.has(operationKey(operation))) return false;
  }
  for (const test of conditions.tests) {
    const found = read(test.source, text, subject);
    if ((typeof found === "string" && test.values.has(found)) !== test.wanted) return false;
  }
  return true;
}

function valueOf(row: CompiledRow, subject: Subject): unknown {
  if (row.join !== undefined) return joined(row, row.join, subject);
  if (row.collect) return collected(row, subject);
  let spare: Spare | undefined;
  for (const source of row.sources) {
    const value = read(source, row.rule, subject);
    if (value instanceof Spare) spare ??= value;
    else if (value !== undefined) return value;
  }
  return spare?.value;
}

function joined(row: CompiledRow, separator: string, subject: Subject): string | undefined {
  let all = "";
  for (const source of row.sources) {
    const value = read(source, row.rule, subject);
    if (typeof value === "string") all = all === "" ? value : all + separator + value;
  }
  return all === "" ? undefined : all;
}

function collected(row: CompiledRow, subject: Subject): readonly unknown[] | undefined {
  const all = new Set<unknown>();
  for (const source of row.sources) {
    const value = read(source, row.rule, subject);
    if (Array.isArray(value)) for (const element of value) all.add(element);
  }
  return all.size === 0 ? undefined : [...all];
}

function read(source: Source, rule: Rule, subject: Subject): unknown {
  switch (source.kind) {
    case "field": {
      const value = subject.reader.at(source.field);
      if (value === undefined || value === null) return undefined;
      return source.steps === undefined ? rule(value) : follow(value, source.steps, 0, rule);
    }
    case "context": {
      const value = source.read(subject);
      return value === undefined ? undefined : rule(value);
    }
    case "attribute": {
      const value = subject.sheet.get(source.slot);
      return typeof value === "string" ? rule(value) : undefined;
    }
    case "constant":
      return rule(source.value);
    default:
      return undefined;
  }
}

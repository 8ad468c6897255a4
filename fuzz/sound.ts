import assert from "node:assert/strict";
import { mayEmit } from "../processors/xdr/compile.ts";
import type { MappedRecord } from "../processors/xdr/mapper.ts";
import { OUTCOMES } from "../processors/xdr/rules/outcome.ts";
import { SCHEMA_FIELDS } from "../processors/xdr/schema/schemas.ts";

const FILLER = /^(?:<null>|\(null\)|null|n\/a|not available|not-found|unknown|undefined|0{8}-0{4}-0{4}-0{4}-0{12}|)$/i;
const SECRET_KEY = /^(?:DetectedValues|SensitiveInformationDetections)$/i;
const SEVERITIES: readonly string[] = ["INFO", "WARN", "WARN2", "ERROR", "FATAL"];
const SAID: readonly unknown[] = OUTCOMES;

/**
 * Fails when a mapped record has an attribute that says nothing or that the schema does not confirm.
 *
 * @param emitUnverified As in the options of the mapper.
 * @throws {AssertionError} That names the attribute.
 */
export function assertSound({ schema, attributes, severityText }: MappedRecord, emitUnverified = false): void {
  assert.ok(SEVERITIES.includes(severityText), `severity ${severityText}`);
  assert.ok(SAID.includes(attributes["o365.outcome"]), "o365.outcome");
  assert.equal(Object.getPrototypeOf(attributes), Object.prototype, "prototype");
  for (const [name, value] of Object.entries(attributes)) {
    assertSaysSomething(name, value);
    assert.ok(mayEmit(name, schema, emitUnverified), `${name} is not confirmed for ${schema}`);
    if (name.startsWith("o365.")) continue;
    if (typeof value === "string" && name !== "xdr.original_data") {
      assert.ok(!FILLER.test(value.trim()), `${name} is a filler: ${value}`);
    }
    const field = SCHEMA_FIELDS[schema][name.replace("xdr.", "")];
    if (!name.startsWith("xdr.") || field === undefined) continue;
    assert.equal(Array.isArray(value), field.repeated, `${name} repeated`);
    if (field.type === "uint64") assert.ok(Number.isSafeInteger(value) && Number(value) > 0, `${name} uint64`);
  }
}

/** Fails on whatever a backend would show as a value that says nothing. */
function assertSaysSomething(path: string, value: unknown): void {
  if (value === undefined || value === null || value === "") assert.fail(`${path} is ${JSON.stringify(value)}`);
  if (typeof value === "number" && !Number.isFinite(value)) assert.fail(`${path} is ${value}`);
  if (typeof value !== "object") return;
  const members = Object.entries(value);
  if (members.length === 0) assert.fail(`${path} is empty`);
  for (const [key, member] of members) {
    if (SECRET_KEY.test(key)) assert.fail(`${path}.${key} is a matched secret`);
    assertSaysSomething(`${path}.${key}`, member);
  }
}

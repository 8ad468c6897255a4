import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Attributes } from "@opentelemetry/api";
import { mayEmit } from "../processors/xdr/compile.ts";
import type { MappedRecord } from "../processors/xdr/mapper.ts";
import { OUTCOMES } from "../processors/xdr/rules/outcome.ts";
import { SCHEMA_FIELDS, type XdrSchema } from "../processors/xdr/schema/schemas.ts";

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
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    assertSaysSomething(value, name);
    if (name.startsWith("o365.")) continue;
    if (!mayEmit(name, schema, emitUnverified)) assert.fail(`${name} is not confirmed for ${schema}`);
    if (typeof value === "string" && name !== "xdr.original_data" && FILLER.test(value.trim())) {
      assert.fail(`${name} is a filler: ${value}`);
    }
    if (name.startsWith("xdr.")) assertOfType(schema, name, value);
  }
}

function assertOfType(schema: XdrSchema, name: string, value: unknown): void {
  const field = SCHEMA_FIELDS[schema][name.slice("xdr.".length)];
  if (field === undefined) return;
  if (Array.isArray(value) !== field.repeated) assert.fail(`${name} is ${field.repeated ? "no" : "a"} list`);
  if (field.type === "uint64" && !(Number.isSafeInteger(value) && Number(value) > 0)) assert.fail(`${name} uint64`);
}

/**
 * Fails on whatever a backend would show as a value that says nothing.
 *
 * @param key Where the value stands: an attribute's name, a member's, an index.
 * @param above Where the value around it stands.
 */
function assertSaysSomething(value: unknown, key: string | number, above?: string): void {
  if (typeof value === "string" ? value !== "" : typeof value === "boolean" || Number.isFinite(value)) return;
  const path = above === undefined ? String(key) : `${above}.${key}`;
  if (typeof value !== "object" || value === null) assert.fail(`${path} is ${inspect(value)}`);
  assertMembers(value, path);
}

function assertMembers(value: object, path: string): void {
  assertPlain(value, path);
  if (Array.isArray(value)) {
    if (value.length === 0) assert.fail(`${path} is empty`);
    for (let at = 0; at < value.length; at += 1) assertSaysSomething(value[at], at, path);
    return;
  }
  const members = Object.entries(value);
  if (members.length === 0) assert.fail(`${path} is empty`);
  for (const [key, member] of members) {
    if (SECRET_KEY.test(key)) assert.fail(`${path}.${key} is a matched secret`);
    assertSaysSomething(member, key, path);
  }
}

/**
 * Fails when a value inside an attribute holds a text.
 *
 * @param came What the record came with, which stays as it is.
 * @throws {AssertionError} That names the attribute.
 */
export function assertSilent({ attributes }: MappedRecord, text: string, came: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!Object.hasOwn(came, name) && shows(value, text)) assert.fail(`${name} shows ${text}`);
  }
}

function shows(value: unknown, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => shows(inner, text));
}

/** Whatever is not made of plain objects and lists no exporter could send. */
function assertPlain(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) assert.fail(`${path} has another prototype`);
}

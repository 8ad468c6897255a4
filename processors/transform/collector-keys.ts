import { inCel } from "../../collector/cel/expression.ts";
import { isJsonObject } from "../../collector/record.ts";

/**
 * What to write instead of a key of the Collector's transform processor.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/transformprocessor (read 2026-11-25)
 */
export function explainCollectorTransform(key: string, value: unknown): string {
  if (key === "error_mode") {
    return "is a key of the Collector's transform; remove it: an action that fails leaves the record as it is and is counted";
  }
  const statements = texts(value).map((text) => translate(text));
  const shown = statements.length === 0 ? "{ set: …, value: … }" : statements.join(", ");
  return `is a key of the Collector's transform, whose statements are OTTL; write actions: [${shown}]`;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isJsonObject(value) ? texts(value["statements"]) : [];
}

const STATEMENT = /^\s*(set|delete_key)\((.*?)\)(?:\s+where\s+(.*))?$/s;
const UNKNOWN = "{ … see processors/transform/README.md }";

function translate(statement: string): string {
  const [, name, list = "", condition] = STATEMENT.exec(statement) ?? [];
  const comma = list.indexOf(",");
  if (name === undefined || comma === -1) return UNKNOWN;
  const target = list
    .slice(0, comma)
    .trim()
    .replace(/^log\./, "")
    .replace(/^resource\.attributes/, "resource")
    .replace(/^severity_number$/, "severity");
  const argument = list.slice(comma + 1).trim();
  const value = name === "set" ? inCel(argument) : argument;
  const when = condition === undefined ? undefined : inCel(condition);
  if (value === undefined || (condition !== undefined && when === undefined)) return UNKNOWN;
  const action = name === "set" ? `set: '${target}', value: ${quoted(value)}` : `delete: '${target}[${value}]'`;
  return `{ ${action}${when === undefined ? "" : `, when: ${quoted(when)}`} }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

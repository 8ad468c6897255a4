import { inCel } from "../../collector/cel/expression.ts";
import { isJsonObject } from "../../collector/record.ts";

/**
 * What to write instead of a key of the Collector's filter processor. Its conditions drop what they match, like our `drop`.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/filterprocessor (read 2026-11-25)
 */
export function explainCollectorFilter(key: string, value: unknown): string {
  if (key === "error_mode") {
    return "is a key of the Collector's filter; remove it: a record whose condition fails is always kept and counted";
  }
  const conditions = texts(key === "logs" && isJsonObject(value) ? value["log_record"] : value);
  const rules = conditions.map((text) => `{ drop: '${(inCel(text) ?? text).replaceAll("'", "''")}' }`);
  const shown = rules.length === 0 ? "{ drop: '…' }" : rules.join(", ");
  return `is a key of the Collector's filter, whose conditions are OTTL; write rules: [${shown}]`;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

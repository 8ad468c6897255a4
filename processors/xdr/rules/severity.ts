import { SeverityNumber } from "@opentelemetry/api";
import { isJsonObject, type JsonValue } from "../../../collector/record.ts";
import { listIn } from "../inner-json.ts";
import { plainText } from "./text.ts";

interface Level {
  readonly rank: number;
  readonly number: SeverityNumber;
  readonly text: string;
}

const LEVELS: ReadonlyMap<string, Level> = new Map([
  ["informational", { rank: 1, number: SeverityNumber.INFO, text: "INFO" }],
  ["info", { rank: 1, number: SeverityNumber.INFO, text: "INFO" }],
  ["low", { rank: 2, number: SeverityNumber.WARN, text: "WARN" }],
  ["medium", { rank: 3, number: SeverityNumber.WARN2, text: "WARN2" }],
  ["high", { rank: 4, number: SeverityNumber.ERROR, text: "ERROR" }],
  ["critical", { rank: 5, number: SeverityNumber.FATAL, text: "FATAL" }],
]);

/** The OpenTelemetry severity of a vendor's severity word; undefined for a word that is none. */
export function severityOf(word: unknown): { readonly number: SeverityNumber; readonly text: string } | undefined {
  return typeof word === "string" ? LEVELS.get(word.toLowerCase()) : undefined;
}

/** Rule: the highest severity among the rules of the policies that matched. */
export function highestRuleSeverity(value: JsonValue): string | undefined {
  let highest: string | undefined;
  let rank = 0;
  for (const policy of listIn(value)) {
    for (const rule of listIn((isJsonObject(policy) ? policy["Rules"] : undefined) ?? [])) {
      const word = isJsonObject(rule) ? plainText(rule["Severity"]) : undefined;
      const level = word === undefined ? undefined : LEVELS.get(word.toLowerCase());
      if (level !== undefined && level.rank > rank) {
        rank = level.rank;
        highest = word;
      }
    }
  }
  return highest;
}

import { SeverityNumber } from "@opentelemetry/api";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../collector/record.ts";
import { listIn } from "../inner-json.ts";
import { type PartRule, partOf } from "./rule.ts";
import { lowerGuid, plainText } from "./text.ts";

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

interface MatchedRule {
  readonly severity: string;
  readonly rule: JsonObject;
  readonly policy: JsonObject;
}

/** The rule with the highest severity among those of the policies that matched; the first of several. */
function worstRule(value: JsonValue): MatchedRule | undefined {
  let worst: MatchedRule | undefined;
  let rank = 0;
  for (const policy of listIn(value)) {
    if (!isJsonObject(policy)) continue;
    for (const rule of listIn(policy["Rules"] ?? [])) {
      const severity = isJsonObject(rule) ? plainText(rule["Severity"]) : undefined;
      const level = severity === undefined ? undefined : LEVELS.get(severity.toLowerCase());
      if (!isJsonObject(rule) || severity === undefined || level === undefined || level.rank <= rank) continue;
      rank = level.rank;
      worst = { severity, rule, policy };
    }
  }
  return worst;
}

/** Rule: the highest severity among the rules of the policies that matched. */
export const highestRuleSeverity: PartRule<string | undefined> = partOf(worstRule, (worst) => worst?.severity);

/** Rule: the name of the rule that has the highest severity. */
export const highestRuleName: PartRule<string | undefined> = partOf(worstRule, (worst) =>
  plainText(worst?.rule["RuleName"]),
);

/** Rule: the id of the rule that has the highest severity. */
export const highestRuleId: PartRule<string | undefined> = partOf(worstRule, (worst) =>
  lowerGuid(worst?.rule["RuleId"] ?? null),
);

/** Rule: the name of the policy whose rule has the highest severity. */
export const highestPolicyName: PartRule<string | undefined> = partOf(worstRule, (worst) =>
  plainText(worst?.policy["PolicyName"]),
);

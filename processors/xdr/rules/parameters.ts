import { isJsonObject, type JsonValue } from "../../../collector/record.ts";
import { pairName } from "../pairs.ts";

/** Says which server did it and is no setting; cmdlets that the service runs itself nearly all have it empty. */
const NO_SETTING = "DomainController";

/**
 * Rule: the names of parameters that a cmdlet was given without a value, which clears the setting
 * (`-ForwardingSmtpAddress $null`). A parameter that was not given at all is not in the list.
 */
export function clearedNames(value: JsonValue): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  let names: string[] | undefined;
  for (const pair of value) {
    if (!isJsonObject(pair)) continue;
    const given = pair["Value"];
    const empty = given === null || (typeof given === "string" && given.trim() === "");
    if (!empty) continue;
    const name = pairName(pair);
    if (name === undefined || name === NO_SETTING) continue;
    names ??= [];
    names.push(name);
  }
  return names;
}

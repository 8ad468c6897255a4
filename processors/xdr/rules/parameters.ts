import { isJsonObject, type JsonObject, type JsonValue } from "../../../collector/record.ts";
import { structureForm } from "../field-forms.ts";
import { structured } from "../structured.ts";
import { parseInner } from "../inner-json.ts";
import { pairName, pairValueOf } from "../pairs.ts";
import { isSecretKey } from "../secrets.ts";
import { parseCommandLine } from "./command-line.ts";
import { type PartRule, partOf } from "./rule.ts";
import { nameText, plainText } from "./text.ts";
import { upn } from "./who.ts";

/** Says which server did it and is no setting; cmdlets that the service runs itself nearly all have it empty. */
const NO_SETTING = "DomainController";

/**
 * Rule: the parameters of a cmdlet as an object, whether they came as a list of Name/Value (Exchange), as JSON text of
 * one, or as one command line (Security & Compliance). Detection rules then read them alike.
 */
export const parameters: PartRule<unknown> = partOf(listOf, (list) => structured(structureForm(list)));

/** Rule: as `parameters`, with values that are JSON text as objects and lists: the actions of a rule made in Outlook. */
export function ruleParameters(value: JsonValue): unknown {
  const list = listOf(value);
  if (!Array.isArray(list)) return structured(structureForm(list));
  return structured(
    list.map((pair: JsonValue): JsonValue => {
      const inner = isJsonObject(pair) && typeof pair["Value"] === "string" ? parseInner(pair["Value"]) : undefined;
      return inner === undefined || !isJsonObject(pair) ? pair : { ...pair, Value: inner };
    }),
  );
}

/**
 * Rule: the names of parameters that a cmdlet was given without a value, which clears the setting
 * (`-ForwardingSmtpAddress $null`). A parameter that was not given at all is not in the list.
 */
export const clearedNames: PartRule<readonly string[] | undefined> = partOf(listOf, namesWithoutValue);

function namesWithoutValue(list: JsonValue): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  let names: string[] | undefined;
  for (const pair of list) {
    if (!isJsonObject(pair)) continue;
    const given = pair["Value"];
    const empty = given === null || (typeof given === "string" && given.trim() === "");
    if (!empty) continue;
    const name = pairName(pair);
    if (name === undefined || name === NO_SETTING || isSecretKey(name)) continue;
    names ??= [];
    names.push(name);
  }
  return names;
}

/** Parameters that name the user whom a cmdlet is about, beside the object that it changes. */
const USER_PARAMETERS = ["User", "Trustee", "Member", "Members", "Links", "Mailbox"];

/** Rule: the user whom a cmdlet was told to give something to or to take it from, or whose mailbox it is about. */
export const cmdletUser: PartRule<string | undefined> = partOf(listOf, userIn);

function userIn(list: JsonValue): string | undefined {
  for (const name of USER_PARAMETERS) {
    const found = upn(pairValueOf(list, name) ?? null);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Rule: what a cmdlet is about, by name: its `Identity`, read like `pathName`. */
export const cmdletObject: PartRule<string | undefined> = partOf(listOf, (list) =>
  pathName(pairValueOf(list, "Identity") ?? null),
);

/**
 * Rule: the name of an object of Exchange: the last part of a path (`EURPR01.PROD/.../Vic Example`), without the tenant or
 * mailbox in front of it (`contoso.onmicrosoft.com\\Rule 1`); a name as it is. A GUID is no name.
 */
export function pathName(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  const name = STARTS_WITH_HOST.test(found) ? found.slice(found.lastIndexOf("/") + 1) : found;
  const backslash = name.lastIndexOf("\\");
  // A folder stays behind its mailbox: `vic@contoso.com:\\Inbox`.
  return nameText(backslash > 0 && name[backslash - 1] !== ":" ? name.slice(backslash + 1) : name);
}

/** A slash in the name of a policy makes no path of it. */
const STARTS_WITH_HOST = /^[\w-]+\.[\w.-]+\//;

/** The parameters as a list of pairs, where a text holds one; anything else as it is. */
function listOf(value: JsonValue): JsonValue {
  return listed(value) ?? value;
}

function listed(value: JsonValue): readonly JsonValue[] | undefined {
  if (typeof value !== "string") return undefined;
  const inner = parseInner(value);
  if (inner !== undefined) return Array.isArray(inner) ? inner : [inner];
  const line = parseCommandLine(value);
  if (line === undefined) return undefined;
  return [...line].map(([Name, Value]): JsonObject => ({ Name, Value }));
}

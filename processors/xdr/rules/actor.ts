import { isJsonObject, type JsonValue } from "../../../collector/record.ts";
import { listIn } from "../inner-json.ts";
import { type PartRule, partOf } from "./rule.ts";
import { GUID_LENGTH, guidOf, isFiller, plainText } from "./text.ts";
import { directoryId, upn } from "./who.ts";

/** What a directory record's list of `{ID, Type}` says about one identity. */
interface Identity {
  /** GUID behind `User_` or `ServicePrincipal_`. */
  readonly object: string | undefined;
  /** GUIDs that stand alone, in their order. */
  readonly bare: readonly string[];
  /** True when there is a user principal name. */
  readonly named: boolean;
  /** True when there is the name of an application. */
  readonly application: boolean;
}

function isName(type: JsonValue | undefined): boolean {
  return type === 1 || type === "1" || type === "Name";
}

function isUpn(type: JsonValue | undefined): boolean {
  return type === 5 || type === "5" || type === "UPN";
}

/** Rule: the object id of the actor: the GUID behind `User_` or `ServicePrincipal_`; without one, the only GUID of a user who used no application. */
export const actorObjectId: PartRule<string | undefined> = partOf(
  identityOf,
  ({ object, bare, named, application }) =>
    object ?? (named && !application && bare.length === 1 ? bare[0] : undefined),
);

/** Rule: the id of the application that acted, on its own or for a user: the GUID that is not the actor's own. */
export const actorApplicationId: PartRule<string | undefined> = partOf(identityOf, ({ object, bare, application }) =>
  object === undefined && !application ? undefined : bare.find((id) => id !== object),
);

function identityOf(value: JsonValue): Identity {
  const bare: string[] = [];
  let object: string | undefined;
  let named = false;
  let application = false;
  for (const element of listIn(value)) {
    if (!isJsonObject(element)) continue;
    const { ID: id, Type: type } = element;
    if (typeof id !== "string") continue;
    if (isName(type)) application = true;
    else if (isUpn(type)) named ||= upn(id) !== undefined;
    else {
      const guid = guidOf(id);
      if (guid === undefined) object ??= directoryId(id);
      else if (!isFiller(guid)) bare.push(guid);
    }
  }
  return { object, bare, named, application };
}

/** Rule: the object id of a user, as directory records write it: the GUID behind `User_`. */
export function userObjectId(value: JsonValue): string | undefined {
  return typeof value === "string" && value.startsWith("User_") ? directoryId(value) : undefined;
}

/** In front of the GUID. */
const UNDERSCORE = 0x5f;

/** Rule: the object id of what is no user, as directory records write it: the GUID behind any other kind than `User_`. */
export function thingObjectId(value: JsonValue): string | undefined {
  if (typeof value !== "string" || value.startsWith("User_")) return undefined;
  const id = guidBehindKind(value);
  return id === undefined || isFiller(id) ? undefined : id;
}

/** The GUID behind a kind of directory object (`Application_`, `Policy_`), in lower case. */
function guidBehindKind(text: string): string | undefined {
  const at = text.length - GUID_LENGTH;
  if (at < 2 || text.charCodeAt(at - 1) !== UNDERSCORE) return undefined;
  return guidOf(text.slice(at));
}

/** Rule: the id of the application that an action was about: the GUID beside those of the objects themselves. */
export function targetApplicationId(value: JsonValue): string | undefined {
  const objects: string[] = [];
  const bare: string[] = [];
  let application = false;
  for (const element of listIn(value)) {
    const text = isJsonObject(element) ? element["ID"] : undefined;
    if (typeof text !== "string") continue;
    const guid = guidOf(text);
    if (guid !== undefined) {
      if (!isFiller(guid)) bare.push(guid);
      continue;
    }
    const id = guidBehindKind(text);
    if (id === undefined) continue;
    objects.push(id);
    application ||= text.startsWith("Application_") || text.startsWith("ServicePrincipal_");
  }
  return application ? bare.find((id) => !objects.includes(id)) : undefined;
}

/** Members that hold a user's address in lists of users. */
const ADDRESS_MEMBERS = ["UPN", "MemberEmail", "RecipientEmail"];

/** Rule: the users of a list by address. A list with somebody who has none is passed over: who is left would seem to be all. */
export function users(value: JsonValue): readonly string[] | undefined {
  const found: string[] = [];
  for (const element of listIn(value)) {
    const user = addressOf(element);
    if (user === undefined) return undefined;
    found.push(user);
  }
  return found.length === 0 ? undefined : found;
}

/** `MemberRoleType`: the vendor's names for what a member of a team is. */
const MEMBER_ROLES = ["Member", "Owner", "Guest"];

/** Rule: what the members of a list are, when all are the same: `Member`, `Owner` or `Guest`, from its number or name. */
export function memberRole(value: JsonValue): string | undefined {
  const roles = new Set(listIn(value).map((member) => roleOf(isJsonObject(member) ? member["Role"] : undefined)));
  const [first] = roles;
  return roles.size === 1 ? first : undefined;
}

function roleOf(value: JsonValue | undefined): string | undefined {
  const word = plainText(value)?.toLowerCase();
  return word === undefined
    ? undefined
    : MEMBER_ROLES.find((name, at) => word === String(at) || word === name.toLowerCase());
}

function addressOf(element: JsonValue): string | undefined {
  if (!isJsonObject(element)) return undefined;
  for (const member of ADDRESS_MEMBERS) {
    const found = upn(element[member] ?? null);
    if (found !== undefined) return found;
  }
  return undefined;
}

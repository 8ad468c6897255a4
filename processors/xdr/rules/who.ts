import type { JsonValue } from "../../../collector/record.ts";
import { isDigits, isGuid, isHexCode, isFiller, plainText } from "./text.ts";

/** What services write as user when no person acted. Compared without case. */
const SERVICE_WORDS: ReadonlySet<string> = new Set([
  "airinvestigation",
  "app@sharepoint",
  "application",
  "dlpagent",
  "ffoservicepartneruser",
  "microsoft teams sync",
  "securitycompliancealerts",
  "service account",
  "system",
  "threatintel",
]);

/** Says how the caller signed in, not who it was: directory records of applications carry it as `UserId`. */
const CERTIFICATE = "certificate";
/** The SID of nobody, which SharePoint writes for its own account. */
const NOBODY = "S-1-0-0";
const GUEST_PREFIX = "urn:spo:guest#";

/**
 * The name inside a claims-encoded identity (`i:0#.f|membership|user@contoso.com`, `urn:spo:guest#user@example.com`);
 * other text as it is.
 */
function withoutClaims(text: string): string {
  let name = text;
  const bar = name.lastIndexOf("|");
  if (bar > 0 && name.charCodeAt(1) === 0x3a) {
    name = name.slice(bar + 1);
    if (name.includes("%")) name = decoded(name);
  }
  return name.startsWith(GUEST_PREFIX) ? name.slice(GUEST_PREFIX.length) : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Rule: who acted, as the record names them, system accounts and service principals included. Claims encoding is taken off. */
export function user(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  const name = withoutClaims(found).trim();
  return isFiller(name) || name.toLowerCase() === CERTIFICATE ? undefined : name;
}

/** Rule: an application by its service principal name. Several names with `;` between them are no name to search for. */
export function principalName(value: JsonValue): string | undefined {
  const name = user(value);
  return name?.includes(";") === true ? undefined : name;
}

/** Rule: a user principal name; system accounts, GUIDs and service words are none. */
export function upn(value: JsonValue): string | undefined {
  const name = user(value);
  return name !== undefined && domainStart(name) > 0 ? name : undefined;
}

/** Rule: a user, unless the name is that of a service (`SecurityComplianceAlerts`, `DlpAgent`, `NT AUTHORITY\SYSTEM`). */
export function person(value: JsonValue): string | undefined {
  const name = user(value);
  if (name === undefined) return undefined;
  const key = name.toLowerCase();
  if (SERVICE_WORDS.has(key) || key.startsWith("dlppolicyevent")) return undefined;
  return key.includes("\\") || key.startsWith("s-1-5-18") ? undefined : name;
}

/** What no user principal name holds. `;` and `,` stand between several. */
const NOT_IN_UPN = /[ \\/;,]/;

/** Index after the `@` when what follows looks like a mail domain (a dot inside, no blank); 0 otherwise. */
function domainStart(name: string): number {
  const at = name.lastIndexOf("@");
  if (at <= 0 || NOT_IN_UPN.test(name)) return 0;
  const dot = name.indexOf(".", at);
  return dot > at + 1 && !name.endsWith(".") ? at + 1 : 0;
}

/** Rule: the domain of a user principal name, in lower case. */
export function domain(value: JsonValue): string | undefined {
  const name = user(value);
  const start = name === undefined ? 0 : domainStart(name);
  return name === undefined || start === 0 ? undefined : name.slice(start).toLowerCase();
}

/**
 * Rule: the mail address of a user. A guest's principal name (`ann_example.com#EXT#@contoso.onmicrosoft.com`) holds the
 * guest's own address; the last underscore stands for its `@`. A personal account has the name of its identity provider
 * in front (`live.com#ann@outlook.com`).
 */
export function emailAddress(value: JsonValue): string | undefined {
  const name = upn(value);
  if (name === undefined) return undefined;
  const guest = name.toUpperCase().indexOf("#EXT#@");
  if (guest < 0) return upn(name.slice(name.lastIndexOf("#") + 1));
  const home = name.slice(0, guest);
  const at = home.lastIndexOf("_");
  if (at <= 0) return undefined;
  return upn(`${home.slice(0, at)}@${home.slice(at + 1)}`);
}

/** True for the 16 hexadecimal digits of a passport unique id. */
function isPuid(text: string): boolean {
  if (text.length !== 16) return false;
  for (let i = 0; i < 16; i += 1) if (!isHexCode(text.charCodeAt(i))) return false;
  return true;
}

/** Rule: a directory object's id, in lower case: a GUID, also behind `User_` or `ServicePrincipal_`. */
export function objectId(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  return isGuid(found) ? found.toLowerCase() : directoryId(found);
}

/**
 * Rule: an id that stays the same when the user is renamed: an object id (GUID, also behind `User_` or
 * `ServicePrincipal_`), a PUID, a long decimal id, or a SID. Names and addresses are none.
 */
export function userId(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  const name = withoutClaims(found);
  if (isGuid(name)) return isFiller(name) ? undefined : name.toLowerCase();
  const prefixed = directoryId(name);
  if (prefixed !== undefined) return prefixed;
  const at = name.indexOf("@");
  const local = at < 0 ? name : name.slice(0, at);
  if (isPuid(local)) return local.toUpperCase();
  // An application in claims encoding: its id, and the tenant behind the `@`.
  if (at > 0 && isGuid(local)) return local.toLowerCase();
  if (local.length > 16 && isDigits(local)) return local;
  return name.startsWith("S-1-") && name !== NOBODY && !name.includes(" ") ? name : undefined;
}

/** Rule: the object id behind `User_` or `ServicePrincipal_`, as directory records write the actor. */
export function directoryId(value: JsonValue): string | undefined {
  if (typeof value !== "string") return undefined;
  const prefix = value.startsWith("User_") ? 5 : value.startsWith("ServicePrincipal_") ? 17 : 0;
  if (prefix === 0) return undefined;
  const id = value.slice(prefix);
  return isGuid(id) && !isFiller(id) ? id.toLowerCase() : undefined;
}

/** Rule: a person's name as people write it; account names and addresses are none. */
export function fullName(value: JsonValue): string | undefined {
  const name = plainText(value);
  return name === undefined || name.includes("@") || name.includes("\\") || isGuid(name) ? undefined : name;
}

/** Rule: a single mail address: of a list, only when it has one element. */
export function singleAddress(value: JsonValue): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? upn(first(value)) : undefined;
  return upn(value);
}

function first(list: readonly JsonValue[]): JsonValue {
  return list[0] ?? null;
}

/** Rule: the mail addresses of a list (or of one text with `;` or `,` between them), each once. */
export function addressList(value: JsonValue): string | readonly string[] | undefined {
  const parts = typeof value === "string" ? value.split(/[;,]/) : Array.isArray(value) ? value : [value];
  const found = new Set<string>();
  for (const part of parts) {
    const one = typeof part === "string" ? upn(part) : undefined;
    if (one !== undefined) found.add(one);
  }
  return found.size === 0 ? undefined : [...found];
}

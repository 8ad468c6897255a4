import type { JsonValue } from "../../../collector/record.ts";
import { TextCache } from "../text-cache.ts";
import { type PartRule, partOf } from "./rule.ts";
import { directoryIdIn, stableId } from "./stable-id.ts";
import { decoded, guidOf, isExact, isFiller, nameText, plainText } from "./text.ts";

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

/** What services write in front of a backslash. Anything else there is a domain of Windows, and a person behind it. */
const SERVICE_DOMAINS: ReadonlySet<string> = new Set([
  "builtin",
  "iis apppool",
  "microsoft",
  "nt authority",
  "nt service",
  "sharepoint",
]);

/** Says how the caller signed in, not who it was: directory records of applications carry it as `UserId`. */
const CERTIFICATE = "certificate";
/** How the id of nobody ends. */
const NOBODY = "-0000-000000000000";
const GUEST_PREFIX = "urn:spo:guest#";
const COLON = 0x3a;

/** Remembers that there is none. */
const NONE = "";

/**
 * What a text says about who somebody is, as far as it says it. A part is worked out when it is first asked for: of most texts
 * a record asks one or two, and of one that it shares with the next record the same again.
 */
class Identity {
  readonly #text: string;
  readonly #plain: string;
  #user: string | undefined;
  #person: string | undefined;
  #upn: string | undefined;
  #domain: string | undefined;
  #email: string | undefined;
  #userId: string | undefined;
  #objectId: string | undefined;
  #directoryId: string | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#plain = plainText(text) ?? NONE;
    const guid = guidOf(this.#plain);
    if (guid === undefined) return;
    this.#user = this.#person = this.#plain;
    this.#upn = NONE;
    this.#userId = this.#objectId = guid;
  }

  get user(): string | undefined {
    return (this.#user ??= nameIn(this.#plain) ?? NONE) || undefined;
  }

  get person(): string | undefined {
    return (this.#person ??= this.user === undefined || isService(this.user) ? NONE : this.user) || undefined;
  }

  get principalName(): string | undefined {
    return this.user?.includes(";") === true ? undefined : this.user;
  }

  get upn(): string | undefined {
    return (this.#upn ??= upnIn(this.user) ?? NONE) || undefined;
  }

  get domain(): string | undefined {
    return (this.#domain ??= this.upn === undefined ? NONE : domainIn(this.upn)) || undefined;
  }

  get email(): string | undefined {
    return (this.#email ??= this.#mailAddress() ?? NONE) || undefined;
  }

  #mailAddress(): string | undefined {
    const { upn } = this;
    // What was read as name and as principal name once would be read so again.
    const isPlain = upn === undefined || (upn === this.user && !upn.includes("#"));
    return isPlain ? upn : mailAddressIn(upn);
  }

  get userId(): string | undefined {
    return (this.#userId ??= stableId(withoutClaims(this.#plain)) ?? NONE) || undefined;
  }

  get objectId(): string | undefined {
    return (this.#objectId ??= directoryIdIn(this.#plain) ?? NONE) || undefined;
  }

  get directoryId(): string | undefined {
    return (this.#directoryId ??= directoryIdIn(this.#text) ?? NONE) || undefined;
  }
}

/** A record asks many questions about its one or two users, and the next one about the same. */
const identities = new TextCache((text) => new Identity(text));
const UNKNOWN = new Identity("");

function identityOf(value: JsonValue): Identity {
  if (typeof value === "string") return identities.get(value);
  return typeof value === "number" && isExact(value) ? identities.get(String(value)) : UNKNOWN;
}

/**
 * The name inside a claims-encoded identity (`i:0#.f|membership|user@contoso.com`, `urn:spo:guest#user@example.com`);
 * other text as it is.
 */
function withoutClaims(text: string): string {
  const bar = text.charCodeAt(1) === COLON ? text.lastIndexOf("|") : -1;
  const name = bar <= 0 ? text : decoded(text.slice(bar + 1));
  return name.startsWith(GUEST_PREFIX) ? name.slice(GUEST_PREFIX.length) : name;
}

function nameIn(text: string): string | undefined {
  const name = withoutClaims(text).trim();
  return saysNobody(name) || saysCertificate(name) ? undefined : name;
}

/** Also for `ServicePrincipal_00000000-0000-0000-0000-000000000000`. */
function saysNobody(name: string): boolean {
  return isFiller(name) || (name.endsWith(NOBODY) && isFiller(name.slice(name.indexOf("_") + 1)));
}

function saysCertificate(name: string): boolean {
  return name.length === CERTIFICATE.length && name.toLowerCase() === CERTIFICATE;
}

function isService(name: string): boolean {
  const key = name.toLowerCase();
  if (SERVICE_WORDS.has(key) || key.startsWith("dlppolicyevent")) return true;
  const backslash = key.indexOf("\\");
  return (backslash >= 0 && SERVICE_DOMAINS.has(key.slice(0, backslash))) || key.startsWith("s-1-5-18");
}

/** What no user principal name holds. `;` and `,` stand between several. */
const NOT_IN_UPN = /[ \\/;,:"<>()[\]]/;

/** In front of the name of a deleted user the directory writes the user's object id, without hyphens. */
const DELETED = /^[0-9a-f]{32}(?=[^@])/;

/**
 * The name when it looks like a mail address: one part, an `@`, a domain with a dot. Of an address with a display name, as
 * mail headers have it (`Ann <ann@contoso.com>`), the address; of a deleted user's, the name from before.
 */
function upnIn(found: string | undefined): string | undefined {
  const name = found?.endsWith(">") === true ? found.slice(found.lastIndexOf("<") + 1, -1) : found;
  if (name === undefined) return undefined;
  const at = lastAt(name);
  if (at <= 0 || NOT_IN_UPN.test(name)) return undefined;
  const dot = name.indexOf(".", at);
  if (dot <= at + 1 || name.endsWith(".")) return undefined;
  return at > 32 ? name.replace(DELETED, "") : name;
}

/** Where the last `@` is; searching from the end costs more than from the start, and names have one. */
function lastAt(name: string): number {
  const first = name.indexOf("@");
  return first < 0 || name.indexOf("@", first + 1) < 0 ? first : name.lastIndexOf("@");
}

function domainIn(upn: string): string {
  return upn.slice(lastAt(upn) + 1).toLowerCase();
}

function mailAddressIn(upn: string): string | undefined {
  const guest = upn.toUpperCase().indexOf("#EXT#@");
  if (guest < 0) return upnIn(nameIn(upn.slice(upn.lastIndexOf("#") + 1)));
  const home = upn.slice(0, guest);
  const at = home.lastIndexOf("_");
  return at <= 0 ? undefined : upnIn(nameIn(`${home.slice(0, at)}@${home.slice(at + 1)}`));
}

/** Rule: who acted, as the record names them, system accounts and service principals included. Claims encoding is taken off. */
export const user: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.user);

/** Rule: an application by its service principal name. Several names with `;` between them are no name to search for. */
export const principalName: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.principalName);

/** Rule: a user principal name; system accounts, GUIDs and service words are none. */
export const upn: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.upn);

/** Rule: a user, unless the name is that of a service (`SecurityComplianceAlerts`, `DlpAgent`, `NT AUTHORITY\SYSTEM`). */
export const person: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.person);

/** Rule: the domain of a user principal name, in lower case. */
export const domain: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.domain);

/**
 * Rule: the mail address of a user. A guest's principal name (`ann_example.com#EXT#@contoso.onmicrosoft.com`) holds the
 * guest's own address; the last underscore stands for its `@`. A personal account has the name of its identity provider
 * in front (`live.com#ann@outlook.com`).
 */
export const emailAddress: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.email);

/** Rule: a directory object's id, in lower case: a GUID, also behind `User_` or `ServicePrincipal_`. */
export const objectId: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.objectId);

/**
 * Rule: an id that stays the same when the user is renamed: an object id (GUID, also behind `User_` or
 * `ServicePrincipal_`), a PUID, a long decimal id, or a SID. Names and addresses are none.
 */
export const userId: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.userId);

/** Rule: the object id behind `User_` or `ServicePrincipal_`, as directory records write the actor. */
export const directoryId: PartRule<string | undefined> = partOf(identityOf, (identity) => identity.directoryId);

/** Rule: a person's name as people write it; account names and addresses are none. */
export function fullName(value: JsonValue): string | undefined {
  const name = nameText(value);
  return name === undefined || name.includes("@") || name.includes("\\") ? undefined : name;
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

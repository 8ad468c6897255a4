import { guidOf, isDigits, isFiller, isHex } from "./text.ts";

/** The SID of nobody, which SharePoint writes for its own account. */
const NOBODY = "S-1-0-0";
/** Digits of a passport unique id. */
const PUID_LENGTH = 16;

/**
 * An id that stays the same when the user is renamed: an object id (GUID, also behind `User_` or `ServicePrincipal_`), a
 * PUID, a long decimal id, or a SID. Expects a name without claims encoding; names and addresses are none.
 */
export function stableId(name: string): string | undefined {
  const guid = guidOf(name);
  if (guid !== undefined) return isFiller(guid) ? undefined : guid;
  const prefixed = directoryIdIn(name);
  if (prefixed !== undefined) return prefixed;
  const at = name.indexOf("@");
  const local = at < 0 ? name : name.slice(0, at);
  if (local.length === PUID_LENGTH && isHex(local)) return local.toUpperCase();
  // An application in claims encoding: its id, and the tenant behind the `@`.
  const application = at > 0 ? guidOf(local) : undefined;
  if (application !== undefined) return application;
  if (local.length > PUID_LENGTH && isDigits(local)) return local;
  return name.startsWith("S-1-") && name !== NOBODY && !name.includes(" ") ? name : undefined;
}

/** The object id behind `User_` or `ServicePrincipal_`, as directory records write the actor. */
export function directoryIdIn(text: string): string | undefined {
  const prefix = text.startsWith("User_") ? 5 : text.startsWith("ServicePrincipal_") ? 17 : 0;
  if (prefix === 0) return undefined;
  const id = guidOf(text.slice(prefix));
  return id === undefined || isFiller(id) ? undefined : id;
}

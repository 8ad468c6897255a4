import { isDigits, isFiller, isGuid, isHexCode } from "./text.ts";

/** The SID of nobody, which SharePoint writes for its own account. */
const NOBODY = "S-1-0-0";

/**
 * An id that stays the same when the user is renamed: an object id (GUID, also behind `User_` or `ServicePrincipal_`), a
 * PUID, a long decimal id, or a SID. Expects a name without claims encoding; names and addresses are none.
 */
export function stableId(name: string): string | undefined {
  if (isGuid(name)) return isFiller(name) ? undefined : name.toLowerCase();
  const prefixed = directoryIdIn(name);
  if (prefixed !== undefined) return prefixed;
  const at = name.indexOf("@");
  const local = at < 0 ? name : name.slice(0, at);
  if (isPuid(local)) return local.toUpperCase();
  // An application in claims encoding: its id, and the tenant behind the `@`.
  if (at > 0 && isGuid(local)) return local.toLowerCase();
  if (local.length > 16 && isDigits(local)) return local;
  return name.startsWith("S-1-") && name !== NOBODY && !name.includes(" ") ? name : undefined;
}

/** True for the 16 hexadecimal digits of a passport unique id. */
function isPuid(text: string): boolean {
  if (text.length !== 16) return false;
  for (let i = 0; i < 16; i += 1) if (!isHexCode(text.charCodeAt(i))) return false;
  return true;
}

/** The object id behind `User_` or `ServicePrincipal_`, as directory records write the actor. */
export function directoryIdIn(text: string): string | undefined {
  const prefix = text.startsWith("User_") ? 5 : text.startsWith("ServicePrincipal_") ? 17 : 0;
  if (prefix === 0) return undefined;
  const id = text.slice(prefix);
  return isGuid(id) && !isFiller(id) ? id.toLowerCase() : undefined;
}

import type { Secret } from "../../collector/config/secret.ts";
import { parseObject } from "../../collector/record.ts";

/** What an access token says of itself. Nothing is verified: that is the API's affair. */
export interface TokenClaims {
  /** The API root that it is for. */
  readonly audience: string | undefined;
  /** GUID of the tenant, lower case. */
  readonly tenantId: string | undefined;
  /** Application permissions; empty when none was consented to. */
  readonly roles: readonly string[];
}

/** The claims of a token; undefined when it is in a form that only the API can read. */
export function readClaims(token: Secret): TokenClaims | undefined {
  const payload = token.reveal().split(".")[1];
  const claims = payload === undefined ? null : parseObject(Buffer.from(payload, "base64url").toString("utf8"));
  if (claims === null) return undefined;
  const { aud, tid, roles } = claims;
  return {
    audience: typeof aud === "string" ? aud.replace(/\/+$/, "") : undefined,
    tenantId: typeof tid === "string" ? tid.toLowerCase() : undefined,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
  };
}

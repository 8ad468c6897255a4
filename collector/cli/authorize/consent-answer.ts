import { timingSafeEqual } from "node:crypto";

/** What came back from the consent page. */
export type ConsentAnswer =
  | {
      readonly kind: "granted";
      /** As the page says: not to be trusted before a token of it. */ readonly tenantId: string;
    }
  | { readonly kind: "refused"; readonly error: string; readonly description: string }
  /** Not the answer to this request: somebody else's, or an old one. */
  | { readonly kind: "stranger" }
  | { readonly kind: "malformed"; readonly why: string };

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads the parameters of the redirect. The error comes first, because `admin_consent=True` is there on failure as well.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent (state of July 2026)
 */
export function readConsent(parameters: URLSearchParams, state: string): ConsentAnswer {
  if (!isSame(parameters.get("state") ?? "", state)) return { kind: "stranger" };
  const error = parameters.get("error");
  if (error !== null) return { kind: "refused", error, description: parameters.get("error_description") ?? "" };
  if (parameters.get("admin_consent")?.toLowerCase() !== "true") {
    return { kind: "malformed", why: "it holds neither a consent nor an error" };
  }
  const tenantId = parameters.get("tenant") ?? "";
  if (!GUID.test(tenantId)) return { kind: "malformed", why: "it names no tenant" };
  return { kind: "granted", tenantId: tenantId.toLowerCase() };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

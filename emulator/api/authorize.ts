import { json, type Answer, type Call } from "../http.ts";
import type { ContentType } from "../options.ts";
import { GUID } from "../tenant.ts";
import { type ApiCall, type ApiContext, refuse, Refusal } from "./context.ts";

const DENIED: Answer = json({ Message: "Authorization has been denied for this request." }, 401, {
  "www-authenticate": 'Bearer error="invalid_token"',
});

/**
 * The checks common to all operations: form of the tenant id, token, tenant, tenant of the token, permission.
 *
 * @param tenantId As in the path.
 * @throws {Refusal}
 */
export async function authorize(context: ApiContext, tenantId: string, call: Call): Promise<ApiCall> {
  if (!GUID.test(tenantId))
    throw refuse("AF20013", `The tenant ID passed in the URL (${tenantId}) is not a valid GUID.`);
  const [scheme = "", token = ""] = (call.headers["authorization"] ?? "").split(" ");
  const claims = scheme.toLowerCase() === "bearer" ? await context.keys.read(token, context.audience) : undefined;
  const now = context.clock.now();
  const { tokenSkewMs } = context.rules;
  if (claims === undefined || claims.expiresMs + tokenSkewMs <= now || claims.notBeforeMs - tokenSkewMs > now) {
    throw new Refusal(
      token === "" ? { ...DENIED, headers: { ...DENIED.headers, "www-authenticate": "Bearer" } } : DENIED,
    );
  }
  const tenant = context.directory.find(tenantId);
  if (tenant === undefined) {
    throw refuse("AF20011", `Specified tenant ID (${tenantId}) does not exist in the system or has been deleted.`);
  }
  if (claims.tenantId !== tenantId.toLowerCase()) {
    throw refuse(
      "AF20010",
      `The tenant ID passed in the URL (${tenantId}) does not match the tenant ID passed in the access token (${claims.tenantId}).`,
    );
  }
  const isStranger = tenant.cloud !== context.cloud && context.rules.wrongRoot === "AF10001";
  requireRole(isStranger ? [] : claims.roles, "ActivityFeed.Read");
  return { call, tenant, claims, feed: `${context.origin}/api/v1.0/${tenant.tenantId}/activity/feed` };
}

/**
 * `DLP.All` needs a permission of its own.
 *
 * @throws {Refusal}
 */
export function authorizeContentType(request: ApiCall, contentType: ContentType): void {
  if (contentType === "DLP.All") requireRole(request.claims.roles, "ActivityFeed.ReadDlp");
}

function requireRole(roles: readonly string[], role: string): void {
  if (roles.includes(role)) return;
  const seen = roles.join(" ");
  throw refuse(
    "AF10001",
    `The permission set (${seen}) sent in the request did not include the expected permission ${role}.`,
    401,
  );
}

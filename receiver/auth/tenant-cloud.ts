import type { Dispatcher } from "undici";
import type { Clock } from "../../collector/clock.ts";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { parseObject, type JsonObject } from "../../collector/record.ts";
import type { Cloud } from "../clouds.ts";
import { readText } from "../http-answer.ts";
import { networkError } from "../network-error.ts";

/** What Entra ID tells everybody about a tenant. */
export interface TenantFacts {
  /** GUID, lower case. */
  readonly tenantId: string;
  /** Undefined when the answer does not say it in a known way. */
  readonly cloud: Cloud | "21vianet" | undefined;
}

export interface DiscoveryOptions {
  /** Address of Entra ID. */
  readonly authority: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
}

const MAX_BYTES = 1_048_576;

/**
 * Asks OpenID discovery, which takes no sign-in, for the GUID of a tenant and the cloud that it lives in. The worldwide
 * Entra ID knows the tenants of the US government's as well, and where they are.
 *
 * @param name GUID, or one of the tenant's domains.
 * @returns Undefined when this Entra ID knows no such tenant.
 * @throws {CollectorError} When it cannot be asked, or answers something else.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (state of July 2026)
 */
export async function discoverTenant(
  name: string,
  { authority, dispatcher, clock, requestTimeoutMs }: DiscoveryOptions,
  signal: AbortSignal,
): Promise<TenantFacts | undefined> {
  const action = `look up tenant "${name}"`;
  const { origin, pathname, host } = new URL(
    `${authority}/${encodeURIComponent(name)}/v2.0/.well-known/openid-configuration`,
  );
  try {
    const answer = await dispatcher.request({
      origin,
      path: pathname,
      method: "GET",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, clock.timeoutSignal(requestTimeoutMs)]),
    });
    const body = parseObject(await readText(answer.body, MAX_BYTES, action));
    if (answer.statusCode >= 400 && answer.statusCode < 500 && body !== null) return undefined;
    const facts = answer.statusCode === 200 && body !== null ? readFacts(body) : undefined;
    if (facts !== undefined) return facts;
    throw new RetryableError(
      ErrorCode.protocol,
      `Cannot ${action}: "${host}" answered with status ${answer.statusCode} and no OpenID configuration; check endpoints::authority and the proxy`,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw networkError(error, action, host);
  }
}

function readFacts(body: JsonObject): TenantFacts | undefined {
  const tenantId = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//i.exec(text(body["issuer"]))?.[1];
  return tenantId === undefined ? undefined : { tenantId: tenantId.toLowerCase(), cloud: cloudOf(body) };
}

/**
 * The members are not documented. Their values were the same in every report that was found: `GCC`, `DODCON` (GCC High) and
 * `DOD`, and none for commercial tenants.
 */
function cloudOf(body: JsonObject): TenantFacts["cloud"] {
  switch (text(body["tenant_region_sub_scope"]).toUpperCase()) {
    case "GCC":
      return "gcc";
    case "DODCON":
      return "gcc_high";
    case "DOD":
      return "dod";
    case "":
      break;
    default:
      return undefined;
  }
  const instance = text(body["cloud_instance_name"]);
  if (instance.endsWith(".cn")) return "21vianet";
  // An Azure Government tenant without Microsoft 365 has no sub-scope either.
  if (instance.endsWith(".us") || /^usg/i.test(text(body["tenant_region_scope"]))) return undefined;
  return "commercial";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

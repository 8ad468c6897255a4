import { randomUUID } from "node:crypto";
import { ADDRESSES } from "../clouds.ts";
import { methodNotAllowed, type Answer, type Call } from "../http.ts";
import type { Registration, Tenant } from "../tenant.ts";
import { AadstsError, formatTime } from "./aadsts.ts";
import { consentErrorPage, consentPage } from "./consent-page.ts";
import type { Authority } from "./token.ts";

/**
 * Answers the admin consent endpoint: the page, and the redirect that follows from what was decided on it.
 *
 * @param tenantName As in the path: GUID, domain, `organizations`; with version 1 also `common`.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function answerConsent(authority: Authority, tenantName: string, version: 1 | 2, call: Call): Answer {
  try {
    const request = readRequest(authority, tenantName, version, call);
    if (call.method === "GET") return consentPage(request.registration, request.tenants);
    if (call.method === "POST") return decide(authority, request, version, call);
    return methodNotAllowed(call.method, "GET, POST");
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return consentErrorPage(error.aadsts, error.message);
  }
}

interface ConsentRequest {
  readonly registration: Registration;
  /** Those whose administrator may sign in here. */
  readonly tenants: readonly Tenant[];
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | undefined;
}

function readRequest(authority: Authority, tenantName: string, version: 1 | 2, { query }: Call): ConsentRequest {
  const clientId = query.get("client_id") ?? "";
  if (clientId === "")
    throw new AadstsError(900144, "The request body must contain the following parameter: 'client_id'.");
  const registration = authority.directory.registration(clientId);
  if (registration === undefined) {
    throw new AadstsError(
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenantName}'.`,
    );
  }
  const redirectUri = query.get("redirect_uri") ?? "";
  if (redirectUri === "") {
    throw new AadstsError(900971, "No reply address provided.");
  }
  if (!registration.redirectUris.some((registered) => isSameRedirect(registered, redirectUri))) {
    throw new AadstsError(
      50011,
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
    );
  }
  return {
    registration,
    tenants: tenantsOf(authority, tenantName, version),
    redirectUri,
    scope: version === 2 ? readScope(authority, query.get("scope") ?? "") : "",
    state: query.get("state"),
  };
}

function tenantsOf({ directory, realm }: Authority, name: string, version: 1 | 2): readonly Tenant[] {
  const own = directory.all.filter(({ cloud }) => ADDRESSES[cloud].realm === realm);
  const isAny = name.toLowerCase() === "organizations" || (version === 1 && name.toLowerCase() === "common");
  const found = isAny ? own : own.filter((tenant) => directory.find(name) === tenant);
  if (found.length > 0) return found;
  throw new AadstsError(90002, `Tenant '${name}' not found. Check to make sure you have the correct tenant ID.`);
}

/** Application permissions are only to be had by `/.default`. */
function readScope(authority: Authority, scope: string): string {
  const roots = authority.directory.all.map((tenant) => `${authority.audienceOf(tenant)}/.default`);
  if (roots.includes(scope)) return scope;
  throw new AadstsError(
    70011,
    `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  );
}

/** Of a loopback address the port does not count (RFC 8252 section 7.3). */
function isSameRedirect(registered: string, given: string): boolean {
  const [one, other] = [URL.parse(registered), URL.parse(given)];
  if (one === null || other === null) return false;
  if (one.protocol !== "http:" || !["localhost", "127.0.0.1"].includes(one.hostname)) return registered === given;
  return one.protocol === other.protocol && one.hostname === other.hostname && one.pathname === other.pathname;
}

function decide(authority: Authority, request: ConsentRequest, version: 1 | 2, call: Call): Answer {
  const form = new URLSearchParams(call.body);
  const tenant = request.tenants.find(({ tenantId }) => tenantId === form.get("tenant"));
  if (tenant === undefined) throw new AadstsError(90002, "The account is of no tenant that may consent here.");
  const answer = new Map<string, string>();
  if (form.get("decision") === "accept") {
    authority.directory.consent(tenant, request.registration);
    answer.set("admin_consent", "True").set("tenant", tenant.tenantId);
    if (version === 2) answer.set("scope", request.scope);
  } else {
    // As it is: the consent is said to be there on failure as well.
    answer
      .set("error", version === 2 ? "access_denied" : "permission_denied")
      .set("error_description", declined(authority));
    if (version === 2) answer.set("admin_consent", "True");
  }
  if (request.state !== undefined) answer.set("state", request.state);
  const target = new URL(request.redirectUri);
  for (const [name, value] of answer) target.searchParams.set(name, value);
  return { status: 302, headers: { location: target.href, "cache-control": "no-store, no-cache" }, body: "" };
}

function declined({ clock }: Authority): string {
  const ids = `Trace ID: ${randomUUID()}\r\nCorrelation ID: ${randomUUID()}\r\nTimestamp: ${formatTime(clock.now())}`;
  return `AADSTS65004: User declined to consent to access the app.\r\n${ids}`;
}

import { json, type Answer, type Call } from "../http.ts";
import type { EmulatorClock, Rules } from "../options.ts";
import { ADDRESSES, AUTHORITIES, type Realm } from "../clouds.ts";
import type { App, Directory, Tenant } from "../tenant.ts";
import { aadstsAnswer, AadstsError } from "./aadsts.ts";
import type { TokenKeys } from "./access-token.ts";
import type { AssertionVerifier } from "./assertion.ts";

/** What the token endpoint works with. */
export interface Authority {
  readonly directory: Directory;
  readonly keys: TokenKeys;
  readonly assertions: AssertionVerifier;
  readonly rules: Rules;
  readonly clock: EmulatorClock;
  readonly assertionClock: EmulatorClock;
  /** Origin of the authority. */
  readonly origin: string;
  /** Whose tenants it knows. */
  readonly realm: Realm;
  /** The API root that a tenant's tokens are for. */
  audienceOf(tenant: Tenant): string;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Answers a token request: client credentials with a certificate or a secret.
 *
 * @param tenantName GUID or domain name, as in the path.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function answerToken(
  authority: Authority,
  tenantName: string,
  version: 1 | 2,
  call: Call,
): Promise<Answer> {
  try {
    return await issueToken(authority, tenantName, version, call);
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return aadstsAnswer(error, authority.clock.now(), authority.origin, call.headers["client-request-id"]);
  }
}

async function issueToken(authority: Authority, tenantName: string, version: 1 | 2, call: Call): Promise<Answer> {
  const form = new URLSearchParams(call.body);
  const tenant = findTenant(authority, tenantName);
  const grant = required(form, "grant_type");
  if (grant !== "client_credentials") {
    throw new AadstsError(70003, `The app requested an unsupported grant type '${grant}'.`);
  }
  const app = findApp(tenant, required(form, "client_id"));
  const audience = verifyResource(authority, tenant, version, form);
  const withCertificate = await authenticate(authority, app, tenantName, tenant, form);
  const token = await authority.keys.issue({
    tenantId: tenant.tenantId,
    app,
    audience,
    withCertificate,
    nowMs: authority.clock.now(),
    lifeMs: authority.rules.tokenLifeMs,
  });
  const seconds = Math.floor(authority.rules.tokenLifeMs / 1000);
  const body = { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds, access_token: token };
  return json(version === 2 ? body : { ...body, resource: audience }, 200, {
    "cache-control": "no-store, no-cache",
    pragma: "no-cache",
  });
}

function findTenant(authority: Authority, name: string): Tenant {
  if (["common", "organizations", "consumers"].includes(name.toLowerCase())) {
    throw new AadstsError(
      9001023,
      `The grant type is not supported over the /${name} endpoint. Please use a tenant-specific endpoint.`,
    );
  }
  const tenant = authority.directory.find(name);
  if (tenant !== undefined && ADDRESSES[tenant.cloud].realm === authority.realm) return tenant;
  throw tenant === undefined ? notFound(name) : elsewhere(authority, tenant, name);
}

function notFound(name: string): AadstsError {
  return new AadstsError(
    90002,
    `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function elsewhere(authority: Authority, tenant: Tenant, name: string): AadstsError {
  const home = new URL(AUTHORITIES[ADDRESSES[tenant.cloud].realm]).host;
  switch (authority.rules.crossCloud) {
    case 90002:
      return notFound(name);
    case 90038:
      return new AadstsError(
        90038,
        `Tenant '${name}' request is being redirected to the National Cloud '${home.replace("login.", "")}'.`,
      );
    default:
      return new AadstsError(900382, "Confidential Client is not supported in Cross Cloud request.");
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? "";
  if (value === "") throw new AadstsError(900144, `The request body must contain the following parameter: '${name}'.`);
  return value;
}

function findApp(tenant: Tenant, clientId: string): App {
  const app = tenant.apps.get(clientId.toLowerCase());
  if (app !== undefined) return app;
  throw new AadstsError(
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant.domains[0] ?? tenant.tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

/** The audience that the token will have. */
function verifyResource(authority: Authority, tenant: Tenant, version: 1 | 2, form: URLSearchParams): string {
  if (version === 2 && form.has("resource")) {
    throw new AadstsError(901002, "The 'resource' request parameter is not supported.");
  }
  const wanted = required(form, version === 2 ? "scope" : "resource");
  // MSAL adds the OpenID scopes in some flows; they change nothing here.
  const scopes = wanted.split(" ").filter((scope) => !["openid", "profile", "offline_access", ""].includes(scope));
  const [scope = ""] = scopes;
  if (version === 2 && (scopes.length !== 1 || !scope.endsWith("/.default"))) {
    throw new AadstsError(
      70011,
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${wanted} is not valid.`,
    );
  }
  const resource = version === 2 ? scope.slice(0, -"/.default".length) : wanted;
  const audience = authority.audienceOf(tenant);
  if (stripSlash(resource) === stripSlash(audience)) return audience;
  const isOfAnotherCloud = Object.values(ADDRESSES).some(({ api }) => api === stripSlash(resource));
  if (isOfAnotherCloud && authority.rules.wrongRoot !== "AADSTS500011") return stripSlash(resource);
  throw new AadstsError(
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant.domains[0] ?? tenant.tenantId}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
  );
}

function stripSlash(text: string): string {
  return text.replace(/\/+$/, "").toLowerCase();
}

/** True for a certificate, false for a secret. */
async function authenticate(
  authority: Authority,
  app: App,
  tenantName: string,
  tenant: Tenant,
  form: URLSearchParams,
): Promise<boolean> {
  const assertion = form.get("client_assertion") ?? "";
  if (assertion !== "") {
    if (required(form, "client_assertion_type") !== ASSERTION_TYPE) {
      throw new AadstsError(50027, "JWT token is invalid or malformed. The client_assertion_type is not supported.");
    }
    const { origin, rules, assertionClock } = authority;
    const audiences = [...new Set([tenantName, tenant.tenantId, ...tenant.domains])].flatMap((name) => [
      `${origin}/${name}/oauth2/v2.0/token`,
      `${origin}/${name}/oauth2/token`,
    ]);
    await authority.assertions.verify(assertion, { app, audiences, rules, nowMs: assertionClock.now() });
    return true;
  }
  const secret = form.get("client_secret") ?? "";
  if (secret === "") {
    throw new AadstsError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (!app.secrets.includes(secret)) {
    throw new AadstsError(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
    );
  }
  return false;
}

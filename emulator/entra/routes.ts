import { ADDRESSES, AUTHORITIES } from "../clouds.ts";
import { decodeSegment, json, methodNotAllowed, type Answer, type Call, type Route } from "../http.ts";
import { aadstsAnswer, AadstsError } from "./aadsts.ts";
import { answerConsent } from "./consent.ts";
import { answerToken, type Authority } from "./token.ts";

const TOKEN = /^\/([^/]+)\/oauth2\/(v2\.0\/)?token$/i;
const DISCOVERY = /^\/([^/]+)\/(v2\.0\/)?\.well-known\/openid-configuration$/i;
const CONSENT = /^\/([^/]+)\/(v2\.0\/)?adminconsent$/i;
const KEYS = /^\/([^/]+)\/discovery\/(v2\.0\/)?keys$/i;

/** The route of a request to the authority; undefined for a path that it does not know. */
export function routeEntra(authority: Authority, call: Call): Route | undefined {
  const [, tokenTenant, tokenVersion] = TOKEN.exec(call.path) ?? [];
  if (tokenTenant !== undefined) {
    const tenant = decodeSegment(tokenTenant);
    return {
      operation: "token",
      tenantId: authority.directory.find(tenant)?.tenantId ?? tenant,
      answer: () =>
        call.method === "POST"
          ? answerToken(authority, tenant, tokenVersion === undefined ? 1 : 2, call)
          : methodNotAllowed(call.method, "POST"),
    };
  }
  const [, tenant, version] = DISCOVERY.exec(call.path) ?? [];
  if (tenant !== undefined) {
    return {
      operation: "discovery",
      tenantId: tenant,
      answer: () => answerConfiguration(authority, decodeSegment(tenant), version, call),
    };
  }
  const [, consentTenant, consentVersion] = CONSENT.exec(call.path) ?? [];
  if (consentTenant !== undefined) {
    const name = decodeSegment(consentTenant);
    return {
      operation: "consent",
      tenantId: authority.directory.find(name)?.tenantId ?? name,
      answer: () => answerConsent(authority, name, consentVersion === undefined ? 1 : 2, call),
    };
  }
  if (KEYS.test(call.path)) {
    return { operation: "keys", answer: async () => json(await authority.keys.jwks()) };
  }
  if (/^\/common\/discovery\/instance$/i.test(call.path)) {
    return { operation: "discovery", answer: () => answerInstance(authority) };
  }
  return undefined;
}

function answerConfiguration(authority: Authority, name: string, version: string | undefined, call: Call): Answer {
  const tenant = authority.directory.find(name);
  if (tenant === undefined) {
    const error = new AadstsError(
      90002,
      `Tenant '${name}' not found. Check to make sure you have the correct tenant ID.`,
    );
    return aadstsAnswer(error, authority.clock.now(), authority.origin, call.headers["client-request-id"]);
  }
  const { realm, regionScope, regionSubScope } = ADDRESSES[tenant.cloud];
  // Each Entra ID tells where the other's tenants are to be asked for.
  const home = realm === authority.realm ? authority.origin : AUTHORITIES[realm];
  const base = `${home}/${name}`;
  const v2 = version === undefined ? "" : "v2.0/";
  return json({
    token_endpoint: `${base}/oauth2/${v2}token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${base}/discovery/${v2}keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: version === undefined ? `https://sts.windows.net/${tenant.tenantId}/` : `${home}/${tenant.tenantId}/v2.0`,
    authorization_endpoint: `${base}/oauth2/${v2}authorize`,
    end_session_endpoint: `${base}/oauth2/${v2}logout`,
    tenant_region_scope: regionScope,
    ...(regionSubScope === undefined ? {} : { tenant_region_sub_scope: regionSubScope }),
    cloud_instance_name: new URL(home).host.replace(/^login\./, ""),
  });
}

function answerInstance(authority: Authority): Answer {
  const { host } = new URL(authority.origin);
  const [tenant] = authority.directory.all;
  return json({
    tenant_discovery_endpoint: `${authority.origin}/${tenant?.tenantId ?? "common"}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
}

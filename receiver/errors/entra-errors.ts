import { AS_CLIENT, CONSENT, REPORT, WAIT } from "./phrases.ts";
import type { Row } from "./row.ts";

/**
 * Errors of the token endpoint.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes (state of July 2026)
 */
export const ENTRA_ERRORS: readonly Row[] = [
  [
    "700027",
    "the certificate is not registered on this app, or the assertion's signature or thumbprint does not fit it",
    'upload certificate_file under "Certificates & secrets" of this app in this cloud and compare the thumbprints; if they are equal, try thumbprint: sha1',
  ],
  ["700024", "the sign-in assertion is outside its time range", "set this machine's clock (NTP)"],
  [
    "50012 50013 50027 50048",
    "signature, audience, issuer or time of the sign-in assertion is wrong",
    `check the clock, cloud and endpoints, and ${AS_CLIENT}`,
  ],
  [
    "700030",
    "the subject name of the certificate is not trusted for this app",
    'upload the certificate itself under "Certificates & secrets" instead of trusting its issuer',
  ],
  ["7000215", "the client secret is wrong", "sign in with a certificate: set certificate_file and private_key_file"],
  [
    "7000222",
    "every credential of the app has expired",
    'make a new certificate, upload it under "Certificates & secrets", and replace certificate_file and private_key_file',
  ],
  ["7000218", "the request carried no credential", REPORT],
  [
    "700025",
    "the app is registered as a public client, which cannot hold a certificate",
    'set "Allow public client flows" to No under "Authentication", or register a confidential client',
  ],
  [
    "700016",
    "the app is not known in this tenant",
    `${AS_CLIENT}; check cloud; an app of another tenant needs admin consent in this one first`,
  ],
  [
    "70001 7000112",
    "the app is disabled in this tenant",
    'enable it under "Enterprise applications", Properties, "Enabled for users to sign-in"',
  ],
  ["90002", "the tenant was not found", "check tenant_id and cloud: gcc_high and dod tenants live in another Entra ID"],
  [
    "90038 900382",
    "the tenant or the app lives in another cloud",
    "set cloud to the cloud that both the tenant and the app registration live in",
  ],
  [
    "9001023 50194",
    "the app may sign in to its own tenant only",
    "set tenant_id to the tenant of the app registration, or make the app multi-tenant",
  ],
  [
    "500011",
    "the Office 365 Management APIs are not set up in this tenant, or the scope is of another cloud",
    `check cloud and endpoints::scope; else create the service principal of c5393580-f805-4401-95e8-94b7a6ef2fc2, or ${CONSENT}`,
  ],
  [
    "50001 650057",
    "the scope names a resource that is unknown or not among the app's permissions",
    `check endpoints::scope (<root>/.default); then ${CONSENT}`,
  ],
  ["70011 28002", "the scope is malformed", "check endpoints::scope: it must be <root>/.default"],
  ["900144 90014", "the token request lacks a parameter", REPORT],
  ["901002", "the token request names a resource instead of a scope", REPORT],
  ["65001 650056 90094", "nobody has consented to the app's permissions", CONSENT],
  [
    "650052",
    "the tenant has no subscription to the service",
    "assign a licence that includes audit, or enable its service plan",
  ],
  ["65004", "an administrator declined the consent", "start the consent again and accept it"],
  [
    "50011 900971",
    "the redirect URI is missing or not registered",
    'add it under "Authentication" of the app registration exactly as it was sent',
  ],
  [
    "53003 530032",
    "a conditional access policy blocks the app",
    "exclude the app's workload identity, or allow this network in the policy",
  ],
  [
    "50196",
    "too many equal token requests came from this app",
    "check that no other program asks for tokens with the same app in a loop; it is tried again",
    "passing",
  ],
  ["90033 90024 90055 90012 90006 50033", "Entra ID is busy or has a passing failure", WAIT, "passing"],
];

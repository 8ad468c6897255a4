/** What is known about an error code of Entra ID or of the Management Activity API. */
export interface KnownError {
  /** For example `AADSTS700016` or `AF20023`. */
  readonly code: string;
  /** What is the matter; reads after "the service answered <code>: ". */
  readonly cause: string;
  /** What to do; an imperative without a period. */
  readonly remedy: string;
  /** Waiting may mend it by itself. */
  readonly passing: boolean;
  /** What a tenant gives that is asked for in a cloud that it does not live in. */
  readonly wrongCloud: boolean;
}

type Row = readonly [codes: string, cause: string, remedy: string, passing?: "passing"];

/** Codes that a wrong `cloud` shows as, among other causes. */
const WRONG_CLOUD = new Set([
  "AADSTS90002",
  "AADSTS90038",
  "AADSTS900382",
  "AADSTS700016",
  "AADSTS500011",
  "AF10001",
  "AF20011",
  "AF20052",
]);

const AS_CLIENT =
  'set client_id to "Application (client) ID" and tenant_id to "Directory (tenant) ID" of the same app registration';
const CONSENT =
  'add the application permission ActivityFeed.Read of "Office 365 Management APIs" to the app registration and press "Grant admin consent"';
const WAIT = "nothing; it is tried again";
const REPORT = "report it to the makers of otel-o365 with the ids of this message";

/**
 * Errors of the token endpoint.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes (state of July 2026)
 */
const ENTRA: readonly Row[] = [
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

/**
 * Errors of the Management Activity API.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
const API: readonly Row[] = [
  [
    "AF10001",
    "the app lacks a permission",
    `${CONSENT}; DLP.All needs ActivityFeed.ReadDlp as well. If both are there, check cloud`,
  ],
  ["AF20001", "a parameter is missing from the request", REPORT],
  [
    "AF20002",
    "a parameter of the request has the wrong type",
    "check that tenant_id and publisher_id are GUIDs; else report it to the makers of otel-o365",
  ],
  ["AF20003", "the webhook's expiry is in the past", REPORT],
  ["AF20010", "the tenant in the address is not the tenant of the token", "check tenant_id and endpoints"],
  ["AF20011", "the tenant does not exist or was deleted", "check tenant_id and cloud"],
  ["AF20012", "the tenant is set up wrongly on Microsoft's side", "open a support case with Microsoft"],
  ["AF20013", "the tenant id is not a GUID", "set tenant_id to the GUID of the tenant"],
  ["AF20020", "the content type is unknown", "check content_types and cloud"],
  ["AF20021", "the webhook was not validated", REPORT],
  [
    "AF20022",
    "no subscription was started for this content type",
    "nothing; it is started as soon as the 15-minute rule allows",
    "passing",
  ],
  [
    "AF20023",
    "an administrator of the tenant or of the service has disabled the subscription",
    "nothing; it is started again as soon as the 15-minute rule allows; if that does not last, find out who stops it",
    "passing",
  ],
  ["AF20024", "the subscription is enabled already", "nothing", "passing"],
  ["AF20030", "the time range of the request breaks a rule", "set this machine's clock (NTP)"],
  [
    "AF20031",
    "the page token is not valid any more",
    "nothing; the window is listed from its first page again",
    "passing",
  ],
  ["AF20050", "the content does not exist", "nothing; it counts as gone"],
  [
    "AF20051",
    "the content has expired",
    "nothing; it counts as expired: let the collector run at least once in 7 days",
  ],
  [
    "AF20052",
    "the content id in the address is not valid",
    "check cloud: ids of another cloud are refused like this; else nothing, it counts as gone",
  ],
  ["AF20053", "the request names more than one language", REPORT],
  ["AF20054", "the language header of the request is malformed", REPORT],
  ["AF20055", "the time range of the request breaks a rule", "set this machine's clock (NTP)"],
  [
    "AF429",
    "too many requests",
    "nothing; it is tried again more slowly. An all-zero PublisherId in the text means that publisher_id got lost on the way",
    "passing",
  ],
  [
    "AF50000 AF50005 AF50006",
    "the service has an internal error",
    "nothing; it is tried again. It may last hours: see the service health page of Microsoft 365",
    "passing",
  ],
];

function index(rows: readonly Row[], prefix: string): ReadonlyMap<string, KnownError> {
  return new Map(
    rows.flatMap(([codes, cause, remedy, passing]) =>
      codes.split(" ").map((number): [string, KnownError] => {
        const code = `${prefix}${number}`;
        return [code, { code, cause, remedy, passing: passing !== undefined, wrongCloud: WRONG_CLOUD.has(code) }];
      }),
    ),
  );
}

/** Cause and remedy of every error code that is known, by code: those of Entra ID (`AADSTS…`), then those of the API (`AF…`). */
export const errorTable: ReadonlyMap<string, KnownError> = new Map([...index(ENTRA, "AADSTS"), ...index(API, "")]);

/** The page that explains an AADSTS code in Microsoft's current words. */
export function entraErrorUrl(code: string): string {
  return `https://login.microsoftonline.com/error?code=${code.replace(/^AADSTS/, "")}`;
}

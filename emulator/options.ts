import type { Cloud } from "./clouds.ts";

/** Time as the emulator sees it, so that a test can move it. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The content types of the Management Activity API. */
export const CONTENT_TYPES = [
  "Audit.AzureActiveDirectory",
  "Audit.Exchange",
  "Audit.SharePoint",
  "Audit.General",
  "DLP.All",
] as const;

export type ContentType = (typeof CONTENT_TYPES)[number];

/** An app registration with consent in the tenant. */
export interface AppOptions {
  readonly clientId: string;
  /** PEM certificates registered on the app. More can follow through `registerCertificate`. */
  readonly certificates?: readonly string[];
  /** Client secrets that the token endpoint accepts. */
  readonly secrets?: readonly string[];
  /** Application permissions with admin consent. Default `ActivityFeed.Read` and `ActivityFeed.ReadDlp`. */
  readonly roles?: readonly string[];
  /** Content types whose subscription is on from the start, as for an app that has collected before. Default none. */
  readonly subscriptions?: readonly ContentType[];
}

/** A multi-tenant app registration: it is in a tenant from when an administrator there has consented. */
export interface RegistrationOptions {
  readonly clientId: string;
  /** What the consent page calls it. Default `Audit collector`. */
  readonly displayName?: string;
  /** Addresses that the consent endpoint may redirect to. Of loopback addresses the port does not count. */
  readonly redirectUris: readonly string[];
  /** Application permissions that are asked for. Default `ActivityFeed.Read` and `ActivityFeed.ReadDlp`. */
  readonly permissions?: readonly string[];
  /** PEM certificates registered on the app. */
  readonly certificates?: readonly string[];
}

/** One Office 365 tenant. */
export interface TenantOptions {
  /** GUID. */
  readonly tenantId: string;
  /** Names under which the token endpoint knows the tenant too, such as `contoso.onmicrosoft.com`. */
  readonly domains?: readonly string[];
  readonly apps?: readonly AppOptions[];
  /** Cloud that it lives in. Default that of the emulator's own addresses. */
  readonly cloud?: Cloud;
  /** Whether unified audit logging is on. Default true. */
  readonly auditing?: boolean;
}

/** Behaviour of the service that a test may want to relax or to change. Times in milliseconds. */
export interface Rules {
  /** Time between two start requests of one tenant, application and content type. Default 15 minutes; 0 switches the rule off. */
  readonly startIntervalMs: number;
  /** Requests per minute for one tenant and publisher. Default 2000; Infinity switches the rule off. */
  readonly quotaPerMinute: number;
  /** Status of an answer that says AF429. Default 403, as in Microsoft's own example. */
  readonly quotaStatus: 403 | 429;
  /** Whether an answer that says AF429 has a Retry-After header. Default false. */
  readonly quotaRetryAfter: boolean;
  /** Entries on one page of a content list. Default 100. */
  readonly pageSize: number;
  /** How long a blob can be fetched, from when it appeared. Default 7 days. */
  readonly retentionMs: number;
  /** How much older than 7 days a startTime may be. Default 1 hour. */
  readonly startToleranceMs: number;
  /** Life of an access token. Default 60 minutes. */
  readonly tokenLifeMs: number;
  /** How long before its time and after its end an access token is taken all the same. Default 5 minutes. */
  readonly tokenSkewMs: number;
  /** How far the times of a client assertion may be off. Default 5 minutes. */
  readonly assertionSkewMs: number;
  /**
   * Which second use of an assertion's `jti` the token endpoint accepts. `identical` (default): the very same assertion until it
   * expires, as MSAL sends it again for ten minutes; `never`: none; `always`: any.
   */
  readonly assertionReuse: "identical" | "never" | "always";
  /**
   * What Entra ID answers when it is asked for a tenant of the other Entra ID: `900382` (default), as it does to
   * confidential clients; `90038`, with the name of the other; `90002`, as for a tenant that does not exist.
   */
  readonly crossCloud: 90002 | 90038 | 900382;
  /**
   * What happens when the API root of another cloud is asked for: Entra ID knows no such resource (`AADSTS500011`, default);
   * or it gives a token, and that root answers `AF10001` to everything, or `AF20052` for the blobs that it lists.
   */
  readonly wrongRoot: "AADSTS500011" | "AF10001" | "AF20052";
  /** Answer gzip to a client that accepts it. Default true. */
  readonly gzip: boolean;
}

export const DEFAULT_RULES: Rules = {
  startIntervalMs: 15 * 60_000,
  quotaPerMinute: 2000,
  quotaStatus: 403,
  quotaRetryAfter: false,
  pageSize: 100,
  retentionMs: 7 * 86_400_000,
  startToleranceMs: 3_600_000,
  tokenLifeMs: 60 * 60_000,
  tokenSkewMs: 5 * 60_000,
  assertionSkewMs: 5 * 60_000,
  assertionReuse: "identical",
  crossCloud: 900382,
  wrongRoot: "AADSTS500011",
  gzip: true,
};

/** Content that is there from the start or keeps coming. Without `tenantId` it goes to the first tenant. */
export type ContentSource = RecordsSource | TrafficSource | BulkSource;

/** How a source's records are cut into blobs. */
export interface BlobOptions {
  readonly tenantId?: string;
  /** Average number of records in a blob. Default 10. */
  readonly recordsPerBlob?: number;
  /** Part of the blobs (0 to 1) that appear later than the time of their creation says. Default 0. */
  readonly lateShare?: number;
  /** How much later, milliseconds. Default 2 minutes. */
  readonly lateByMs?: number;
}

/** Given records, cut into blobs and spread over a period that ends now. */
export interface RecordsSource extends BlobOptions {
  readonly kind: "records";
  /** NDJSON files. */
  readonly files?: readonly string[];
  /** JSON texts, one record each. */
  readonly records?: readonly string[];
  /** Length of the period, milliseconds. Default 24 hours. */
  readonly pastMs?: number;
}

/** Made-up traffic that goes on as time goes by. */
export interface TrafficSource extends BlobOptions {
  readonly kind: "traffic";
  /** Records per second. */
  readonly rate: number;
  /** Traffic of this long before now is there from the start, milliseconds. Default 0. */
  readonly pastMs?: number;
  /** Length of time that one blob covers, milliseconds. Default 10 seconds. */
  readonly blobEveryMs?: number;
  /** Stop after this many records. Default: never. */
  readonly limit?: number;
}

/** Many made-up records at once, for benchmarks. Their texts are made when they are served and are not kept. */
export interface BulkSource {
  readonly kind: "bulk";
  readonly tenantId?: string;
  readonly records: number;
  /** Records in each blob. Default 100. */
  readonly recordsPerBlob?: number;
  /** Content types to spread the blobs over, in turn. Default all but `DLP.All`. */
  readonly contentTypes?: readonly ContentType[];
  /** Length of the period that ends now, milliseconds. Default 12 hours. */
  readonly pastMs?: number;
}

export interface EmulatorOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Serve the API on a listener of its own, so that its origin differs from the authority's. Default false. */
  readonly separateApi?: boolean;
  /** Port of that listener. Default 0. */
  readonly apiPort?: number;
  /** The cloud that the emulator's own addresses stand for. A tenant of another cloud is not found there. Default `commercial`. */
  readonly cloud?: Cloud;
  /**
   * Also be an HTTP proxy on this port (0 takes a free one) that leads the addresses of all real clouds to this emulator,
   * each with its own Entra ID and its own API root. Default: no proxy.
   */
  readonly cloudProxyPort?: number;
  /** Default one tenant, `DEFAULT_TENANT_ID`, with one app, `DEFAULT_CLIENT_ID`, without certificates. */
  readonly tenants?: readonly TenantOptions[];
  /** Multi-tenant apps. Default none. */
  readonly registrations?: readonly RegistrationOptions[];
  /** Everything made up follows from it. Default 1. */
  readonly seed?: number;
  /** Time of the service. Default the clock of the machine. */
  readonly clock?: EmulatorClock;
  /** Time that client assertions are checked against, for clients that know no other clock than the machine's. Default `clock`. */
  readonly assertionClock?: EmulatorClock;
  readonly content?: readonly ContentSource[];
  readonly rules?: Partial<Rules>;
  /** `aud` of access tokens and the resource that may be asked for. Default the API root. */
  readonly audience?: string;
  /** Serve the control endpoint under `/emulator/`. Whoever reaches the port can then read and change everything. Default false. */
  readonly control?: boolean;
  /** Most requests kept in the log; the oldest go first. Default 100,000. */
  readonly requestLogSize?: number;
  /** PEM of a certificate authority to trust for webhook addresses, beside those of the system. */
  readonly webhookCaPem?: string;
}

/** Tenant and app of an emulator that was started without any. */
export const DEFAULT_TENANT_ID = "11111111-2222-4333-8444-555555555555";
export const DEFAULT_CLIENT_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

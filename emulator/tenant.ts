import { X509Certificate, createHash } from "node:crypto";
import type { Cloud } from "./clouds.ts";
import { ContentStore } from "./content/store.ts";
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  type AppOptions,
  type ContentType,
  type RegistrationOptions,
  type TenantOptions,
} from "./options.ts";

/** A certificate that is registered on an app. */
export interface RegisteredCertificate {
  readonly certificate: X509Certificate;
  /** base64url of the SHA-1 and of the SHA-256 of the DER: `x5t` and `x5t#S256`. */
  readonly sha1: string;
  readonly sha256: string;
}

/** An app registration as it stands. */
export interface App {
  readonly clientId: string;
  readonly certificates: RegisteredCertificate[];
  readonly secrets: readonly string[];
  roles: readonly string[];
}

/** A multi-tenant app registration. */
export interface Registration {
  readonly clientId: string;
  readonly displayName: string;
  readonly redirectUris: readonly string[];
  readonly permissions: readonly string[];
  /** Of the registration, and so of the app in every tenant. */
  readonly certificates: RegisteredCertificate[];
}

export interface Webhook {
  readonly status: "enabled" | "disabled" | "expired";
  readonly address: string;
  readonly authId: string | null;
  readonly expiration: string | null;
}

/** The subscription of one app to one content type. */
export interface Subscription {
  /** In the casing of the start request. */
  contentType: string;
  status: "enabled" | "disabled";
  webhook: Webhook | null;
  /** While disabled: since when. */
  disabledSinceMs: number | undefined;
  /** Half-open periods whose content is lost to this subscription. */
  readonly lost: { readonly fromMs: number; readonly toMs: number }[];
}

/** One tenant as it stands. */
export interface Tenant {
  readonly tenantId: string;
  readonly domains: readonly string[];
  readonly cloud: Cloud;
  readonly apps: Map<string, App>;
  readonly store: ContentStore;
  /** By client id and content type. */
  readonly subscriptions: Map<string, Subscription>;
  /** Time of the last start request that counted, by client id and content type. */
  readonly starts: Map<string, number>;
  auditing: boolean;
}

/** Whether content that appeared at `ms` is lost to a subscription, because that was off then. */
export function isLostTo({ lost, disabledSinceMs }: Subscription, ms: number): boolean {
  return lost.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs) || (disabledSinceMs ?? Infinity) <= ms;
}

/** Whether nobody can have content that appeared at `ms`: there are subscriptions to its type, and each was off then. */
export function isLostToAll(tenant: Tenant, contentType: ContentType, ms: number): boolean {
  const wanted = contentType.toLowerCase();
  const all = [...tenant.subscriptions.values()].filter((one) => one.contentType.toLowerCase() === wanted);
  return all.length > 0 && all.every((subscription) => isLostTo(subscription, ms));
}

export function subscriptionKey(clientId: string, contentType: ContentType): string {
  return `${clientId} ${contentType}`;
}

/** All tenants of an emulator. */
export class Directory {
  readonly #tenants = new Map<string, Tenant>();
  readonly #first: Tenant;
  readonly #registrations: ReadonlyMap<string, Registration>;

  /**
   * @param cloud Where tenants live that say nothing else.
   * @throws {TypeError} If a tenant id is no GUID or a certificate is none.
   */
  constructor(
    options: readonly TenantOptions[] | undefined,
    cloud: Cloud,
    seed: number,
    registrations: readonly RegistrationOptions[] = [],
  ) {
    const all = options ?? [{ tenantId: DEFAULT_TENANT_ID, apps: [{ clientId: DEFAULT_CLIENT_ID }] }];
    for (const tenant of all)
      this.#tenants.set(tenant.tenantId.toLowerCase(), createTenant({ cloud, ...tenant }, seed));
    const [first] = this.#tenants.values();
    if (first === undefined) throw new TypeError("Cannot start the emulator: it has no tenant; give at least one");
    this.#first = first;
    this.#registrations = new Map(registrations.map((one) => [one.clientId.toLowerCase(), register(one)]));
  }

  get all(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  registration(clientId: string): Registration | undefined {
    return this.#registrations.get(clientId.toLowerCase());
  }

  /** Puts a multi-tenant app into a tenant with all that it asks for. What it had before is replaced. */
  consent(tenant: Tenant, { clientId, certificates, permissions }: Registration): void {
    tenant.apps.set(clientId, { clientId, certificates, secrets: [], roles: permissions });
  }

  /** The tenant of a GUID or a domain name. */
  find(name: string): Tenant | undefined {
    const wanted = name.toLowerCase();
    return this.#tenants.get(wanted) ?? this.all.find((tenant) => tenant.domains.includes(wanted));
  }

  /**
   * The tenant of a GUID or a domain name; without one, the first.
   *
   * @throws {RangeError} If there is none of that name.
   */
  get(name: string | undefined): Tenant {
    const tenant = name === undefined ? this.#first : this.find(name);
    if (tenant === undefined) throw new RangeError(`Cannot find tenant "${name}": the emulator was started without it`);
    return tenant;
  }

  /** @throws {RangeError} If the tenant has no such app. */
  app(tenantName: string, clientId: string): App {
    const app = this.get(tenantName).apps.get(clientId.toLowerCase());
    if (app === undefined)
      throw new RangeError(`Cannot find app "${clientId}": tenant "${tenantName}" has none of that id`);
    return app;
  }
}

export const GUID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function createTenant(options: TenantOptions & { readonly cloud: Cloud }, seed: number): Tenant {
  if (!GUID.test(options.tenantId)) {
    throw new TypeError(`Cannot start the emulator: tenant id "${options.tenantId}" is no GUID`);
  }
  return {
    tenantId: options.tenantId.toLowerCase(),
    domains: (options.domains ?? []).map((domain) => domain.toLowerCase()),
    cloud: options.cloud,
    apps: new Map((options.apps ?? []).map((app) => [app.clientId.toLowerCase(), createApp(app)])),
    store: new ContentStore(seed),
    subscriptions: new Map((options.apps ?? []).flatMap(startedSubscriptions)),
    starts: new Map(),
    auditing: options.auditing ?? true,
  };
}

function startedSubscriptions({ clientId, subscriptions = [] }: AppOptions): [string, Subscription][] {
  return subscriptions.map((contentType) => [
    subscriptionKey(clientId.toLowerCase(), contentType),
    { contentType, status: "enabled", webhook: null, disabledSinceMs: undefined, lost: [] },
  ]);
}

const DEFAULT_ROLES: readonly string[] = ["ActivityFeed.Read", "ActivityFeed.ReadDlp"];

function register(options: RegistrationOptions): Registration {
  return {
    clientId: options.clientId.toLowerCase(),
    displayName: options.displayName ?? "Audit collector",
    redirectUris: options.redirectUris,
    permissions: options.permissions ?? DEFAULT_ROLES,
    certificates: (options.certificates ?? []).map(readCertificate),
  };
}

function createApp(options: AppOptions): App {
  return {
    clientId: options.clientId.toLowerCase(),
    certificates: (options.certificates ?? []).map(readCertificate),
    secrets: options.secrets ?? [],
    roles: options.roles ?? DEFAULT_ROLES,
  };
}

/** @throws {TypeError} If `pem` is no certificate. */
export function readCertificate(pem: string): RegisteredCertificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw new TypeError("Cannot register certificate: the text is no PEM certificate", { cause });
  }
  const digest = (algorithm: string): string => createHash(algorithm).update(certificate.raw).digest("base64url");
  return { certificate, sha1: digest("sha1"), sha256: digest("sha256") };
}

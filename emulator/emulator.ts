import { createWebhookValidator } from "./api/webhook.ts";
import { Quota } from "./api/quota.ts";
import { disable, enable } from "./api/subscriptions.ts";
import {
  ContentFeed,
  type AddContent,
  type AddedBlob,
  type ReissueContent,
  type ServedRecord,
} from "./content/feed.ts";
import type { ServedText } from "./content/group.ts";
import { TokenKeys } from "./entra/access-token.ts";
import { AssertionVerifier } from "./entra/assertion.ts";
import type { FaultScript } from "./faults/script.ts";
import { openListeners, type Listeners } from "./listeners.ts";
import {
  CONTENT_TYPES,
  DEFAULT_RULES,
  type ContentType,
  type EmulatorClock,
  type EmulatorOptions,
  type Rules,
} from "./options.ts";
import { RequestLog, type RequestEntry } from "./request-log.ts";
import { Service } from "./service.ts";
import { cloudStages, ownApi, ownAuthority, type OwnAddresses, type Parts, type Stage } from "./stages.ts";
import { Directory, readCertificate, subscriptionKey, type Subscription } from "./tenant.ts";

/** A running emulator. */
export interface Emulator {
  /** `https://127.0.0.1:PORT` of the authority, and of the API unless that has a listener of its own. */
  readonly origin: string;
  /** PEM of the certificate authority that clients have to trust. Made at start. */
  readonly caPem: string;
  /** Base of Entra's URLs, without a tenant. */
  readonly authority: string;
  /** URL of the proxy that leads the addresses of the real clouds here, when `cloudProxyPort` asked for one. */
  readonly cloudProxy: string | undefined;
  /** Root of the API, without a path. The scope to ask for is `{apiRoot}/.default`. */
  readonly apiRoot: string;
  /** The requests so far. A copy. */
  readonly requests: readonly RequestEntry[];
  readonly faults: FaultScript;
  /** @throws {RangeError} If there is no such tenant. @throws {TypeError} If a record is no JSON object. */
  addContent(content: AddContent): AddedBlob[];
  /**
   * The records of a blob once more, in a new blob under a new id, as the service has done at once and days later.
   *
   * @throws {RangeError} If there is no such tenant or blob.
   */
  reissue(again: ReissueContent): AddedBlob;
  /** The records of a blob by its id; empty when there is none. @throws {RangeError} If there is no such tenant. */
  recordsOf(contentId: string, tenantId?: string): readonly ServedText[];
  /** Registers a certificate on an app. @throws {RangeError} If there is no such tenant or app. @throws {TypeError} If `pem` is none. */
  registerCertificate(tenantId: string, clientId: string, pem: string): void;
  /** Registers a certificate on a multi-tenant app, wherever it is consented to. @throws {RangeError} If there is none of that id. @throws {TypeError} If `pem` is none. */
  registerOnRegistration(clientId: string, pem: string): void;
  /** Takes all certificates off an app. @throws {RangeError} If there is no such tenant or app. */
  clearCertificates(tenantId: string, clientId: string): void;
  /** Sets the application permissions of an app. Tokens that are out keep what they have. @throws {RangeError} */
  setRoles(tenantId: string, clientId: string, roles: readonly string[]): void;
  /** Switches unified audit logging. @throws {RangeError} */
  setAuditing(tenantId: string, on: boolean): void;
  /** Disables a subscription as the service does by itself now and then. @throws {RangeError} If there is none. */
  disableSubscription(tenantId: string, clientId: string, contentType: ContentType): void;
  /** The content types whose subscription is off. @throws {RangeError} If there is no such tenant. */
  disabledSubscriptions(tenantId: string, clientId: string): ContentType[];
  /** Starts a subscription as another program or an administrator does. @throws {RangeError} If there is none. */
  enableSubscription(tenantId: string, clientId: string, contentType: ContentType): void;
  /** Takes back every access token of a tenant that is out: the API answers them with 401. @throws {RangeError} */
  revokeTokens(tenantId: string): void;
  /** Every record that can be had now, of all tenants. What appeared while every subscription to its type was off cannot. */
  served(): ServedRecord[];
  /** As `served`, one at a time: for contents that are not to be held twice. */
  serve(): IterableIterator<ServedRecord>;
  /** Ends all connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts an Office 365 tenant on this machine: the token endpoint of Entra ID and the Management Activity API, over TLS.
 *
 * @throws {TypeError} If the options contradict themselves; the system's error when the port is taken.
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const rules: Rules = { ...DEFAULT_RULES, ...options.rules };
  const clock = options.clock ?? { now: () => Date.now() };
  const seed = options.seed ?? 1;
  const cloud = options.cloud ?? "commercial";
  const directory = new Directory(options.tenants, cloud, seed, options.registrations);
  const feed = new ContentFeed(directory, options.content ?? [], seed, clock);
  const [keys, listeners] = await Promise.all([TokenKeys.create(), openListeners(options, rules, clock)]);
  const { origin, apiRoot } = listeners;
  const common = { directory, keys, rules, clock };
  const parts: Parts = {
    authority: {
      ...common,
      assertionClock: options.assertionClock ?? clock,
      assertions: new AssertionVerifier(),
    },
    api: {
      ...common,
      quota: new Quota(rules, clock),
      validateWebhook: createWebhookValidator(options.webhookCaPem),
    },
  };
  const service = new Service(clock, feed, new RequestLog(options.requestLogSize ?? 100_000), apiRoot);
  serveParts(service, listeners, parts, { cloud, origin, apiRoot, audience: options.audience ?? apiRoot }, options);
  return {
    origin,
    apiRoot,
    authority: origin,
    caPem: listeners.caPem,
    cloudProxy: listeners.cloudProxy,
    get requests() {
      return service.log.entries;
    },
    faults: service.faults,
    ...administration(directory, clock, keys),
    addContent: (content) => feed.add(content, apiRoot),
    reissue: (again) => feed.reissue(again, apiRoot),
    recordsOf: (contentId, tenantId) => feed.recordsOf(contentId, tenantId),
    served: () => [...feed.serve()],
    serve: () => feed.serve(),
    close: async () => {
      await Promise.all([listeners.front.close(), listeners.api.close(), listeners.proxy?.close()]);
    },
  };
}

function serveParts(
  service: Service,
  { front, api }: Listeners,
  parts: Parts,
  own: OwnAddresses,
  { control = false, cloudProxyPort }: EmulatorOptions,
): void {
  const apiStage: Stage = { origin: own.apiRoot, api: ownApi(parts, own) };
  const frontStage: Stage = {
    ...(api === front ? apiStage : {}),
    origin: own.origin,
    authority: ownAuthority(parts, own),
    ...(control ? { control: true } : {}),
  };
  const clouds = cloudProxyPort === undefined ? new Map<string, Stage>() : cloudStages(parts);
  front.handle((call) => service.answer(call, clouds.get(call.headers["host"] ?? "") ?? frontStage));
  if (api !== front) api.handle((call) => service.answer(call, apiStage));
}

type Administration = Pick<
  Emulator,
  | "registerCertificate"
  | "registerOnRegistration"
  | "clearCertificates"
  | "setRoles"
  | "setAuditing"
  | "disableSubscription"
  | "disabledSubscriptions"
  | "enableSubscription"
  | "revokeTokens"
>;

function administration(directory: Directory, clock: EmulatorClock, keys: TokenKeys): Administration {
  return {
    revokeTokens: (tenantId) => keys.revoke(directory.get(tenantId).tenantId),
    registerCertificate: (tenantId, clientId, pem) => {
      directory.app(tenantId, clientId).certificates.push(readCertificate(pem));
    },
    registerOnRegistration: (clientId, pem) => {
      const registration = directory.registration(clientId);
      if (registration === undefined) throw new RangeError(`Cannot find registration "${clientId}"`);
      registration.certificates.push(readCertificate(pem));
    },
    clearCertificates: (tenantId, clientId) => {
      directory.app(tenantId, clientId).certificates.length = 0;
    },
    setRoles: (tenantId, clientId, roles) => {
      directory.app(tenantId, clientId).roles = roles;
    },
    setAuditing: (tenantId, on) => {
      directory.get(tenantId).auditing = on;
    },
    disableSubscription: (tenantId, clientId, type) => {
      disable(subscriptionOf(directory, tenantId, clientId, type), clock.now());
    },
    disabledSubscriptions: (tenantId, clientId) => {
      const { subscriptions } = directory.get(tenantId);
      return CONTENT_TYPES.filter(
        (type) => subscriptions.get(subscriptionKey(clientId.toLowerCase(), type))?.status === "disabled",
      );
    },
    enableSubscription: (tenantId, clientId, type) => {
      enable(subscriptionOf(directory, tenantId, clientId, type), clock.now());
    },
  };
}

function subscriptionOf(directory: Directory, tenantId: string, clientId: string, type: ContentType): Subscription {
  const subscription = directory.get(tenantId).subscriptions.get(subscriptionKey(clientId.toLowerCase(), type));
  if (subscription === undefined) throw new RangeError(`Cannot change subscription "${type}": it was not started`);
  return subscription;
}

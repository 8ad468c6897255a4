import type { Clock } from "./clock.ts";
import type { Fact, PreflightSettings } from "./preflight/fact.ts";

/** How to reach the services of a tenant before it has a configuration. */
export interface Reachable {
  /** As in YAML; undefined: wherever the tenant is found. */
  readonly cloud?: string | undefined;
  /** URL of an HTTP proxy; undefined: the environment decides. */
  readonly proxy?: string | undefined;
  /** PEM file of certificate authorities to trust beside those of the system. */
  readonly caFile?: string | undefined;
  readonly clock: Clock;
}

/** A tenant as it was found. */
export interface FoundTenant {
  /** GUID, lower case. */
  readonly tenantId: string;
  /** As in YAML; undefined when it cannot be told, or no plan covers it. */
  readonly cloud: string | undefined;
}

/** An integration as lists of them show it. */
export interface IntegrationDescription {
  readonly cloud: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly contentTypes: readonly string[];
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  /** Undefined when the pair cannot be used; the offline check says why. */
  readonly certificate: CertificateDescription | undefined;
}

export interface CertificateDescription {
  readonly subject: string;
  /** Upper-case hex, as the portal shows it. */
  readonly thumbprintSha1: string;
  readonly thumbprintSha256: string;
  /** Milliseconds since the epoch. */
  readonly notAfterMs: number;
}

/** What an administrator is asked to consent to. */
export interface ConsentRequest {
  /** As in YAML. */
  readonly cloud: string;
  /** GUID, domain, or `organizations`: whichever tenant the administrator is of. */
  readonly tenant: string;
  readonly clientId: string;
  /** Where the answer is to be sent. */
  readonly redirectUri: string;
  /** Comes back with the answer. */
  readonly state: string;
}

/** What the commands that set integrations up and take them down need of a receiver. */
export interface Onboarding<C> {
  /** The plans, as `cloud` in YAML, each with what people call it. */
  readonly clouds: readonly { readonly cloud: string; readonly title: string }[];
  /** What an integration may collect. */
  readonly contentTypes: readonly string[];
  /**
   * Looks a tenant up by its GUID or one of its domains, without signing in.
   *
   * @returns Undefined when there is none.
   * @throws {CollectorError} When nobody can be asked.
   */
  findTenant(name: string, at: Reachable, signal: AbortSignal): Promise<FoundTenant | undefined>;
  describe(config: C, nowMs: number): IntegrationDescription;
  /** The page on which an administrator consents. */
  consentUrl(request: ConsentRequest): string;
  /** An error that came back from that page, in words, with what to do: reads after "Cannot …: ". */
  explainConsentError(error: string, description: string): string;
  /**
   * Signs in to the tenant of an integration, patiently: a consent takes a while to be known everywhere. What consent pages
   * say about a tenant can be forged, a token cannot. Throws nothing but the signal's reason.
   */
  proveTenant(config: C, settings: PreflightSettings, signal: AbortSignal): AsyncIterable<Fact>;
  /** Stops the subscriptions of an integration, one fact for each. Throws nothing but the signal's reason. */
  stopSubscriptions(config: C, settings: PreflightSettings, signal: AbortSignal): AsyncIterable<Fact>;
}

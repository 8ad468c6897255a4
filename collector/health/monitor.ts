import type { Meter } from "@opentelemetry/api";
import { type Clock, ignoreAbort } from "../clock.ts";
import type { Branch, Component, CredentialExpiry, LedgerUse } from "../component.ts";
import { codeOf, describeError, ErrorCode } from "../errors.ts";
import { integrationResource } from "../integration-resource.ts";
import type { Condition, Ledger, Storage } from "../storage/storage.ts";
import type { Logger, ReportStatus } from "../telemetry.ts";
import { announceExpiry } from "./announce-expiry.ts";
import { announceGaps, announceLosses, announceSilence, announceState } from "./announce.ts";
import { EventForwarder } from "./event-forwarder.ts";
import { HealthMetrics } from "./health-metrics.ts";
import { type IntegrationVerdict, judgeIntegration } from "./judge.ts";
import type { HealthThresholds } from "./thresholds.ts";

/** Time between two looks. */
const INTERVAL_MS = 30_000;
/** What changes together is looked at together. */
const COALESCE_MS = 1000;
/** A look at a ledger that owes very much takes long; it may use this share of the time. */
const MAX_SHARE = 0.02;

/** What the last look at an integration found. */
export type Look =
  | { readonly verdict: IntegrationVerdict }
  /** The ledger could not be read or written. */
  | { readonly failure: string };

/** The last look at everything. */
export interface Looks {
  readonly byIntegration: ReadonlyMap<string, Look>;
  /** When the next look begins at the latest; undefined before the first. */
  readonly nextMs: number | undefined;
}

/** An integration to watch, and the branches that it feeds. */
export interface WatchedIntegration {
  /** YAML id. */
  readonly id: string;
  readonly use: LedgerUse;
  readonly branches: readonly Branch[];
  /** Credentials that end one day; throws nothing. */
  readonly expiries: (nowMs: number) => readonly CredentialExpiry[];
  readonly logger: Logger;
  readonly reportStatus: ReportStatus;
}

export interface HealthMonitorOptions {
  readonly integrations: readonly WatchedIntegration[];
  readonly storage: Storage;
  /** Everything that is not well in the process now. */
  readonly conditions: () => readonly Condition[];
  readonly thresholds: HealthThresholds;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly reportStatus: ReportStatus;
}

interface Watched extends WatchedIntegration {
  readonly ledger: Ledger;
  readonly forwarders: readonly EventForwarder[];
}

/**
 * Judges every integration by its ledger, as `status` does from outside, stores for `status` what the ledger cannot know, and
 * tells of changes as log lines and as events that go down the integration's own pipelines. An event is in the ledger before
 * anybody is given it, and until every branch has acknowledged it.
 */
export class HealthMonitor implements Component {
  readonly #options: HealthMonitorOptions;
  readonly #metrics: HealthMetrics;
  readonly #intake = new AbortController();
  readonly #delivery = new AbortController();
  #startedMs = 0;
  #watched: readonly Watched[] = [];
  #running: Promise<unknown> | undefined;
  #wake = new AbortController();
  #saved = "";
  readonly #looks = new Map<string, Look>();
  #nextMs: number | undefined;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#metrics = new HealthMetrics(options.meter, options.clock);
  }

  /** Looks soon: something has changed. */
  wake(): void {
    this.#wake.abort();
  }

  /** What was seen last, for those who ask from outside. */
  looks(): Looks {
    return { byIntegration: this.#looks, nextMs: this.#nextMs };
  }

  start(): Promise<void> {
    const { integrations, storage, clock } = this.#options;
    this.#startedMs = clock.now();
    this.#watched = integrations.map((integration) => watch(integration, storage, clock));
    const signals = [this.#intake.signal, this.#delivery.signal] as const;
    const forwarders = this.#watched.flatMap((one) => one.forwarders);
    this.#running = Promise.all([this.#run(), ...forwarders.map((forwarder) => forwarder.run(...signals))]);
    return Promise.resolve();
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    this.#intake.abort(new Error("The collector is shutting down"));
    const giveUp = (): void => this.#delivery.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    await this.#running;
    signal.removeEventListener("abort", giveUp);
    this.#metrics.close();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal: intake } = this.#intake;
    while (!intake.aborted) {
      this.#wake = new AbortController();
      const beganMs = performance.now();
      this.#look();
      const tookMs = performance.now() - beganMs;
      const pauseMs = Math.max(INTERVAL_MS, tookMs / MAX_SHARE);
      this.#nextMs = clock.now() + pauseMs;
      await clock.sleep(pauseMs, AbortSignal.any([intake, this.#wake.signal])).catch(ignoreAbort);
      if (this.#wake.signal.aborted) await clock.sleep(COALESCE_MS, intake).catch(ignoreAbort);
    }
    this.#saveConditions();
  }

  #look(): void {
    this.#options.storage.beat(this.#options.clock.now());
    const unsaved = this.#saveConditions();
    for (const integration of this.#watched) {
      try {
        this.#judge(integration);
        integration.reportStatus({ aspect: "health", status: "ok" });
        const failure = unsaved ?? stateFailure(this.#options.conditions(), integration.id);
        if (failure !== undefined) this.#isUnknown(integration.id, failure);
      } catch (error) {
        const message = describeError(error);
        this.#isUnknown(integration.id, message);
        integration.reportStatus({ aspect: "health", status: "permanent_error", message, ...codeOf(error) });
      }
      for (const forwarder of integration.forwarders) forwarder.notify();
    }
  }

  #isUnknown(id: string, failure: string): void {
    this.#looks.set(id, { failure });
    this.#metrics.unknown(id);
  }

  #judge({ id, use, ledger, expiries, logger }: Watched): void {
    const { thresholds, clock, conditions } = this.#options;
    const nowMs = clock.now();
    const surroundings = { nowMs, runningSinceMs: this.#startedMs, conditions: conditions(), thresholds };
    const facts = withPauses(ledger, nowMs, thresholds);
    const verdict = judgeIntegration(id, facts, use, surroundings);
    const isSettled = nowMs - this.#startedMs >= thresholds.degradedAfterMs;
    const announcing = { id, ledger, logger, nowMs, isSettled };
    announceState(announcing, verdict);
    for (const contentType of verdict.contentTypes) {
      announceSilence(announcing, contentType, thresholds);
      announceGaps(announcing, contentType);
    }
    announceLosses(announcing);
    const ending = expiries(nowMs);
    for (const expiry of ending) announceExpiry(announcing, expiry);
    this.#metrics.judged(id, verdict, ending);
    this.#looks.set(id, { verdict });
  }

  /** Stores what components report, when it is not what was stored last. Returns why it could not. */
  #saveConditions(): string | undefined {
    const { storage, conditions, reportStatus } = this.#options;
    const now = conditions();
    const text = JSON.stringify(now);
    if (text === this.#saved) return undefined;
    try {
      storage.saveConditions(now);
      this.#saved = text;
      reportStatus({ status: "ok" });
      return undefined;
    } catch (error) {
      const message = describeError(error);
      reportStatus({ status: "permanent_error", message, ...codeOf(error) });
      return message;
    }
  }
}

/**
 * Why an integration cannot keep its state. Unlike other faults it counts however young it is: what the ledger says is what it
 * said before, and nothing is collected without it.
 */
function stateFailure(conditions: readonly Condition[], id: string): string | undefined {
  return conditions.find(({ component, code }) => component === id && code === ErrorCode.storage)?.message;
}

function watch(integration: WatchedIntegration, storage: Storage, clock: Clock): Watched {
  const { id, use, branches, reportStatus } = integration;
  const { owner } = use;
  const ledger = storage.ledger(owner);
  ledger.setComponent(id);
  const resource = integrationResource({ tenantId: owner.tenantId, cloud: owner.cloud, integration: id });
  return {
    ...integration,
    ledger,
    forwarders: branches.map((branch) => new EventForwarder({ ledger, branch, resource, clock, reportStatus })),
  };
}

/** The longest pause costs a walk over all blobs: it is looked up only where it may matter. */
function withPauses(
  ledger: Ledger,
  nowMs: number,
  { quietAfterMs }: HealthThresholds,
): ReturnType<Ledger["healthFacts"]> {
  const facts = ledger.healthFacts();
  if (quietAfterMs === 0) return facts;
  const contentTypes = facts.contentTypes.map((one) =>
    one.newestMs === undefined || nowMs - one.newestMs <= quietAfterMs
      ? one
      : { ...one, longestPauseMs: ledger.longestPauseMs(one.contentType) },
  );
  return { ...facts, contentTypes };
}

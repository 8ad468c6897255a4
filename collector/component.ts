import type { Meter } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Clock } from "./clock.ts";
import type { ConfigSpec, ConfigProblem } from "./config/spec.ts";
import type { CollectorHealth } from "./health/collector-health.ts";
import type { Onboarding } from "./onboarding.ts";
import type { Fact, PreflightSettings } from "./preflight/fact.ts";
import type { InFlightBudget } from "./in-flight-budget.ts";
import type { Replay, ReplayRequest } from "./replayable.ts";
import type { LedgerOwner, Storage } from "./storage/storage.ts";
import type { Logger, ReportStatus } from "./telemetry.ts";

/** Accepts records. The returned promise is the acknowledgement and the backpressure. */
export interface LogsConsumer {
  /**
   * Resolves once every record is delivered, was dropped on purpose and counted, or was dead-lettered.
   * Records are immutable once handed over: to change one, pass a new object on.
   *
   * @throws {PermanentError} Only from exporters: these records (`rejected`, by index) would be refused again.
   * @throws {Error} Anything else: nothing is known to be delivered; the same records may come again.
   */
  consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void>;
}

/** Whatever the service starts and stops. */
export interface Component {
  /** Returns once background work is under way. Rejects only for what no waiting can mend (a port in use); bad credentials or an absent backend are states, not rejections. */
  start(): Promise<void>;
  /** Stops intake, settles what is held, frees resources. Idempotent; safe before start(); gives up when `signal` aborts. */
  shutdown(signal: AbortSignal): Promise<void>;
}

/** What the service hands to every component it makes. */
export interface Settings {
  /** As in YAML: "batch/small". */
  readonly id: string;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly reportStatus: ReportStatus;
  /** Uniform in [0, 1). Jitter and the like; a test passes a seeded one. */
  readonly random: () => number;
}

/** What a receiver gets on top: it keeps state. */
export interface ReceiverSettings extends Settings {
  readonly storage: Storage;
  /** What all receivers of the process share. Default: the receiver has one of its own. */
  readonly inFlight?: InFlightBudget;
}

/**
 * The way to one exporter of one pipeline, through that pipeline's processors. The receiver settles each branch by
 * itself: a dead backend holds up its own branch only, and only that branch is sent again.
 */
export interface Branch extends LogsConsumer {
  /** `<pipeline id>><exporter id>`, for example `logs>otlp_http/siem`: the name that settlements are stored under. */
  readonly name: string;
}

/** Signs the requests of an exporter in: what `auth::authenticator` names. */
export interface ClientAuthenticator {
  /**
   * What to send with the next request; names are lower case.
   *
   * @throws {CollectorError} When there is nothing to sign in with; its class says whether waiting may help.
   */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * The server answered 401 to a request with these headers.
   *
   * @returns Whether headers() can give others, so that trying once more at once makes sense.
   */
  refused(headers: Readonly<Record<string, string>>): boolean;
}

/** Something beside the pipelines, started before them and stopped after them. */
export interface Extension extends Component {
  /** For extensions that `auth::authenticator` can name. */
  readonly authenticator?: ClientAuthenticator;
}

/** What an extension gets on top: a look at the collector as a whole. */
export interface ExtensionSettings extends Settings {
  readonly health: () => CollectorHealth;
}

/** What an exporter gets on top. */
export interface ExporterSettings extends Settings {
  /** Of the extension that its `auth::authenticator` names. */
  readonly authenticator?: ClientAuthenticator;
}

interface FactoryBase<C> {
  /** The part before the slash of a component id in YAML. */
  readonly type: string;
  /** Other accepted spellings of `type`, for example `otlphttp`. */
  readonly aliases?: readonly string[];
  /** One sentence for `otel-o365 components`. */
  readonly description: string;
  readonly stability: "alpha" | "beta" | "stable";
  readonly config: ConfigSpec<C>;
  /** Offline checks beyond the schema (files exist, key fits certificate). Used by `validate`; never connects. */
  check?(config: C, nowMs: number): readonly ConfigProblem[];
  /**
   * Online checks for `otel-o365 check`, in the order in which one thing depends on the other; ends early where nothing
   * further can be told. What check() finds is told already. Throws nothing but the signal's reason: a failure is a fact.
   */
  preflight?(config: C, settings: PreflightSettings, signal: AbortSignal): AsyncIterable<Fact>;
}

/** What a receiver keeps in the ledger and how often: what `otel-o365 status` compares the ledger with. */
export interface LedgerUse {
  readonly owner: LedgerOwner;
  readonly contentTypes: readonly string[];
  readonly pollIntervalMs: number;
  readonly initialLookbackMs: number;
  /** A period counts as covered once it was listed this long after its end. */
  readonly relistMs: number;
}

/** Something that a receiver signs in with and that ends one day. */
export interface CredentialExpiry {
  /** Of the certificate. */
  readonly subject: string;
  /** As the configuration names it. */
  readonly file: string;
  readonly notAfterMs: number;
}

export interface ReceiverFactory<C> extends FactoryBase<C> {
  readonly kind: "receiver";
  /** Names the state that a receiver keeps in the storage. Two receivers with one state would settle each other's work: they are refused. */
  stateKey?(config: C): string;
  /** For receivers that `otel-o365 integrations` and `authorize` set up. */
  readonly onboarding?: Onboarding<C>;
  /** For receivers that keep a ledger. */
  ledgerUse?(config: C): LedgerUse;
  /** What it signs in with, as the files are now; what cannot be read is left out, because signing in says so. Called now and then while it runs. */
  expiries?(config: C, nowMs: number): readonly CredentialExpiry[];
  create(settings: ReceiverSettings, config: C, branches: readonly Branch[]): Component;
  /** For receivers that can deliver a second time: `otel-o365 replay`. The storage is one of its own, beside a running collector's. */
  createReplay?(settings: ReceiverSettings, config: C, branches: readonly Branch[], request: ReplayRequest): Replay;
}

export interface ProcessorFactory<C> extends FactoryBase<C> {
  readonly kind: "processor";
  create(settings: Settings, config: C, next: LogsConsumer): Component & LogsConsumer;
}

/** An exporter makes one attempt per consume() and says what happened; `collector/delivery/` does all retrying. */
export interface ExporterFactory<C> extends FactoryBase<C> {
  readonly kind: "exporter";
  /** The id of the extension that signs its requests in; undefined when none does. */
  authenticator?(config: C): string | undefined;
  create(settings: ExporterSettings, config: C): Component & LogsConsumer;
}

/** For what a collector has beside its pipelines: a health check, what signs requests in. */
export interface ExtensionFactory<C> extends FactoryBase<C> {
  readonly kind: "extension";
  /** Its extensions have an `authenticator`. */
  readonly authenticates?: boolean;
  create(settings: ExtensionSettings, config: C): Extension;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a registry holds factories of every configuration type
export type AnyFactory = ReceiverFactory<any> | ProcessorFactory<any> | ExporterFactory<any> | ExtensionFactory<any>;

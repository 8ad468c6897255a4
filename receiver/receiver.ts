import { ignoreAbort } from "../collector/clock.ts";
import type { Branch, Component, ReceiverSettings } from "../collector/component.ts";
import { codeOf, describeError } from "../collector/errors.ts";
import type { Ledger } from "../collector/storage/storage.ts";
import { backoffMs } from "./collection/backoff.ts";
import { collect } from "./collection/collect.ts";
import type { O365Config } from "./config.ts";

/** Settled blobs are forgotten this often. */
const MAINTENANCE_INTERVAL_MS = 3_600_000;

/**
 * The `o365` receiver: keeps a ledger of what the tenant's audit feed lists and of what every branch has acknowledged,
 * and works until the two are equal.
 */
export function createO365Receiver(
  settings: ReceiverSettings,
  config: O365Config,
  branches: readonly Branch[],
): Component {
  return new O365Receiver(settings, config, branches);
}

class O365Receiver implements Component {
  readonly #settings: ReceiverSettings;
  readonly #config: O365Config;
  readonly #branches: readonly Branch[];
  readonly #intake = new AbortController();
  readonly #delivery = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(settings: ReceiverSettings, config: O365Config, branches: readonly Branch[]) {
    this.#settings = settings;
    this.#config = config;
    this.#branches = branches;
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be opened. */
  start(): Promise<void> {
    const { storage, reportStatus } = this.#settings;
    const { cloud, tenantId, clientId } = this.#config;
    const ledger = storage.ledger({ cloud, tenantId, clientId });
    this.#openBranches(ledger);
    reportStatus({ status: "starting" });
    this.#running = Promise.all([this.#collect(ledger), this.#maintain(ledger)]);
    return Promise.resolve();
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    this.#intake.abort(new Error("The receiver is shutting down"));
    const giveUp = (): void => this.#delivery.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    await this.#running;
    signal.removeEventListener("abort", giveUp);
  }

  /** Collects until the intake ends. What no poller can work without (files, a certificate) is tried again until it is there. */
  async #collect(ledger: Ledger): Promise<void> {
    const { clock, random, reportStatus } = this.#settings;
    const signals = { intake: this.#intake.signal, delivery: this.#delivery.signal };
    for (let failures = 1; !signals.intake.aborted; failures += 1) {
      try {
        await collect(this.#settings, this.#config, this.#branches, ledger, signals);
      } catch (error) {
        reportStatus({ status: "permanent_error", message: describeError(error), ...codeOf(error) });
        await clock.sleep(backoffMs(this.#config.retry, failures, random), signals.intake).catch(ignoreAbort);
      }
    }
  }

  #openBranches(ledger: Ledger): void {
    const { clock, logger } = this.#settings;
    const names = this.#branches.map((branch) => branch.name);
    for (const { name, owedBlobs } of ledger.openBranches(names, clock.now() - this.#config.initialLookbackMs)) {
      logger.warn(
        "Pipeline or exporter gone from the configuration: what it had not delivered is not delivered to it any more",
        { branch: name, undelivered_blobs: owedBlobs },
      );
    }
  }

  async #maintain(ledger: Ledger): Promise<void> {
    const { clock, reportStatus } = this.#settings;
    while (!this.#intake.signal.aborted) {
      try {
        // Again, because the clock may have been ahead at the start: the branches would owe nothing from before that time.
        this.#openBranches(ledger);
        ledger.prune(clock.now());
        reportStatus({ aspect: "ledger", status: "ok" });
      } catch (error) {
        reportStatus({
          aspect: "ledger",
          status: "permanent_error",
          message: describeError(error),
          ...codeOf(error),
        });
      }
      await clock.sleep(MAINTENANCE_INTERVAL_MS, this.#intake.signal).catch(ignoreAbort);
    }
  }
}

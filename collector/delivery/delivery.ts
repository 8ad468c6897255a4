import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../component.ts";
import { UnderWay } from "../drain.ts";
import type { Persevering } from "../last-try.ts";
import { CollectorError, describeError, ErrorCode, PartialSuccessError } from "../errors.ts";
import { DeliveryMetrics } from "./delivery-metrics.ts";
import { DeliveryStatus } from "./delivery-status.ts";
import { Evidence } from "./evidence.ts";
import { Gate } from "./gate.ts";
import { isolate, isRefusal } from "./isolation.ts";
import { defaultDeliveryOptions, delayMs, type DeliveryOptions, holdMs, judge } from "./retry-policy.ts";
import { SetAside, type SetAsideOptions } from "./set-aside.ts";

type Options = SetAsideOptions;

/**
 * Puts delivery in front of an exporter, which makes one attempt per consume() and says what happened. Delivery repeats
 * the attempt until the backend has accepted the batch, except for records that it refuses for good: those are found by
 * halving and set aside in the dead-letter file. consume() resolves then, and rejects only with the reason of its signal
 * when that aborts, or with the reason of shutdown's signal when that runs out first.
 * Starts and shuts down the exporter with itself.
 *
 * @param settings Those of the exporter: its id, its status.
 */
export function createDelivery(
  settings: Settings,
  exporter: Component & LogsConsumer,
  options: Partial<DeliveryOptions> & Pick<SetAsideOptions, "deadLetters" | "onDeadLettered">,
): Component & LogsConsumer & Persevering {
  return new Delivery(settings, exporter, { ...defaultDeliveryOptions, ...options });
}

/** One batch on its way. Its identity stands for it in the status. */
interface Batch {
  /** Moment of its first refusal, or of the last trouble after that. What was accepted before says nothing about it. */
  refusedAt: number | undefined;
}

/** The attempts to have one group of records answered. */
interface Offer {
  /** Failures in a row while the backend accepted other batches. */
  ownFailures: number;
  /** `Gate.successes` at its last failure. */
  successesSeen: number | undefined;
  /** Whether the backend was failing when its last attempt began. */
  wasShut: boolean;
}

class Delivery implements Component, LogsConsumer, Persevering {
  readonly #settings: Settings;
  readonly #exporter: Component & LogsConsumer;
  readonly #options: Options;
  readonly #gate: Gate;
  readonly #evidence = new Evidence();
  readonly #status: DeliveryStatus;
  readonly #metrics: DeliveryMetrics;
  readonly #setAside: SetAside;
  readonly #underWay = new UnderWay();
  readonly #stop = new AbortController();
  #stopping: Promise<void> | undefined;
  #hurried = false;
  /** Of the last failure of the backend: whether that asked to wait. */
  #askedToWait = false;
  #failedSinceHurry = false;
  /** Batches that are held, because the backend refuses everything. */
  #held = 0;

  constructor(settings: Settings, exporter: Component & LogsConsumer, options: Options) {
    this.#settings = settings;
    this.#exporter = exporter;
    this.#options = options;
    this.#gate = new Gate(settings.clock);
    this.#status = new DeliveryStatus(settings.reportStatus);
    this.#metrics = new DeliveryMetrics(settings.meter, settings.id);
    this.#setAside = new SetAside(settings, options, this.#status, this.#metrics);
  }

  async start(): Promise<void> {
    await this.#exporter.start();
  }

  hurry(): void {
    this.#hurried = true;
    if (this.#gate.shut && !this.#askedToWait) this.#gate.hurry();
  }

  get inVain(): boolean {
    const allHeld = this.#held > 0 && this.#held === this.#underWay.size;
    return this.#hurried && (this.#failedSinceHurry || allHeld);
  }

  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) {
      throw new CollectorError(
        ErrorCode.unavailable,
        `Cannot deliver records to ${this.#settings.id}: it is shut down; send them again after the next start`,
      );
    }
    if (records.length === 0) return;
    this.#metrics.unacknowledged(records.length);
    try {
      await this.#underWay.track(this.#deliver(records, AbortSignal.any([signal, this.#stop.signal])));
    } finally {
      this.#metrics.unacknowledged(-records.length);
    }
  }

  /** Waits for the batches under way until `signal` aborts, gives back the rest with its reason, then stops the exporter. */
  async shutdown(signal: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#stop.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      this.#stopping ??= this.#shutdown();
      await this.#stopping;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #shutdown(): Promise<void> {
    await this.#underWay.drain(this.#stop.signal);
    this.#setAside.flush();
    await this.#exporter.shutdown(this.#stop.signal);
  }

  async #deliver(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    const batch: Batch = { refusedAt: undefined };
    try {
      const refused = await isolate(records, {
        offer: (group) => this.#offer(batch, group, signal),
        isTrusted: () =>
          this.#options.trustsRefusals || (batch.refusedAt !== undefined && this.#evidence.since(batch.refusedAt)),
        hold: (error) => this.#hold(batch, error, signal),
      });
      await this.#setAside.refused(batch, refused, signal);
      this.#status.batchSettled(batch);
    } catch (error) {
      this.#status.batchGivenBack(batch);
      throw error;
    }
  }

  /** Makes attempts until the backend answers about these records. Returns why it refuses them for good, undefined when it has them. */
  async #offer(
    batch: Batch,
    records: readonly ReadableLogRecord[],
    signal: AbortSignal,
  ): Promise<CollectorError | undefined> {
    const offer: Offer = { ownFailures: 0, successesSeen: undefined, wasShut: false };
    for (;;) {
      const epoch = await this.#gate.enter(signal);
      const began = this.#evidence.mark();
      offer.wasShut = this.#gate.shut;
      const error = await this.#attempt(records, signal);
      if (error === undefined) {
        this.#accepted(records.length, epoch, began);
        return undefined;
      }
      if (isRefusal(error, records)) {
        this.#refused(batch, epoch, error);
        return error;
      }
      if (error instanceof PartialSuccessError) {
        this.#accepted(records.length - error.rejectedCount, epoch, began);
        await this.#setAside.partial(batch, records, error, signal);
        return undefined;
      }
      if (signal.aborted) {
        this.#gate.left();
        signal.throwIfAborted();
      }
      const pauseMs = this.#failed(batch, offer, epoch, error);
      if (pauseMs > 0) await this.#settings.clock.sleep(pauseMs, signal);
    }
  }

  /** Returns what the exporter threw, undefined when it succeeded. */
  async #attempt(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<unknown> {
    try {
      await this.#exporter.consume(records, signal);
      return undefined;
    } catch (error) {
      return error ?? new Error("no reason given");
    }
  }

  #accepted(records: number, epoch: number, began: number): void {
    this.#failedSinceHurry = false;
    this.#metrics.accepted(records);
    this.#evidence.accepted(began);
    this.#gate.succeeded(epoch);
    if (!this.#gate.shut) this.#status.backendWorks();
  }

  /** Refused, so the backend is there; whether it is the right one, isolation finds out. */
  #refused(batch: Batch, epoch: number, error: CollectorError): void {
    this.#metrics.attemptFailed(error.code);
    batch.refusedAt ??= this.#evidence.mark();
    this.#failedSinceHurry = false;
    this.#gate.succeeded(epoch);
  }

  /** Returns milliseconds for these records to wait on top of the gate. */
  #failed(batch: Batch, offer: Offer, epoch: number, error: unknown): number {
    const { random } = this.#settings;
    const verdict = judge(error);
    const message = describeError(error);
    this.#metrics.attemptFailed(verdict.code);
    // A backend that comes back may be set up differently: what it accepted before says nothing about the refusals after.
    if (batch.refusedAt !== undefined) batch.refusedAt = this.#evidence.mark();
    const othersPass = offer.successesSeen !== undefined && offer.successesSeen !== this.#gate.successes;
    offer.successesSeen = this.#gate.successes;
    if (othersPass && !this.#gate.shut && verdict.retryAfterMs === undefined) {
      // Only these records fail again and again: they must not hold up the others.
      offer.ownFailures += 1;
      this.#status.batchFailed(batch, verdict, message);
      this.#gate.left();
      return delayMs(verdict, offer.ownFailures, this.#options, random);
    }
    this.#askedToWait = verdict.retryAfterMs !== undefined;
    this.#gate.failed(epoch, (failures) => delayMs(verdict, failures, this.#options, random));
    if (this.#gate.shut) this.#status.backendFailed(verdict, message);
    // The failure of a backend that worked until now may pass: that one is tried again first, unless somebody has to mend it.
    if (this.#hurried && (offer.wasShut || verdict.pace === "hold")) this.#failedSinceHurry = true;
    return 0;
  }

  async #hold(batch: Batch, error: CollectorError, signal: AbortSignal): Promise<void> {
    const message =
      `Cannot deliver records to ${this.#settings.id}: the backend refuses them and has accepted nothing else since; ` +
      `look for a mistake in its configuration or in the exporter's, for nothing is set aside until it accepts something: ${describeError(error)}`;
    this.#status.batchFailed(batch, { status: "permanent_error", code: error.code }, message);
    if (!this.#gate.shut) this.#status.backendWorks();
    this.#held += 1;
    try {
      await this.#settings.clock.sleep(holdMs(this.#options, this.#settings.random), signal);
    } finally {
      this.#held -= 1;
    }
  }
}

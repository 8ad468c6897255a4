import { type Attributes, createNoopMeter, type Meter } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { systemClock } from "../clock.ts";
import type { Component, LogsConsumer, ProcessorFactory } from "../component.ts";
import type { Logger } from "../telemetry.ts";
import { type Amount, Tally } from "./tally.ts";

const never = new AbortController().signal;

/** One filter of a configuration, or one that is thought of. */
export interface TrialFilter {
  readonly id: string;
  readonly factory: Pick<ProcessorFactory<unknown>, "create">;
  readonly config: unknown;
}

/** Runs a processor on records that go nowhere, and sees what it drops and by which rule. */
export class FilterTrial {
  readonly id: string;
  readonly dropped: Tally = new Tally();
  /** Records that a rule could not be applied to, by rule. */
  readonly failed: Tally = new Tally();
  readonly #processor: Component & LogsConsumer;
  #passed = false;
  #rule = "";
  #failedRule: string | undefined;

  constructor(filter: TrialFilter, logger: Logger) {
    this.id = filter.id;
    const settings = {
      id: filter.id,
      logger,
      meter: this.#meter(),
      clock: systemClock,
      reportStatus: () => {},
      random: Math.random,
    };
    const next: LogsConsumer = {
      consume: async () => {
        this.#passed = true;
      },
    };
    this.#processor = filter.factory.create(settings, filter.config, next);
  }

  async start(): Promise<void> {
    await this.#processor.start();
  }

  /** One at a time: what a counter says then is about this record. */
  async offer(record: ReadableLogRecord, bytes: number): Promise<void> {
    this.#passed = false;
    this.#rule = "";
    this.#failedRule = undefined;
    await this.#processor.consume([record], never);
    if (!this.#passed) this.dropped.add(this.#rule, bytes);
    if (this.#failedRule !== undefined) this.failed.add(this.#failedRule, bytes);
  }

  async stop(): Promise<void> {
    await this.#processor.shutdown(never);
  }

  get total(): Amount {
    return this.dropped.total;
  }

  #meter(): Meter {
    const noop = createNoopMeter();
    const counter = (name: string): { add: (value: number, attributes?: Attributes) => void } => ({
      add: (_value, attributes) => {
        const rule = attributes?.["rule"];
        if (typeof rule !== "string") return;
        if (name.endsWith("failed_conditions")) this.#failedRule = rule;
        else this.#rule = rule;
      },
    });
    return new Proxy(noop, {
      get: (target, key) => (key === "createCounter" ? counter : Reflect.get(target, key)),
    });
  }
}

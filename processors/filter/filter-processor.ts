import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { describeEvaluation } from "../../collector/cel/expression.ts";
import { RecordView } from "../../collector/cel/record-view.ts";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { isCollectorEvent } from "../../collector/record.ts";
import type { FilterConfig, FilterRule, Verdict } from "./config.ts";
import { FilterMetrics } from "./filter-metrics.ts";

/** The name that drops are counted under when no rule decided. */
const DEFAULT = "default";

/** Keeps or drops each record by the first rule whose condition holds. Nothing is held here. */
export class FilterProcessor implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #config: FilterConfig;
  readonly #next: LogsConsumer;
  readonly #metrics: FilterMetrics;
  readonly #failedRules = new Set<string>();
  #view: RecordView | undefined;

  constructor(settings: Settings, config: FilterConfig, next: LogsConsumer) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#metrics = new FilterMetrics(settings.meter, settings.id);
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Settles as the next consumer does. Drops are counted once those that were kept are settled: a batch that fails comes again. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const dropped = new Map<string, number>();
    const kept = records.filter((record) => this.#isKept(record, dropped));
    if (kept.length > 0) await this.#next.consume(kept, signal);
    for (const [rule, count] of dropped) this.#metrics.dropped(rule, count);
  }

  #isKept(record: ReadableLogRecord, dropped: Map<string, number>): boolean {
    if (isCollectorEvent(record)) return true;
    const { verdict, rule } = this.#judge(record);
    if (verdict === "drop") dropped.set(rule, (dropped.get(rule) ?? 0) + 1);
    return verdict === "keep";
  }

  #judge(record: ReadableLogRecord): { readonly verdict: Verdict; readonly rule: string } {
    const view = (this.#view ??= new RecordView(record)).show(record);
    for (const rule of this.#config.rules) {
      try {
        if (rule.condition.matches(view)) return { verdict: rule.verdict, rule: rule.name };
      } catch (error) {
        this.#failed(rule, error);
        return { verdict: "keep", rule: rule.name };
      }
    }
    return { verdict: this.#config.fallback, rule: DEFAULT };
  }

  /** Logged once per rule: what fails on one record often fails on all of its kind. */
  #failed(rule: FilterRule, error: unknown): void {
    this.#metrics.failed(rule.name);
    if (this.#failedRules.has(rule.name)) return;
    this.#failedRules.add(rule.name);
    this.#settings.logger.warn("Cannot apply a filter rule to a record, which is kept; check types in the condition", {
      rule: rule.name,
      condition: rule.condition.text,
      error: describeEvaluation(error),
    });
  }
}

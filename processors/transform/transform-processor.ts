import type { Counter } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { describeEvaluation } from "../../collector/cel/expression.ts";
import { RecordView } from "../../collector/cel/record-view.ts";
import { fromCel, toCel } from "../../collector/cel/values.ts";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { isCollectorEvent } from "../../collector/record.ts";
import { isBranch, scalarText } from "../../collector/record-body.ts";
import type { Action, TransformConfig } from "./config.ts";
import { Draft, ResourceCache } from "./draft.ts";

/** Changes every record by the actions and passes the batch on. */
export class TransformProcessor implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #actions: readonly Action[];
  readonly #next: LogsConsumer;
  readonly #failed: Counter;
  readonly #failedActions = new Set<string>();
  readonly #resources = new ResourceCache();
  #view: RecordView | undefined;

  constructor(settings: Settings, config: TransformConfig, next: LogsConsumer) {
    this.#settings = settings;
    this.#actions = config.actions;
    this.#next = next;
    this.#failed = settings.meter.createCounter("otel_o365_processor_transform_failed_actions", {
      unit: "{record}",
      description: "Log records that an action could not be applied to; they pass on without it",
    });
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Settles as the next consumer does: nothing is held here, and nothing is dropped. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#next.consume(
      records.map((record) => this.#transform(record)),
      signal,
    );
  }

  #transform(record: ReadableLogRecord): ReadableLogRecord {
    if (isCollectorEvent(record)) return record;
    const draft = new Draft(record, this.#resources);
    const view = (this.#view ??= new RecordView(record));
    for (const action of this.#actions) {
      try {
        apply(action, draft, view.show(draft.record));
      } catch (error) {
        this.#report(action, error);
      }
    }
    return draft.record;
  }

  /** Logged once per action: what fails on one record often fails on all of its kind. */
  #report({ name }: Action, error: unknown): void {
    this.#failed.add(1, { processor: this.#settings.id, action: name });
    if (this.#failedActions.has(name)) return;
    this.#failedActions.add(name);
    this.#settings.logger.warn(
      "Cannot apply an action to a record, which passes on without it; check types, or add a condition with when",
      { action: name, error: describeEvaluation(error) },
    );
  }
}

function apply(action: Action, draft: Draft, view: RecordView): void {
  if (action.when?.matches(view) === false) return;
  if (action.kind === "set") {
    const value = action.value.value(view);
    if (value !== undefined) draft.write(action.target, value);
    return;
  }
  const current = draft.read(action.target);
  if (current === undefined) return;
  switch (action.kind) {
    case "delete":
      draft.write(action.target, undefined);
      return;
    case "rename":
      draft.write(action.to, fromCel(toCel(current)));
      draft.write(action.target, undefined);
      return;
    case "hash":
      draft.write(action.target, action.hash(textOf(current)));
      return;
    case "truncate":
      if (typeof current === "string" && current.length > action.maxLength) {
        draft.write(action.target, cut(current, action.maxLength));
      }
  }
}

function textOf(value: unknown): string {
  return scalarText(value) ?? (isBranch(value) ? JSON.stringify(value) : "");
}

/** Never ends in half a character. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { z } from "zod";
import type {
  Branch,
  Component,
  ExporterFactory,
  ExtensionFactory,
  LogsConsumer,
  ProcessorFactory,
  ReceiverFactory,
  Settings,
} from "../../collector/component.ts";

/** What a fake component does differently from ending well at once. */
export interface Behaviour {
  readonly create?: (settings: Settings) => void;
  readonly start?: (settings: Settings) => Promise<void> | void;
  readonly shutdown?: (signal: AbortSignal) => Promise<void> | void;
  readonly consume?: (records: readonly ReadableLogRecord[]) => Promise<void> | void;
}

/** Factories that write down every call as `<what> <id>`, plus `@<branch>` for processors. */
export class FakeComponents {
  readonly calls: string[] = [];
  /** By receiver id. */
  readonly branches: Map<string, readonly Branch[]> = new Map();
  readonly settings: Map<string, Settings> = new Map();
  readonly #behaviour: Readonly<Record<string, Behaviour>>;

  /** @param behaviour By component id. */
  constructor(behaviour: Readonly<Record<string, Behaviour>> = {}) {
    this.#behaviour = behaviour;
  }

  readonly receiver: ReceiverFactory<unknown> = {
    ...common("fake receiver"),
    kind: "receiver",
    create: (settings, _config, branches) => {
      this.branches.set(settings.id, branches);
      return this.#component(settings);
    },
  };

  readonly processor: ProcessorFactory<unknown> = {
    ...common("fake processor"),
    kind: "processor",
    create: (settings, _config, next) => this.#consumer(settings, (records, signal) => next.consume(records, signal)),
  };

  readonly exporter: ExporterFactory<unknown> = {
    ...common("fake exporter"),
    kind: "exporter",
    create: (settings) => this.#consumer(settings, async () => {}),
  };

  readonly extension: ExtensionFactory<unknown> = {
    ...common("fake extension"),
    kind: "extension",
    create: (settings) => this.#component(settings),
  };

  #component(settings: Settings): Component {
    const behaviour = this.#behaviour[settings.id] ?? {};
    this.calls.push(`create ${settings.id}`);
    this.settings.set(settings.id, settings);
    behaviour.create?.(settings);
    return {
      start: async () => {
        this.calls.push(`start ${settings.id}`);
        await behaviour.start?.(settings);
      },
      shutdown: async (signal) => {
        this.calls.push(`shutdown ${settings.id}`);
        await behaviour.shutdown?.(signal);
      },
    };
  }

  #consumer(settings: Settings, pass: LogsConsumer["consume"]): Component & LogsConsumer {
    return {
      ...this.#component(settings),
      consume: async (records, signal) => {
        this.calls.push(`consume ${settings.id}`);
        await this.#behaviour[settings.id]?.consume?.(records);
        await pass(records, signal);
      },
    };
  }
}

function common(description: string): {
  readonly type: string;
  readonly description: string;
  readonly stability: "beta";
  readonly config: z.ZodType;
} {
  return { type: "fake", description, stability: "beta", config: z.strictObject({}) };
}

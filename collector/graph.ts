import type {
  AnyFactory,
  Branch,
  ClientAuthenticator,
  Component,
  ExtensionSettings,
  LogsConsumer,
  Settings,
} from "./component.ts";
import type { CollectorConfig, PipelineConfig } from "./config/model.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";
import type { InFlightBudget } from "./in-flight-budget.ts";
import { counted } from "./counted.ts";
import { findSharedState } from "./shared-state.ts";
import type { Storage } from "./storage/storage.ts";

/** The part of a configuration that says what is connected to what. Ids in pipelines are keys of the maps. */
export type GraphConfig = Pick<CollectorConfig, "receivers" | "processors" | "exporters" | "pipelines"> &
  Partial<Pick<CollectorConfig, "extensions">>;

/** One instance in the graph. Exporters and receivers exist once per id, processors once per id and branch. */
export interface GraphNode {
  readonly kind: AnyFactory["kind"];
  readonly id: string;
  readonly branch: string | undefined;
  readonly component: Component;
}

/** What was built, so that it can be started from the end of the flow and stopped from its beginning. */
export interface Graph {
  readonly extensions: readonly GraphNode[];
  readonly exporters: readonly GraphNode[];
  /** Per branch, in the order the records flow. */
  readonly chains: readonly (readonly GraphNode[])[];
  readonly receivers: readonly GraphNode[];
  /** The branches that each receiver feeds, by its id. */
  readonly branches: ReadonlyMap<string, readonly Branch[]>;
}

/** What the graph takes from its surroundings. */
export interface GraphContext {
  settings(kind: GraphNode["kind"], id: string, branch?: string): Settings;
  /** What extensions see of the whole. */
  readonly health: ExtensionSettings["health"];
  /** Called at most once, and only when there is a receiver. */
  storage(): Storage;
  /** What may be in flight, for so many shares: one for each branch of each receiver. Called at most once, and only when there is a receiver. */
  inFlight(shares: number): InFlightBudget;
  /** Stands in front of every exporter and does all retrying. */
  deliver(settings: Settings, exporter: Component & LogsConsumer): Component & LogsConsumer;
  /** Told of what is on its way on a branch; settles as `work` does. Default: nobody wants to know. */
  track?<T>(branch: string, exporter: string, work: Promise<T>): Promise<T>;
  /** Told about every instance at once when it exists, so that a later failure leaves none behind. */
  created(node: GraphNode): void;
}

/** Name of the branch from a pipeline to one of its exporters. Settlements are stored under it. */
export function branchName(pipeline: string, exporter: string): string {
  return `${pipeline}>${exporter}`;
}

/**
 * Makes every extension, then every component that a pipeline names, and connects them, from the exporters backwards.
 * Nothing is started.
 *
 * @throws {CollectorError} When a factory fails; its message names the component.
 */
export function buildGraph(config: GraphConfig, context: GraphContext): Graph {
  const [shared] = findSharedState(config.receivers);
  if (shared !== undefined) {
    const { id, message } = shared;
    throw new CollectorError(ErrorCode.config, `Cannot create receiver "${id}": it ${message}`);
  }
  const builder = new Builder(config, context);
  const extensions = builder.extensions();
  const branches = config.pipelines.flatMap((pipeline) =>
    pipeline.exporters.map((exporter) => ({ pipeline, ...builder.branch(pipeline, exporter) })),
  );
  const receiverIds = new Set(config.pipelines.flatMap((pipeline) => pipeline.receivers));
  const fed = new Map(
    [...receiverIds].map((id) => [
      id,
      branches.filter(({ pipeline }) => pipeline.receivers.includes(id)).map(({ branch }) => branch),
    ]),
  );
  const receivers = fed.size > 0 ? builder.receivers(fed) : [];
  const chains = branches.map(({ chain }) => chain);
  return { extensions, exporters: builder.exporters(), chains, receivers, branches: fed };
}

class Builder {
  readonly #config: GraphConfig;
  readonly #context: GraphContext;
  readonly #exporters = new Map<string, { readonly node: GraphNode; readonly consumer: LogsConsumer }>();
  readonly #authenticators = new Map<string, ClientAuthenticator>();

  constructor(config: GraphConfig, context: GraphContext) {
    this.#config = config;
    this.#context = context;
  }

  extensions(): readonly GraphNode[] {
    return [...(this.#config.extensions ?? [])].map(([id, { factory, config }]) => {
      const settings = { ...this.#context.settings("extension", id), health: this.#context.health };
      const component = create("extension", id, () => factory.create(settings, config));
      if (component.authenticator !== undefined) this.#authenticators.set(id, component.authenticator);
      return this.#add({ kind: "extension", id, branch: undefined, component });
    });
  }

  exporters(): readonly GraphNode[] {
    return [...this.#exporters.values()].map(({ node }) => node);
  }

  /** The way from a pipeline's head to one exporter. What goes in and out of each processor is counted as the Collector does. */
  branch(
    pipeline: PipelineConfig,
    exporterId: string,
  ): { readonly branch: Branch; readonly chain: readonly GraphNode[] } {
    const name = branchName(pipeline.id, exporterId);
    const chain: GraphNode[] = [];
    let next: LogsConsumer = this.#exporter(exporterId);
    for (const id of pipeline.processors.toReversed()) {
      const { factory, config } = find(this.#config.processors, "processor", id);
      const settings = this.#context.settings("processor", id, name);
      const attributes = { processor: id, branch: name, "otel.signal": "logs" };
      const after = counted(next, settings.meter, "otelcol_processor_outgoing_items", attributes);
      const processor = create("processor", id, () => factory.create(settings, config, after));
      chain.unshift(this.#add({ kind: "processor", id, branch: name, component: processor }));
      next = counted(processor, settings.meter, "otelcol_processor_incoming_items", attributes);
    }
    const head = next;
    const consume: LogsConsumer["consume"] = (records, signal) => {
      const work = head.consume(records, signal);
      return this.#context.track?.(name, exporterId, work) ?? work;
    };
    return { branch: { name, consume }, chain };
  }

  /** @param fed By receiver, the branches that it feeds. */
  receivers(fed: ReadonlyMap<string, readonly Branch[]>): readonly GraphNode[] {
    const storage = this.#context.storage();
    const inFlight = this.#context.inFlight([...fed.values()].reduce((sum, { length }) => sum + length, 0));
    return [...fed].map(([id, branches]) => {
      const { factory, config } = find(this.#config.receivers, "receiver", id);
      const settings = { ...this.#context.settings("receiver", id), storage, inFlight };
      const component = create("receiver", id, () => factory.create(settings, config, branches));
      return this.#add({ kind: "receiver", id, branch: undefined, component });
    });
  }

  #exporter(id: string): LogsConsumer {
    const known = this.#exporters.get(id);
    if (known !== undefined) return known.consumer;
    const { factory, config } = find(this.#config.exporters, "exporter", id);
    const settings = this.#context.settings("exporter", id);
    const consumer = create("exporter", id, () => {
      const authenticator = this.#authenticator(factory.authenticator?.(config));
      const own = authenticator === undefined ? settings : { ...settings, authenticator };
      return this.#context.deliver(settings, factory.create(own, config));
    });
    const node = this.#add({ kind: "exporter", id, branch: undefined, component: consumer });
    this.#exporters.set(id, { node, consumer });
    return consumer;
  }

  #authenticator(id: string | undefined): ClientAuthenticator | undefined {
    if (id === undefined) return undefined;
    const found = this.#authenticators.get(id);
    if (found !== undefined) return found;
    throw new CollectorError(
      ErrorCode.config,
      `it signs in with "${id}", which is no extension that runs and signs in; add it to service::extensions`,
    );
  }

  #add(node: GraphNode): GraphNode {
    this.#context.created(node);
    return node;
  }
}

function find<T>(map: ReadonlyMap<string, T>, kind: GraphNode["kind"], id: string): T {
  const found = map.get(id);
  if (found === undefined) throw failure("create", kind, id, new TypeError("a pipeline names it, nothing defines it"));
  return found;
}

function create<T>(kind: GraphNode["kind"], id: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw failure("create", kind, id, error);
  }
}

/** The error of a component, with its name in front and the code of its cause. */
export function failure(
  action: "create" | "start",
  kind: GraphNode["kind"],
  id: string,
  cause: unknown,
): CollectorError {
  const code = cause instanceof CollectorError ? cause.code : ErrorCode.internal;
  return new CollectorError(code, `Cannot ${action} ${kind} "${id}": ${describeError(cause)}`, { cause });
}

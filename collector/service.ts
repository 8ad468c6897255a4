import { metrics, type Meter } from "@opentelemetry/api";
import { systemClock, type Clock } from "./clock.ts";
import type { Component, LogsConsumer, Settings } from "./component.ts";
import { formatDuration } from "./config/fields.ts";
import type { CollectorConfig } from "./config/model.ts";
import { Deadline } from "./deadline.ts";
import type { OnDeadLettered } from "./delivery/set-aside.ts";
import { summedUp } from "./delivery/summed-up.ts";
import { buildGraph, failure, type Graph, type GraphConfig, type GraphContext, type GraphNode } from "./graph.ts";
import { type CollectorHealth, collectorHealth, type Phase } from "./health/collector-health.ts";
import { HealthMonitor } from "./health/monitor.ts";
import { defaultThresholds } from "./health/thresholds.ts";
import { InFlightBudget } from "./in-flight-budget.ts";
import { LastTry } from "./last-try.ts";
import { startOrder, type Stoppable, stopOrder } from "./start-stop-order.ts";
import { conditionsOf, StatusBoard, type StatusEntry } from "./status.ts";
import type { Storage } from "./storage/storage.ts";
import type { Logger } from "./telemetry.ts";
import { watchedIntegrations } from "./watched-integrations.ts";

/** What the service needs to know of a configuration. */
export type ServiceConfig = GraphConfig &
  Pick<CollectorConfig, "storage" | "shutdownTimeoutMs" | "maxInFlightBytes"> & {
    /** Default: that of a configuration which does not say. */
    readonly health?: CollectorConfig["health"];
  };

/** What the service works with. */
export interface ServiceContext {
  readonly logger: Logger;
  /** Stands in front of every exporter and does all retrying. */
  readonly deliver: (
    settings: Settings,
    exporter: Component & LogsConsumer,
    onDeadLettered: OnDeadLettered,
  ) => Component & LogsConsumer;
  /** Opened only when there is a receiver. */
  readonly openStorage: (directory: string) => Storage;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Default: the meter of the global meter provider. */
  readonly meter?: Meter;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

/** Every component of a configuration, from start to stop. Runs once. */
export class Service {
  readonly #config: ServiceConfig;
  readonly #context: ServiceContext;
  readonly #clock: Clock;
  readonly #board: StatusBoard;
  readonly #lastTry: LastTry;
  readonly #created: GraphNode[] = [];
  #storage: Storage | undefined;
  #monitor: HealthMonitor | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<boolean> | undefined;
  #phase: Phase = "starting";
  #startedMs = 0;

  constructor(config: ServiceConfig, context: ServiceContext) {
    this.#config = config;
    this.#context = context;
    this.#clock = context.clock ?? systemClock;
    this.#lastTry = new LastTry(this.#clock);
    this.#board = new StatusBoard(
      () => this.#clock.now(),
      () => this.#monitor?.wake(),
    );
  }

  /**
   * Opens the storage, makes every component, and starts extensions first, then exporters, processors and receivers. When one of
   * them fails, whatever was made is shut down again. After shutdown() it does nothing.
   *
   * @throws {CollectorError} When the storage cannot be opened, or a component cannot be made or started (its name is in the message).
   */
  start(): Promise<void> {
    this.#starting ??= this.#stopping === undefined ? this.#start() : Promise.resolve();
    return this.#starting;
  }

  /**
   * Stops receivers first, then processors, exporters and extensions, all under one deadline, and closes the storage. Idempotent.
   *
   * @returns True when everything settled in time. What did not is collected again after the next start.
   */
  shutdown(): Promise<boolean> {
    this.#stopping ??= this.#shutdown();
    return this.#stopping;
  }

  /** Whether it does what it is there for, by the judgement of `otel-o365 status`. */
  health(): CollectorHealth {
    return collectorHealth({
      phase: this.#phase,
      startedMs: this.#startedMs,
      nowMs: this.#clock.now(),
      looks: this.#monitor?.looks(),
      statuses: this.#board.entries(),
      receivers: [...this.#config.receivers.keys()],
    });
  }

  /** How every part of every component is. */
  statuses(): readonly StatusEntry[] {
    return this.#board.entries();
  }

  async #start(): Promise<void> {
    const { logger } = this.#context;
    this.#startedMs = this.#clock.now();
    try {
      const graph = buildGraph(this.#config, this.#graphContext());
      for (const node of startOrder(graph)) {
        if (this.#stopping !== undefined) return;
        await start(node);
      }
      await this.#watch(graph);
      this.#phase = "running";
    } catch (error) {
      const deadline = new Deadline(this.#clock, this.#config.shutdownTimeoutMs);
      await this.#release(deadline, "failed");
      throw error;
    }
    logger.info("Started", {
      pipelines: this.#config.pipelines.map(({ id }) => id),
      receivers: count(this.#created, "receiver"),
      exporters: count(this.#created, "exporter"),
    });
  }

  async #shutdown(): Promise<boolean> {
    const { logger } = this.#context;
    const startedMs = this.#clock.now();
    this.#phase = "stopping";
    logger.info("Stopping; a second signal ends it at once, without loss", {
      timeout: formatDuration(this.#config.shutdownTimeoutMs),
    });
    const deadline = new Deadline(this.#clock, this.#config.shutdownTimeoutMs);
    // A start that is under way ends after the component it is at. Its failure is what start() reports.
    const started = this.#starting?.catch(() => {}) ?? Promise.resolve();
    await deadline.within(started);
    void this.#endWhenInVain(deadline);
    const settled = await this.#release(deadline, "stopped");
    const took = formatDuration(this.#clock.now() - startedMs);
    if (settled) logger.info("Stopped", { took });
    else
      logger.warn("Stopped before everything was settled; the rest is collected again after the next start", { took });
    return settled;
  }

  /** Whoever stops a collector whose backend is dead is not to wait for the deadline: all of it is owed, and comes again. */
  async #endWhenInVain(deadline: Deadline): Promise<void> {
    const branches = await this.#lastTry.run(AbortSignal.any([deadline.signal, deadline.ended]));
    if (branches.length === 0) return;
    this.#context.logger.warn("Not waiting any longer: what is owed was offered once more, in vain", { branches });
    deadline.pass();
  }

  /** Shuts down what exists, in the order the records flow, and closes the storage last. */
  async #release(deadline: Deadline, ending: "stopped" | "failed"): Promise<boolean> {
    let settled = true;
    for (const tier of stopOrder(this.#created.splice(0), this.#monitor)) {
      const outcomes = await Promise.all(tier.map((nodes) => this.#stop(nodes, deadline)));
      settled &&= outcomes.every(Boolean);
    }
    deadline.end();
    return this.#closeStorage(ending) && settled;
  }

  /** Watches over every receiver that keeps a ledger, and feeds what it sees to the receiver's branches. */
  async #watch(graph: Graph): Promise<void> {
    if (this.#storage === undefined) return;
    const integrations = watchedIntegrations(this.#config, graph, (id) => this.#settings(id, undefined));
    if (integrations.length === 0) return;
    const { meter, reportStatus } = this.#settings("health", undefined);
    const monitor = new HealthMonitor({
      integrations,
      storage: this.#storage,
      conditions: () => conditionsOf(this.#board.entries()),
      thresholds: this.#config.health ?? defaultThresholds,
      clock: this.#clock,
      meter,
      reportStatus,
    });
    await monitor.start();
    this.#monitor = monitor;
  }

  /** Stops nodes one after the other: true when all settled in time. One that fails or hangs does not keep the next one running. */
  async #stop(nodes: readonly Stoppable[], deadline: Deadline): Promise<boolean> {
    let settled = true;
    for (const { kind, id, branch, component } of nodes) {
      const fields = { component: id, kind, ...(branch === undefined ? {} : { branch }) };
      try {
        const isLate = deadline.signal.aborted;
        const inTime = await deadline.within(component.shutdown(deadline.signal));
        // What is stopped after the deadline had no chance: the line is for the one that used the time up.
        if (!inTime && !isLate) this.#context.logger.warn("Not settled before the shutdown deadline", fields);
        settled &&= inTime;
      } catch (error) {
        this.#context.logger.error("Shutdown failed", { ...fields, error });
        settled = false;
      }
    }
    return settled;
  }

  /** For `status`. The files are what counts: a count that cannot be written is no reason to hold anything up. */
  #countDeadLetters({ id, logger }: Settings, ...[records, reason]: Parameters<OnDeadLettered>): void {
    try {
      this.#storage?.countDeadLetters(summedUp(records, id, reason), this.#clock.now());
    } catch (error) {
      logger.warn("Dead letters not counted in the ledger", { records: records.length, error });
    }
  }

  #openStorage(): Storage {
    const { directory } = this.#config.storage;
    const storage = this.#context.openStorage(directory);
    if (storage.ledgerWasLost) {
      this.#context.logger.warn("Ledger was lost and is begun anew", {
        directory,
        remedy:
          "initial_lookback is collected again, and what was owed from before it is not: to have it, stop the collector, restore a backup, or take the new ledger away and start once with initial_lookback: 7d",
      });
    }
    return storage;
  }

  #closeStorage(ending: "stopped" | "failed"): boolean {
    try {
      this.#storage?.close(ending, this.#clock.now());
      return true;
    } catch (error) {
      this.#context.logger.error("Storage not closed", { directory: this.#config.storage.directory, error });
      return false;
    } finally {
      this.#storage = undefined;
    }
  }

  #graphContext(): GraphContext {
    return {
      settings: (_kind, id, branch) => this.#settings(id, branch),
      health: () => this.health(),
      storage: () => (this.#storage ??= this.#openStorage()),
      inFlight: (shares) => new InFlightBudget(this.#config.maxInFlightBytes, shares),
      deliver: (settings, exporter) => {
        const delivery = this.#context.deliver(settings, exporter, (records, reason) => {
          this.#countDeadLetters(settings, records, reason);
        });
        this.#lastTry.watch(settings.id, delivery);
        return delivery;
      },
      track: (branch, exporter, work) => this.#lastTry.track(branch, exporter, work),
      created: (node) => this.#created.push(node),
    };
  }

  #settings(id: string, branch: string | undefined): Settings {
    const owner = { component: id, ...(branch === undefined ? {} : { branch }) };
    const logger = this.#context.logger.with(owner);
    return {
      id,
      logger,
      meter: this.#context.meter ?? metrics.getMeter("otel-o365"),
      clock: this.#clock,
      reportStatus: this.#board.reporter(owner, logger),
      random: this.#context.random ?? Math.random,
    };
  }
}

async function start({ kind, id, component }: GraphNode): Promise<void> {
  try {
    await component.start();
  } catch (error) {
    throw failure("start", kind, id, error);
  }
}

function count(nodes: readonly GraphNode[], kind: GraphNode["kind"]): number {
  return nodes.filter((node) => node.kind === kind).length;
}

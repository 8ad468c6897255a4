import { z } from "zod";
import type { Branch, ReceiverSettings } from "../component.ts";
import type { CollectorConfig, ConfiguredComponent } from "../config/model.ts";
import type { FactoryOf } from "../config/registry.ts";
import { createDelivery } from "../delivery/delivery.ts";
import type { GraphConfig } from "../graph.ts";
import type { Replay } from "../replayable.ts";
import { Service, type ServiceContext } from "../service.ts";
import type { Logger } from "../telemetry.ts";
import { countingMeter, type CountingMeter } from "./counting-meter.ts";

/** Makes what takes the place of a receiver. */
export type MakeReplay<R extends Replay = Replay> = (settings: ReceiverSettings, branches: readonly Branch[]) => R;

/** Everything between the sources of a replay and its exporters, and what is known of it from outside. */
export interface ReplayRun {
  readonly service: Service;
  readonly counters: CountingMeter;
  /** By the id of what they take the place of; empty before the start. */
  readonly replays: ReadonlyMap<string, Replay>;
}

export interface ReplayRunOptions {
  readonly config: Pick<
    CollectorConfig,
    "processors" | "exporters" | "extensions" | "storage" | "shutdownTimeoutMs" | "maxInFlightBytes"
  >;
  /** Pipelines whose receivers are keys of `sources`. */
  readonly pipelines: GraphConfig["pipelines"];
  readonly sources: ReadonlyMap<string, MakeReplay>;
  /** Folder of the replay: its storage and its dead letters. */
  readonly directory: string;
  readonly openStorage: ServiceContext["openStorage"];
  /** Whether what a backend refuses is set aside although it accepted nothing else. */
  readonly trustsRefusals: boolean;
  readonly logger: Logger;
}

/** Makes the service of a replay: that of the collector, with other sources and a folder of its own. */
export function createReplayRun(options: ReplayRunOptions): ReplayRun {
  const { config, pipelines, directory, openStorage, trustsRefusals, logger } = options;
  const counters = countingMeter();
  const replays = new Map<string, Replay>();
  const receivers = [...options.sources].map(([id, make]) => {
    const made: MakeReplay = (settings, branches) => {
      const replay = make(settings, branches);
      replays.set(id, replay);
      return replay;
    };
    return [id, receiverOf(id, made)] as const;
  });
  const deadLetters = { directory, maxBytes: config.storage.maxDeadLetterBytes };
  const service = new Service(
    {
      receivers: new Map(receivers),
      processors: config.processors,
      exporters: config.exporters,
      // What serves something, the collector beside it serves already.
      extensions: new Map([...config.extensions].filter(([, { factory }]) => factory.authenticates === true)),
      pipelines,
      storage: { ...config.storage, directory },
      shutdownTimeoutMs: config.shutdownTimeoutMs,
      maxInFlightBytes: config.maxInFlightBytes,
    },
    {
      logger,
      meter: counters.meter,
      openStorage,
      deliver: (settings, exporter) => createDelivery(settings, exporter, { deadLetters, trustsRefusals }),
    },
  );
  return { service, counters, replays };
}

function receiverOf(id: string, make: MakeReplay): ConfiguredComponent<FactoryOf<"receiver">> {
  const factory: FactoryOf<"receiver"> = {
    kind: "receiver",
    type: "replay",
    description: "Delivers once more",
    stability: "alpha",
    config: z.unknown(),
    create: (settings, _config, branches) => make(settings, branches),
  };
  return { id, type: factory.type, name: undefined, factory, config: undefined };
}

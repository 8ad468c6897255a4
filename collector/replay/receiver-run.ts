import type { CollectorConfig, ConfiguredComponent } from "../config/model.ts";
import type { FactoryOf } from "../config/registry.ts";
import type { ReplayRequest } from "../replayable.ts";
import { openStorage } from "../storage/sqlite.ts";
import type { Logger } from "../telemetry.ts";
import { requireIdle } from "./replay-directory.ts";
import { createReplayRun, type MakeReplay, type ReplayRun } from "./replay-run.ts";

type Config = Pick<
  CollectorConfig,
  | "receivers"
  | "processors"
  | "exporters"
  | "extensions"
  | "pipelines"
  | "storage"
  | "shutdownTimeoutMs"
  | "maxInFlightBytes"
>;

/** The receivers of a configuration that can deliver a second time. */
export function replayable({ receivers, pipelines }: Pick<Config, "receivers" | "pipelines">): readonly string[] {
  const used = new Set(pipelines.flatMap((pipeline) => pipeline.receivers));
  return [...receivers.values()]
    .filter(({ id, factory }) => used.has(id) && factory.createReplay !== undefined)
    .map(({ id }) => id);
}

/**
 * Makes the run in which receivers deliver once more, through the pipelines that name them.
 *
 * @param requests What each receiver is asked for, by its id.
 */
export function createReceiverRun(
  config: Config,
  directory: string,
  requests: ReadonlyMap<string, ReplayRequest>,
  logger: Logger,
): ReplayRun {
  const pipelines = config.pipelines
    .map((pipeline) => ({ ...pipeline, receivers: pipeline.receivers.filter((id) => requests.has(id)) }))
    .filter(({ receivers }) => receivers.length > 0);
  const sources = [...requests].map(([id, request]) => [id, maker(config.receivers.get(id), id, request)] as const);
  return createReplayRun({
    config,
    pipelines,
    sources: new Map(sources),
    directory,
    openStorage(path) {
      requireIdle(path);
      return openStorage(path);
    },
    trustsRefusals: false,
    logger,
  });
}

function maker(
  receiver: ConfiguredComponent<FactoryOf<"receiver">> | undefined,
  id: string,
  request: ReplayRequest,
): MakeReplay {
  return (settings, branches) => {
    const replay = receiver?.factory.createReplay?.(settings, receiver.config, branches, request);
    if (replay === undefined) throw new TypeError(`${id} cannot deliver a second time`);
    return replay;
  };
}

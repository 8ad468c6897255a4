import type { CollectorConfig } from "../../config/model.ts";
import { fileName } from "../../delivery/dead-letter-files.ts";
import type { Logger } from "../../telemetry.ts";
import { holdDirectory, replayDirectories, replayDirectory } from "../replay-directory.ts";
import { createReplayRun, type ReplayRun } from "../replay-run.ts";
import { claimedFolder, DeadLetterReplay } from "./dead-letter-replay.ts";
import { exportersIn, findLetters } from "./letter-files.ts";

/** Which dead letters there are. */
export interface DeadLetterPlan {
  readonly directory: string;
  readonly sources: readonly string[];
  /** Exporters of the configuration, out of those asked for, that have some. */
  readonly exporters: readonly string[];
  /** Names of files, without number and ending, whose exporter the configuration does not name. */
  readonly strangers: readonly string[];
}

/** What takes the place of the receivers. */
const SOURCE = "dead_letters";

/**
 * Looks for dead letters of the collector and of earlier replays; moves nothing.
 *
 * @param wanted Exporters to look at; undefined: all.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when a folder cannot be read.
 */
export function planDeadLetters(
  { storage, exporters }: Pick<CollectorConfig, "storage" | "exporters">,
  wanted: readonly string[] | undefined,
): DeadLetterPlan {
  const directory = replayDirectory(storage.directory, "dead-letters");
  const sources = [storage.directory, ...replayDirectories(storage.directory)];
  const present = new Set([
    ...findLetters(sources).map(({ exporter }) => exporter),
    ...exportersIn(claimedFolder(directory)),
  ]);
  const known = new Set([...exporters.keys()].map(fileName));
  return {
    directory,
    sources,
    exporters: [...exporters.keys()].filter((id) => present.has(fileName(id)) && (wanted?.includes(id) ?? true)),
    strangers: wanted === undefined ? [...present].filter((name) => !known.has(name)) : [],
  };
}

/** Makes the run that sends them. */
export function createDeadLetterRun(
  config: Pick<
    CollectorConfig,
    "processors" | "exporters" | "extensions" | "storage" | "shutdownTimeoutMs" | "maxInFlightBytes"
  >,
  { directory, sources, exporters }: DeadLetterPlan,
  { includePartial, logger }: { readonly includePartial: boolean; readonly logger: Logger },
): { readonly run: ReplayRun; readonly replay: () => DeadLetterReplay | undefined } {
  let replay: DeadLetterReplay | undefined;
  const run = createReplayRun({
    config,
    pipelines: [{ id: SOURCE, receivers: [SOURCE], processors: [], exporters }],
    sources: new Map([
      [
        SOURCE,
        (settings, branches) => {
          replay = new DeadLetterReplay(settings, branches, { directory, sources, exporters, includePartial });
          return replay;
        },
      ],
    ]),
    directory,
    openStorage: (path) => holdDirectory(path, Date.now()),
    // They were refused while others were accepted: once more refused, they are what is wrong.
    trustsRefusals: true,
    logger,
  });
  return { run, replay: () => replay };
}

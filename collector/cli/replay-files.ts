import { join, resolve } from "node:path";
import type { CollectorConfig } from "../config/model.ts";
import type { FilesRequest } from "../replayable.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { replayFromReceivers } from "./receiver-replay.ts";
import type { ReplayOptions } from "./replay.ts";
import { selectIntegrations } from "./replay-period.ts";

/**
 * Delivers the records of audit search exports through the pipelines of one integration.
 *
 * @throws {CollectorError} What it cannot begin or go on with.
 */
export async function replayFiles(
  options: ReplayOptions,
  files: readonly string[],
  config: CollectorConfig,
  io: Io,
): Promise<ExitCode> {
  const ids = selectIntegrations(options.integration, config);
  const [id, second] = typeof ids === "string" ? [] : ids;
  if (typeof ids === "string" || id === undefined || second !== undefined) {
    io.stderr.write(`${typeof ids === "string" ? ids : ambiguous(ids)}\n`);
    return ExitCode.usage;
  }
  const paths = [...new Set(files.map((file) => resolve(file)))];
  return await replayFromReceivers(
    {
      kind: "files",
      what: { files: paths, integration: id },
      period: undefined,
      requests: (directory) => {
        const request: FilesRequest = {
          kind: "files",
          paths,
          anyTenant: options.anyTenant === true,
          directory: join(directory, "files"),
        };
        return new Map([[id, request]]);
      },
    },
    options,
    config,
    io,
  );
}

function ambiguous(ids: readonly string[]): string {
  return `Cannot replay files: they belong to one integration, and there are ${ids.join(", ")}; name it with --integration`;
}

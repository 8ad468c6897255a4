import type { CollectorConfig } from "../config/model.ts";
import { suggest } from "../config/nearest.ts";
import { replayable } from "../replay/receiver-run.ts";
import type { PeriodRequest } from "../replayable.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { replayFromReceivers } from "./receiver-replay.ts";
import type { ReplayOptions } from "./replay.ts";
import { parseReplayTime } from "./replay-time.ts";

/**
 * Delivers a period once more, listed again from the API.
 *
 * @throws {CollectorError} What it cannot begin or go on with.
 */
export async function replayPeriod(options: ReplayOptions, config: CollectorConfig, io: Io): Promise<ExitCode> {
  const selected = selectTypes(options, config);
  if (typeof selected === "string") {
    io.stderr.write(`${selected}\n`);
    return ExitCode.usage;
  }
  const { from = "", to = "", requestsPerMinute } = options;
  const nowMs = Date.now();
  const meant = { from: iso(parseReplayTime(from, nowMs)), to: iso(parseReplayTime(to, nowMs)) };
  return await replayFromReceivers(
    {
      kind: "period",
      // As written: what is "36h" ago is another period every time, but the same replay until it has ended.
      what: { from, to, integrations: Object.fromEntries(selected) },
      period: meant,
      requests: (_directory, period = meant) =>
        new Map(
          [...selected].map(([id, contentTypes]) => {
            const ms = { fromMs: Date.parse(period.from), toMs: Date.parse(period.to) };
            const request: PeriodRequest = { kind: "period", period: ms, contentTypes, requestsPerMinute };
            return [id, request];
          }),
        ),
    },
    options,
    config,
    io,
  );
}

function iso(ms: number | undefined): string {
  return new Date(ms ?? Number.NaN).toISOString();
}

/** Which content types of which integrations are meant; a text when that cannot be. */
function selectTypes(
  { integration, contentType }: ReplayOptions,
  config: CollectorConfig,
): ReadonlyMap<string, readonly string[]> | string {
  const ids = selectIntegrations(integration, config);
  if (typeof ids === "string") return ids;
  const configured = new Map(ids.map((id) => [id, contentTypesOf(config, id)]));
  const all = [...new Set([...configured.values()].flat())];
  const unknown = contentType?.find((type) => !all.includes(type));
  if (unknown !== undefined) {
    return `Cannot replay content type "${unknown}": none of ${ids.join(", ")} collects it; ${suggest(unknown, all, "the types that they collect")}`;
  }
  const wanted = [...configured].map(([id, types]) => {
    return [id, types.filter((type) => contentType?.includes(type) ?? true).toSorted()] as const;
  });
  return new Map(wanted.filter(([, types]) => types.length > 0));
}

/** Which integrations are meant; a text when that cannot be. */
export function selectIntegrations(
  wanted: readonly string[] | undefined,
  config: CollectorConfig,
): readonly string[] | string {
  const known = replayable(config);
  if (known.length === 0)
    return "Cannot replay: the configuration has no receiver that can deliver a second time; add an o365 receiver";
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    return `Cannot replay from "${unknown}": it is no receiver in a pipeline of the configuration; ${suggest(unknown, known, "the receivers")}`;
  }
  return known.filter((id) => wanted?.includes(id) ?? true).toSorted();
}

function contentTypesOf({ receivers }: CollectorConfig, id: string): readonly string[] {
  const receiver = receivers.get(id);
  return receiver?.factory.ledgerUse?.(receiver.config).contentTypes ?? [];
}

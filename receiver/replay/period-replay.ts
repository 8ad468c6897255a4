import type { Branch, ReceiverSettings } from "../../collector/component.ts";
import type { MissingPart, PeriodRequest, Replay, Share } from "../../collector/replayable.ts";
import type { Ledger } from "../../collector/storage/storage.ts";
import { connect } from "../collection/connection.ts";
import { contentFetcher } from "../collection/fetch-content.ts";
import type { O365Config } from "../config.ts";
import { listWindow } from "../listing.ts";
import { formatTime } from "../windows.ts";
import { DeliveringReplay, type ReplayWork } from "./delivering-replay.ts";
import { listPeriod, unlistedParts } from "./list-period.ts";
import { Pace, paced } from "./pace.ts";
import { type ReplaySignals, settleAll } from "./settle-all.ts";

/** Lists a period of one tenant again and delivers every record in it once more. Starts no subscription. */
export function createPeriodReplay(
  settings: ReceiverSettings,
  config: O365Config,
  branches: readonly Branch[],
  request: PeriodRequest,
): Replay {
  return new DeliveringReplay(settings, config, branches, new PeriodWork(settings, config, request));
}

class PeriodWork implements ReplayWork {
  readonly #settings: ReceiverSettings;
  readonly #config: O365Config;
  readonly #request: PeriodRequest;
  readonly #contentTypes: readonly string[];
  readonly #problems: string[] = [];
  #ledger: Ledger | undefined;
  #isListed = false;
  #missing: readonly MissingPart[] = [];

  constructor(settings: ReceiverSettings, config: O365Config, request: PeriodRequest) {
    this.#settings = settings;
    this.#config = config;
    this.#request = request;
    this.#contentTypes = request.contentTypes ?? config.contentTypes;
  }

  async run(ledger: Ledger, branches: readonly Branch[], signals: ReplaySignals): Promise<void> {
    const { clock, logger } = this.#settings;
    const { period, requestsPerMinute } = this.#request;
    this.#ledger = ledger;
    const connection = connect(this.#settings, this.#config);
    try {
      const client = paced(connection.client, new Pace(clock, requestsPerMinute));
      logger.info("Listing the period again", {
        tenant: this.#config.tenantId,
        content_types: this.#contentTypes,
        from: formatTime(period.fromMs),
        to: formatTime(period.toMs),
      });
      await settleAll({
        settings: this.#settings,
        config: this.#config,
        branches,
        ledger,
        fetch: (chunkBytes) => contentFetcher(this.#settings, this.#config, client, chunkBytes),
        find: (onFound, signal) => this.#list(ledger, client, onFound, signal),
        signals,
      });
    } finally {
      await connection.close();
    }
  }

  /** In milliseconds of the period, for each content type. */
  found(): Share {
    const { period } = this.#request;
    const total = this.#contentTypes.length * (period.toMs - period.fromMs);
    const ledger = this.#ledger;
    if (ledger === undefined) return { done: 0, total };
    // What the service no longer lists is not waited for.
    if (this.#isListed) return { done: total, total };
    const parts = this.#contentTypes.flatMap((contentType) => unlistedParts({ ledger, contentType, period }));
    return { done: parts.reduce((rest, { fromMs, toMs }) => rest - (toMs - fromMs), total), total };
  }

  unreadable(): number {
    return 0;
  }

  problems(): readonly string[] {
    return this.#problems;
  }

  missing(): readonly MissingPart[] {
    return this.#missing;
  }

  async #list(
    ledger: Ledger,
    client: ReturnType<typeof paced>,
    onListed: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#settings;
    const { period } = this.#request;
    // What is listed now is there now: nobody comes back for what appears later but the collector.
    const listing = { client, ledger, clock, lateMs: 0, priority: "backfill" } as const;
    const given = await Promise.allSettled(
      this.#contentTypes.map(async (contentType) => {
        const problem = await listPeriod(
          {
            ...this.#settings,
            contentType,
            period,
            ledger,
            backoff: this.#config.retry,
            list: (window, ended) => listWindow(listing, contentType, window, ended),
            onWindow: onListed,
          },
          signal,
        );
        if (problem === undefined) return [];
        this.#problems.push(problem);
        return [contentType];
      }),
    );
    for (const outcome of given) if (outcome.status === "rejected") throw outcome.reason;
    const failed = new Set(given.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : [])));
    this.#missing = this.#contentTypes
      .filter((contentType) => !failed.has(contentType))
      .flatMap((contentType) =>
        unlistedParts({ ledger, contentType, period }).map((part) => ({ contentType, period: part })),
      );
    this.#isListed = failed.size === 0;
  }
}

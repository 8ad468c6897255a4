import type { Branch, ReceiverSettings } from "../../collector/component.ts";
import { codeOf } from "../../collector/errors.ts";
import type { Ledger } from "../../collector/storage/storage.ts";
import type { ApiClient } from "../api-client.ts";
import { consentUrl } from "../clouds.ts";
import type { O365Config } from "../config.ts";
import { listWindow } from "../listing.ts";
import { ensureSubscriptions } from "../subscriptions.ts";
import { connect } from "./connection.ts";
import { createScheduler } from "./create-scheduler.ts";
import { contentFetcher } from "./fetch-content.ts";
import { gapReporter } from "./gap-reporter.ts";
import { openLanes } from "./open-lanes.ts";
import { observeMemory } from "./observed-memory.ts";
import { reconcile, type ReconcileOptions } from "./reconcile.ts";
import { pollContentType, type Obstacle, type PollerOptions } from "./poller.ts";

/** Ends of the two halves of the work: taking in, and delivering what was taken in. */
export interface CollectSignals {
  readonly intake: AbortSignal;
  readonly delivery: AbortSignal;
}

/**
 * Connects to the tenant and collects until `intake` aborts and what is in flight is settled (or `delivery` aborts).
 *
 * @throws {CollectorError} `OTEL_O365_CREDENTIALS` or `OTEL_O365_CONFIG` when the files it needs cannot be used.
 */
export async function collect(
  settings: ReceiverSettings,
  config: O365Config,
  branches: readonly Branch[],
  ledger: Ledger,
  signals: CollectSignals,
): Promise<void> {
  const { logger } = settings;
  const connection = connect(settings, config);
  const { client, certificate } = connection;
  const names = branches.map(({ name }) => name);
  const forgetMemory = observeMemory(settings, ledger, names);
  let onRoom = (): void => {};
  const { lanes, chunkBytes, close } = openLanes(settings, config, branches, () => onRoom());
  try {
    const fetch = contentFetcher(settings, config, client, chunkBytes);
    const scheduler = createScheduler(settings, config, lanes, ledger, fetch);
    onRoom = () => scheduler.notify();
    logger.info("Collecting", {
      tenant: config.tenantId,
      cloud: config.cloud,
      content_types: config.contentTypes,
      certificate: certificate.subject,
      certificate_expires: new Date(certificate.notAfterMs).toISOString(),
    });
    await Promise.all([
      scheduler.run(signals.intake, signals.delivery),
      ...config.contentTypes.map((contentType) =>
        pollContentType(
          pollerOptions(settings, config, ledger, client, contentType, () => scheduler.notify()),
          signals.intake,
        ),
      ),
      reconcile(
        reconcileOptions(settings, config, ledger, client, () => scheduler.notify()),
        signals.intake,
      ),
    ]);
  } finally {
    forgetMemory();
    close();
    await connection.close();
  }
}

function pollerOptions(
  settings: ReceiverSettings,
  config: O365Config,
  ledger: Ledger,
  client: ApiClient,
  contentType: string,
  onListed: () => void,
): PollerOptions {
  const { clock } = settings;
  return {
    ...settings,
    ...config,
    contentType,
    ledger,
    backoff: config.retry,
    subscribe: (type, refused, signal) => subscribe(settings, config, ledger, client, type, refused, signal),
    list: (type, window, signal, priority) =>
      listWindow({ client, ledger, clock, lateMs: config.relistMs, priority, onListed }, type, window, signal),
    onListed,
    onGap: gapReporter(settings.logger),
  };
}

function reconcileOptions(
  settings: ReceiverSettings,
  config: O365Config,
  ledger: Ledger,
  client: ApiClient,
  onListed: () => void,
): ReconcileOptions {
  const { clock, id } = settings;
  const appeared = settings.meter.createCounter("otel_o365_receiver_late_blobs", {
    description: "Number of content blobs that appeared after their window had been listed for good",
    unit: "{blobs}",
  });
  return {
    ...settings,
    contentTypes: config.contentTypes,
    ledger,
    intervalMs: config.reconcileIntervalMs,
    relistMs: config.relistMs,
    list: (type, window, signal) =>
      listWindow({ client, ledger, clock, lateMs: config.relistMs, priority: "backfill" }, type, window, signal),
    onAppeared: (contentType, blobs) => {
      appeared.add(blobs, { receiver: id, content_type: contentType });
      onListed();
    },
  };
}

async function subscribe(
  { clock, logger }: ReceiverSettings,
  config: O365Config,
  ledger: Ledger,
  client: ApiClient,
  contentType: string,
  refused: boolean,
  signal: AbortSignal,
): Promise<Obstacle | undefined> {
  const options = {
    client,
    ledger,
    clock,
    refused: new Set(refused ? [contentType] : []),
    consentUrl: consentUrl(config.endpoints.authority, config.tenantId, config.clientId),
  };
  const outcome = (await ensureSubscriptions(options, [contentType], signal)).get(contentType);
  if (outcome === undefined || outcome.state === "active") {
    if (outcome?.started === true) {
      logger.info("Subscription started: the first content can take up to 12 hours", { content_type: contentType });
    }
    return undefined;
  }
  return {
    retryAfterMs: Math.max(0, outcome.retryAtMs - clock.now()),
    status: outcome.state === "waiting" ? "recoverable_error" : "permanent_error",
    message: outcome.message,
    reason: outcome.state,
    ...codeOf(outcome.error),
  };
}

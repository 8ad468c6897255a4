import { formatDuration } from "../../collector/config/fields.ts";
import { type CollectorHealth, worstState } from "../../collector/health/collector-health.ts";

/** What is answered to one request. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Whether everything is collected. The first three members are those of the Collector's health check.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/healthcheckextension (read 2026-11-26)
 */
export function readinessAnswer(health: CollectorHealth, nowMs: number, details: boolean): Answer {
  const { healthy, phase, integrations, problems } = health;
  const state = phase === "running" ? worstState(health) : phase;
  return {
    status: healthy ? 200 : 503,
    body: {
      ...collectorMembers(healthy, health, nowMs),
      ...(state === undefined ? {} : { state }),
      ...(details && integrations.length > 0 ? { integrations } : {}),
      ...(details && problems.length > 0 ? { problems } : {}),
    },
  };
}

/** Whether the collector lives. What is wrong with integrations and backends is no matter: a restart would not mend it. */
export function livenessAnswer(health: CollectorHealth, nowMs: number): Answer {
  return { status: health.alive ? 200 : 503, body: collectorMembers(health.alive, health, nowMs) };
}

function collectorMembers(available: boolean, { startedMs }: CollectorHealth, nowMs: number): Answer["body"] {
  return {
    status: available ? "Server available" : "Server not available",
    upSince: new Date(startedMs).toISOString(),
    uptime: formatDuration(Math.max(0, nowMs - startedMs)),
  };
}

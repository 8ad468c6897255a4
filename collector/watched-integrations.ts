import type { Settings } from "./component.ts";
import type { Graph, GraphConfig } from "./graph.ts";
import type { WatchedIntegration } from "./health/monitor.ts";

/** The receivers of a graph that keep a ledger, as the health monitor takes them. */
export function watchedIntegrations(
  config: Pick<GraphConfig, "receivers">,
  graph: Pick<Graph, "branches">,
  settings: (id: string) => Pick<Settings, "logger" | "reportStatus">,
): readonly WatchedIntegration[] {
  return [...graph.branches].flatMap(([id, branches]) => {
    const receiver = config.receivers.get(id);
    const use = receiver?.factory.ledgerUse?.(receiver.config);
    if (receiver === undefined || use === undefined) return [];
    const { logger, reportStatus } = settings(id);
    const expiries: WatchedIntegration["expiries"] = (nowMs) =>
      receiver.factory.expiries?.(receiver.config, nowMs) ?? [];
    return [{ id, use, branches, expiries, logger, reportStatus }];
  });
}

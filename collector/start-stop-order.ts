import type { Graph, GraphNode } from "./graph.ts";
import type { HealthMonitor } from "./health/monitor.ts";

/** Extensions first, then exporters, then each chain from its end, receivers last: nobody is handed records before it runs. */
export function startOrder(graph: Graph): readonly GraphNode[] {
  const chains = graph.chains.flatMap((chain) => chain.toReversed());
  return [...graph.extensions, ...graph.exporters, ...chains, ...graph.receivers];
}

/** What is stopped like a node of the graph. */
export type Stoppable = Omit<GraphNode, "kind"> & { readonly kind: GraphNode["kind"] | "monitor" };

/** Tiers that stop one after the other; within a tier everything at the same time, except along a chain. What feeds records in comes first. */
export function stopOrder(
  created: readonly GraphNode[],
  monitor: HealthMonitor | undefined,
): readonly (readonly (readonly Stoppable[])[])[] {
  const alone = (kind: GraphNode["kind"]): readonly (readonly GraphNode[])[] =>
    created.filter((node) => node.kind === kind).map((node) => [node]);
  // Chains are made from their end; records flow the other way.
  const processors = created.filter(({ kind }) => kind === "processor").toReversed();
  const chains = Map.groupBy(processors, ({ branch }) => branch);
  const monitors: readonly Stoppable[] =
    monitor === undefined ? [] : [{ kind: "monitor", id: "health", branch: undefined, component: monitor }];
  // An extension may rest on one that was started before it.
  const extensions = created.filter(({ kind }) => kind === "extension").toReversed();
  return [[...alone("receiver"), monitors], [...chains.values()], alone("exporter"), [extensions]];
}

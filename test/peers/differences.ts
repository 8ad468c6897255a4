import { readFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "..", "..", "docs", "collector-differences.md");
const ROW = /^\| `(?<name>[^`]+)` \| (?<taker>otel-o365|Collector) \| (?<why>.+) \|$/;

/** A row of docs/collector-differences.md. */
export interface Difference {
  readonly component: string;
  /** Name of the probe. */
  readonly name: string;
  /** Which of the two takes it; the other refuses it. */
  readonly taker: "otel-o365" | "Collector";
}

/** The differences that the page names. Everything that it does not name is the same. */
export function readDifferences(): readonly Difference[] {
  const differences: Difference[] = [];
  let component = "";
  for (const line of readFileSync(PAGE, "utf8").split("\n")) {
    component = /^## `(.+)`$/.exec(line)?.[1] ?? component;
    const { name, taker } = ROW.exec(line)?.groups ?? {};
    if (name !== undefined && (taker === "otel-o365" || taker === "Collector"))
      differences.push({ component, name, taker });
  }
  return differences;
}

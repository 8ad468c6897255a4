import { coveragePage } from "./coverage-page.ts";
import { detectionsPage } from "./detections-page.ts";
import { errorsPage } from "./errors-page.ts";
import { mappingPage } from "./mapping-page.ts";

/** The pages that are made from tables in the sources, by path from the root. `npm run docs` writes them. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/coverage.md", coveragePage()],
    ["docs/detections.md", detectionsPage()],
    ["docs/errors.md", errorsPage()],
    ["docs/mapping.md", mappingPage()],
  ]);
}

// Writes the pages that are made from tables in the sources.
import { writeFileSync } from "node:fs";
import { generatedPages } from "./generated-pages.ts";

for (const [path, text] of generatedPages()) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}

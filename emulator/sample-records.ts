import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const NAME = join("emulator", "data", "audit-records.ndjson");

/**
 * Path of the real audit records that ship with the package, NDJSON; their origin and licences are in the README beside
 * them. Sources and compiled files lie at different depths below the package's root.
 *
 * @throws {Error} When the package is incomplete.
 */
export function sampleRecordsFile(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, NAME);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`Cannot find ${NAME}: the package is incomplete; install it again`);
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, parseObject } from "../collector/record.ts";

/** The real audit records that are changed. */
export function readSamples(): readonly JsonObject[] {
  const lines = readFileSync(join(import.meta.dirname, "../emulator/data/audit-records.ndjson"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => parseObject(line)).filter((record) => record !== null);
}

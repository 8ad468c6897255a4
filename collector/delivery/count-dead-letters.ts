import { existsSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type JsonValue, parseObject } from "../record.ts";
import { type DeadLetter, DeadLetterAttribute } from "./dead-letter.ts";
import { deadLetterFolder } from "./dead-letter-files.ts";

/**
 * Counts the records in the dead-letter files of all exporters, read back from the disk. A line that is no OTLP JSON, for
 * example one that is being written, counts nothing.
 *
 * @param directory `storage::directory`.
 * @param reason Counts the records of one kind of letter only. Of `partial` ones the backend has most.
 * @throws {Error} Of `node:fs`, when a file cannot be read, or is moved away meanwhile.
 */
export async function countDeadLetters(directory: string, reason?: DeadLetter["reason"]): Promise<number> {
  const folder = deadLetterFolder(directory);
  if (!existsSync(folder)) return 0;
  let count = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".jsonl")) continue;
    // It closes itself at the end of its lines.
    const file = await open(join(folder, name));
    for await (const line of file.readLines()) count += countLine(line, reason);
  }
  return count;
}

function countLine(line: string, reason: DeadLetter["reason"] | undefined): number {
  let count = 0;
  for (const resourceLogs of objects(parseObject(line)?.["resourceLogs"])) {
    const { resource } = resourceLogs;
    if (reason !== undefined && reason !== reasonOf(isJsonObject(resource) ? resource["attributes"] : undefined))
      continue;
    for (const scopeLogs of objects(resourceLogs["scopeLogs"])) count += objects(scopeLogs["logRecords"]).length;
  }
  return count;
}

function reasonOf(attributes: JsonValue | undefined): JsonValue | undefined {
  const value = objects(attributes).find(({ key }) => key === DeadLetterAttribute.reason)?.["value"];
  return isJsonObject(value) ? value["stringValue"] : undefined;
}

function objects(value: JsonValue | undefined): readonly { readonly [key: string]: JsonValue | undefined }[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

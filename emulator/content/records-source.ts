import { readFileSync } from "node:fs";
import { CONTENT_TYPES, type BlobOptions, type ContentType, type RecordsSource } from "../options.ts";
import { contentTypeOf, identityOf } from "./content-type.ts";
import { pickForm, writeInForm } from "./form.ts";
import { keptGroup, type RecordGroup, type ServedText } from "./group.ts";
import { Random } from "./random.ts";

const DAY_MS = 86_400_000;
/** Most of the time between the first and the last record of an aggregate. */
const SPAN_MS = 240_000;

/**
 * Cuts the records of a source into groups of their content types, spread over the period that ends at `nowMs`.
 *
 * @throws {TypeError} If a line is no JSON object, naming file and line.
 */
export function recordGroups(source: RecordsSource, seed: number, nowMs: number): RecordGroup[] {
  const byType = new Map<ContentType, ServedText[]>(CONTENT_TYPES.map((type) => [type, []]));
  const texts = [...(source.records ?? []), ...(source.files ?? []).flatMap(readLines)];
  for (const [index, text] of texts.entries()) {
    const identity = identityOf(text);
    byType.get(contentTypeOf(identity.recordType))?.push({
      id: identity.id,
      operation: identity.operation,
      text: canonicalText(text, new Random(seed, "record", index)),
    });
  }
  return [...byType].flatMap(([type, records]) => spread(type, records, source, seed, nowMs));
}

/** The text of a record as it will always be served: what the source says, in a form picked at random. */
export function canonicalText(text: string, random: Random): string {
  return writeInForm(text, pickForm(random), random);
}

function readLines(file: string): string[] {
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  const records: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (!isObject(line)) throw new TypeError(`Cannot load records: line ${index + 1} of "${file}" is no JSON object`);
    records.push(line);
  }
  return records;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function spread(
  type: ContentType,
  records: readonly ServedText[],
  options: BlobOptions & { readonly pastMs?: number },
  seed: number,
  nowMs: number,
): RecordGroup[] {
  const random = new Random(seed, "spread", type);
  const chunks = cut(records, options.recordsPerBlob ?? 10, random);
  const pastMs = options.pastMs ?? DAY_MS;
  const step = pastMs / Math.max(1, chunks.length);
  return chunks.map((chunk, index) => {
    const endMs = Math.floor(nowMs - pastMs + (index + random.next()) * step);
    const spanMs = random.chance(0.5) ? random.below(Math.min(SPAN_MS, step)) : 0;
    const createdMs = Math.max(endMs, Math.floor(nowMs - pastMs) + spanMs);
    const late = random.chance(options.lateShare ?? 0);
    return keptGroup(
      type,
      chunk,
      spreadTimes(chunk.length, createdMs, spanMs),
      late ? nowMs + (options.lateByMs ?? 120_000) : createdMs,
    );
  });
}

/** Cuts records into chunks of one to about twice the average. */
export function cut<T>(records: readonly T[], average: number, random: Random): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < records.length;) {
    const size = 1 + random.below(Math.max(1, 2 * average - 1));
    chunks.push(records.slice(from, from + size));
    from += size;
  }
  return chunks;
}

/** Times of `count` records, evenly over the `spanMs` that end at `lastMs`. */
export function spreadTimes(count: number, lastMs: number, spanMs: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? lastMs : lastMs - spanMs + Math.floor((spanMs * index) / (count - 1)),
  );
}

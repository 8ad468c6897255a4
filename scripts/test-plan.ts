import { globSync } from "node:fs";

/** Test files that run in one process, one after the other. */
export interface Share {
  readonly title: string;
  readonly files: readonly string[];
  /** How long no test may begin or end before the process counts as hung: node:test sets no limit within one process. */
  readonly silenceMs: number;
}

export interface Choice {
  /** Those that take minutes, rather than the others. */
  readonly full: boolean;
  /** Those that take minutes and the others. */
  readonly all: boolean;
  /** Parts of paths: only files whose path holds one. A whole path is taken at its word, whatever else is chosen. */
  readonly parts: readonly string[];
}

/** Every process that shares its files loads the product anew, which costs a second of processor time. */
const FILES_OF_A_SHARE = 40;

/** They take a minute or more: begun first, they end before the others do. The longest first. */
export const LONGEST: readonly string[] = [
  "test/chaos/run.full.test.ts",
  "test/bench/memory-run.full.test.ts",
  "test/chaos/kill-matrix.full.test.ts",
  "test/packaging/pack.full.test.ts",
  "test/packaging/setup-docs.full.test.ts",
  "test/chaos/run.process.test.ts",
  "test/packaging/sdk-examples.full.test.ts",
];

function isFull(file: string): boolean {
  return file.endsWith(".full.test.ts");
}

function hasOwnProcess(file: string): boolean {
  return /\.(process|full)\.test\.ts$/.test(file);
}

/** The chosen ones among the test files, which are those under test/. */
export function chooseFiles(
  { full, all, parts }: Choice,
  files: readonly string[] = globSync("test/**/*.test.ts"),
): readonly string[] {
  return files
    .filter((file) => all || isFull(file) === full || parts.includes(file))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .toSorted();
}

/** Divides test files among processes, in the order in which these should begin. The same files are always divided alike. */
export function plan(files: readonly string[]): readonly Share[] {
  const alone = files
    .filter(hasOwnProcess)
    .map((file) => ({ title: file, files: [file], silenceMs: isFull(file) ? 1_800_000 : 600_000 }));
  const long = LONGEST.flatMap((file) => alone.filter(({ title }) => title === file));
  const others = alone.filter((share) => !long.includes(share));
  return [...long, ...deal(files.filter((file) => !hasOwnProcess(file))), ...others];
}

/** Deals the files out like cards: neighbours are about the same, so they come into different shares. */
function deal(files: readonly string[]): readonly Share[] {
  const count = Math.ceil(files.length / FILES_OF_A_SHARE);
  return Array.from({ length: count }, (_, index) => ({
    title: `unit tests, share ${index + 1} of ${count}`,
    files: files.filter((_, position) => position % count === index),
    silenceMs: 120_000,
  }));
}

import type { Period } from "../storage/storage.ts";

/** Lines of a table: the first column to the left, the others to the right, two spaces between. */
export function textTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Breaks a text at spaces into lines of at most `width` characters; a longer word gets a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** So many names are written out where a sentence is about several. */
const MOST_NAMES = 5;

/** The first of them: `o365/a, o365/b and 3 more`. */
export function firstNames(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${rest} more` : names.join(", ");
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A time span by its two largest units: `3d4h`, `12m`, `41s`. What a clock that was ahead made negative is `0s`. */
export function formatAge(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[first] ?? ["s", 1000];
  if (first === -1) return "0s";
  const count = Math.floor(ms / size);
  const [nextUnit, nextSize] = UNITS[first + 1] ?? ["", 1];
  const next = Math.floor((ms - count * size) / nextSize);
  // Seconds beside minutes tell nobody anything.
  return nextUnit === "" || nextUnit === "s" || next === 0 ? `${count}${unit}` : `${count}${unit}${next}${nextUnit}`;
}

/** `2026-07-01 12:30`, UTC. */
export function formatMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

/** `07-01 12:30`, UTC: for tables of what is at most 90 days old. */
export function formatDayMinute(ms: number): string {
  return formatMinute(ms).slice(5);
}

/** `2026-07-01 12:30 to 2026-07-01 14:00`, UTC. */
export function formatPeriod({ fromMs, toMs }: Period): string {
  return `${formatMinute(fromMs)} to ${formatMinute(toMs)}`;
}

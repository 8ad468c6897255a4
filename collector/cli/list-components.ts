import type { AnyFactory } from "../component.ts";

const COLUMNS = ["kind", "type", "stability", "description"] as const;

/** The components as a table for people, sorted as in the registry. */
export function componentTable(factories: readonly AnyFactory[]): string {
  const rows = [COLUMNS, ...factories.map((factory) => COLUMNS.map((column) => factory[column]))];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same for programs: JSON, with the other spellings of each type. */
export function componentJson(factories: readonly AnyFactory[]): string {
  const entries = factories.map(({ kind, type, aliases = [], stability, description }) => {
    return { kind, type, aliases, stability, description };
  });
  return JSON.stringify(entries, null, 2);
}

import { printable } from "../printable.ts";
import type { Fact, Level } from "../preflight/fact.ts";
import { scrub } from "../scrub.ts";
import { firstNames } from "./text-table.ts";

type Colour = "green" | "yellow" | "red" | "gray";

const COLOURS: Readonly<Record<Level, Colour>> = { ok: "green", warn: "yellow", fail: "red" };

/** `fail  o365/contoso  token: Cannot sign in …`: all that an operator needs, on one line. */
export function factLine(id: string, found: Fact, style: (colour: Colour, text: string) => string): string {
  const { level, name, subject, message } = found;
  const about = subject === undefined ? name : `${name} ${subject}`;
  return `${style(COLOURS[level], level.padEnd(4))}  ${printable(id)}  ${style("gray", `${about}:`)} ${printable(scrub(message))}`;
}

/** `all green: 24 ok`, or how many of what, and where: `not all green: 2 fail (o365/contoso), 0 warn, 22 ok`. */
export function summaryLine(
  checked: readonly { readonly id: string; readonly facts: readonly Fact[] }[],
  { ok, warn, fail }: Readonly<Record<Level, number>>,
  style: (colour: Colour, text: string) => string,
): string {
  const level = fail > 0 ? "fail" : warn > 0 ? "warn" : "ok";
  const where = (at: Level): string => {
    const names = checked.filter(({ facts }) => facts.some((fact) => fact.level === at)).map(({ id }) => printable(id));
    return names.length === 0 ? "" : ` (${firstNames(names)})`;
  };
  const words =
    level === "ok"
      ? `all green: ${ok} ok`
      : `not all green: ${fail} fail${where("fail")}, ${warn} warn${where("warn")}, ${ok} ok`;
  return style(COLOURS[level], words);
}

import { printable } from "../printable.ts";
import type { Fact, Level } from "../preflight/fact.ts";
import { scrub } from "../scrub.ts";

type Colour = "green" | "yellow" | "red" | "gray";

const COLOURS: Readonly<Record<Level, Colour>> = { ok: "green", warn: "yellow", fail: "red" };

/** `fail  o365/contoso  token: Cannot sign in …`: all that an operator needs, on one line. */
export function factLine(id: string, found: Fact, style: (colour: Colour, text: string) => string): string {
  const { level, name, subject, message } = found;
  const about = subject === undefined ? name : `${name} ${subject}`;
  return `${style(COLOURS[level], level.padEnd(4))}  ${printable(id)}  ${style("gray", `${about}:`)} ${printable(scrub(message))}`;
}

/** `all green: 24 ok`, or how many of what. */
export function summaryLine(
  { ok, warn, fail }: Readonly<Record<Level, number>>,
  style: (colour: Colour, text: string) => string,
): string {
  const level = fail > 0 ? "fail" : warn > 0 ? "warn" : "ok";
  const words = level === "ok" ? `all green: ${ok} ok` : `not all green: ${fail} fail, ${warn} warn, ${ok} ok`;
  return style(COLOURS[level], words);
}

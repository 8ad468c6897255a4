import type { AuditLogRecord } from "../../../collector/record.ts";
import type { MappedRecord } from "../../../processors/xdr/mapper.ts";

/** Longer texts are cut into lines, so that a change shows where it is. */
const LONGEST = 200;
const INDENT = "\n    ";

/** A mapped record as lines of text: what the mapper added, one attribute a line, in the order of their names. */
export function render(line: number, received: AuditLogRecord, mapped: MappedRecord): string {
  const lines = [
    `# line ${line}: ${received.eventName ?? "(no operation)"}`,
    `severity ${mapped.severityText} (${mapped.severityNumber})`,
  ];
  for (const name of Object.keys(mapped.attributes).toSorted(byGroup)) {
    if (received.attributes[name] !== undefined) continue;
    lines.push(...attributeLines(name, mapped.attributes[name]));
  }
  return `${lines.join("\n")}\n`;
}

/** `xdr.` first, then the registry's names, then `o365.`. */
function byGroup(left: string, right: string): number {
  return group(left) - group(right) || (left < right ? -1 : 1);
}

function group(name: string): number {
  if (name === "xdr.schema") return 0;
  if (name.startsWith("xdr.")) return 1;
  return name.startsWith("o365.") ? 3 : 2;
}

function attributeLines(name: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((element) => typeof element !== "object"))
    return [`${name} =${short(value)}`];
  if (typeof value !== "object" || value === null) return [`${name} =${short(value)}`];
  return Object.entries(value).flatMap(([key, member]) => attributeLines(`${name} / ${key}`, member));
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? ` ${text}` : INDENT + lines(text).join(INDENT);
}

/** A long text in lines that end where its own do, behind a comma or semicolon, and where they get too long. */
function lines(text: string): readonly string[] {
  return text.split(/(?<=\\n|[;,])/).flatMap((line) => line.match(/.{1,200}/gs) ?? []);
}

// The page that shows how much of each record type reaches an attribute, found out by mapping.
import { recordTypeName } from "../collector/record-types.ts";
import { type FieldReach, fieldReach, readAuditSchema, reachOfType } from "./field-coverage.ts";

/** Fields that reach no attribute on purpose, by their path or, with a dot in front, by its end, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  Version: "Version of the record's format, nearly always 1",
  ".DetectedValues": "What a data loss prevention rule matched: a secret",
  ".ResultsTruncated": "Stands beside the matched values and goes with them",
};

/** Why a field reaches no attribute; undefined when it should. */
export function reasonFor(path: string): string | undefined {
  const found = Object.entries(LEFT_OUT).find(([end]) => (end.startsWith(".") ? path.endsWith(end) : path === end));
  return found?.[1];
}

/** `docs/coverage.md`. */
export function coveragePage(): string {
  const schema = readAuditSchema();
  const sections = fieldReach(schema);
  const types = [...new Set(schema.sections.flatMap((section) => section.types))].toSorted((a, b) => a - b);
  const lines = [
    "# Coverage",
    "",
    "How many of the published source fields of each record type reach an attribute of the `xdr` processor. This page is made by mapping (`npm run docs`); a test fails when it and the code differ.",
    "",
    "Each field is tried alone: a record that has it is compared with one that has not, and what differs is what the field reaches. Members of objects and lists count one by one.",
    "Fields that arrive and that nobody has published are not here: with `extensions: all`, the default, they reach `o365.<snake_case>` as well.",
    "",
    "- **own place**: with `extensions: none`: schema fields, names of the OpenTelemetry registry, and what is known in one form across workloads, such as `o365.outcome`.",
    "- **common**, **all**: with that value of `extensions`.",
    "",
    "## Record types",
    "",
    `Record types that have published fields. All others have those of every record: ${countsOf(reachOfType(schema, 0).fields)}.`,
    "",
    "| type | name | schema | fields | own place | common | all |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...types.map((type) => {
      const { fields, schema: target } = reachOfType(schema, type);
      const name = recordTypeName(type) ?? "";
      return `| ${[type, name, target, fields.length, ...counts(fields)].join(" | ")} |`;
    }),
    "",
    "## Fields that reach no attribute",
    "",
    "The body has them.",
    "",
    "| field | why |",
    "| --- | --- |",
    ...leftOut(sections.flatMap(({ fields }) => fields)),
    "",
    "## Fields with a place of their own",
    "",
    "What each field fills when nothing else does. Fields that only decide something, such as a condition of a row, are not here.",
    ...sections.flatMap(({ name, type, fields }) => placesOf(type === 1 ? name : `${name} (${type})`, fields)),
  ];
  return `${lines.join("\n")}\n`;
}

function counts(fields: readonly FieldReach[]): readonly number[] {
  return [
    fields.filter(({ none }) => none.length > 0).length,
    fields.filter(({ common }) => common.length > 0).length,
    fields.filter(({ all }) => all.length > 0).length,
  ];
}

function countsOf(fields: readonly FieldReach[]): string {
  const [own, common, all] = counts(fields);
  return `${fields.length} fields, of which ${own} have a place of their own, ${common} are common and ${all} reach an attribute`;
}

function leftOut(fields: readonly FieldReach[]): string[] {
  const paths = new Set(fields.filter(({ all }) => all.length === 0).map(({ path }) => path));
  return [...paths].map((path) => `| \`${path}\` | ${reasonFor(path) ?? "unknown"} |`);
}

function placesOf(title: string, fields: readonly FieldReach[]): string[] {
  const placed = fields.filter(({ none }) => none.length > 0 && none.length <= MANY);
  if (placed.length === 0) return [];
  const rows = placed.map(({ path, none }) => `| \`${path}\` | ${none.map((name) => `\`${name}\``).join(", ")} |`);
  return ["", `### ${title}`, "", "| field | attributes |", "| --- | --- |", ...rows];
}

/** A field that changes more than this decides about the whole record: without `Id` it is generic. */
const MANY = 8;

// The page that shows how records become events, made from the tables of the xdr processor.
import { recordTypeName } from "../collector/record-types.ts";
import { CONTEXT } from "../processors/xdr/context.ts";
import { KIND_NAMES, KINDS } from "../processors/xdr/kinds.ts";
import { RECORD_KINDS, WORKLOAD_KINDS } from "../processors/xdr/record-kinds.ts";
import { ROUTES, type Route } from "../processors/xdr/routes.ts";
import { RULE_NAMES, RULES } from "../processors/xdr/rules/registry.ts";
import type { SchemaField } from "../processors/xdr/schema/field.ts";
import { BASE } from "../processors/xdr/schema/base.ts";
import { MANAGEMENT } from "../processors/xdr/schema/management.ts";
import { NOT_DERIVABLE } from "../processors/xdr/schema/not-derivable.ts";
import { SCHEMA_FIELDS, type XdrSchema } from "../processors/xdr/schema/schemas.ts";
import { ALERT_DETAILS } from "../processors/xdr/tables/alert-details.ts";
import { ANTIVIRUS } from "../processors/xdr/tables/antivirus.ts";
import { AUTH } from "../processors/xdr/tables/auth.ts";
import { CLOUDAUDIT } from "../processors/xdr/tables/cloudaudit.ts";
import { COMMON_FIRST, COMMON_LAST } from "../processors/xdr/tables/common.ts";
import { EMAIL } from "../processors/xdr/tables/email.ts";
import { exceptionsOf, type Row, sourcesOf, type Table, targetsOf, type When } from "../processors/xdr/tables/row.ts";
import { TABLES } from "../processors/xdr/tables/tables.ts";
import { THIRDPARTYALERT } from "../processors/xdr/tables/thirdpartyalert.ts";

const EVIDENCE: Readonly<Record<SchemaField["evidence"], string>> = {
  schema_page: "schema page",
  vendor_tooling: "vendor's client code",
  overview_page: "parser overview",
  detector_page: "detector page",
  inherited_base_event: "shared by all pages read",
  alert_entity_name: "alert entity of that name",
};

interface Section {
  readonly title: string;
  readonly intro: string;
  readonly table: Table;
}

const withoutDetails = (table: Table): Table => table.filter((entry) => !ALERT_DETAILS.includes(entry));

const SECTIONS: readonly Section[] = [
  { title: "Every record, first", intro: "Rows that every schema begins with.", table: COMMON_FIRST },
  { title: "auth", intro: "Sign-ins, failed sign-ins and sign-outs.", table: AUTH },
  { title: "cloudaudit", intro: "What somebody did to something.", table: CLOUDAUDIT },
  {
    title: "thirdpartyalert",
    intro: "What a Microsoft product detected. The rows of [alert details](#alert-details) follow.",
    table: withoutDetails(THIRDPARTYALERT),
  },
  {
    title: "antivirus",
    intro: "Malware in files. The rows of [alert details](#alert-details) follow.",
    table: withoutDetails(ANTIVIRUS),
  },
  { title: "Alert details", intro: "Rows of the schemas thirdpartyalert and antivirus.", table: ALERT_DETAILS },
  { title: "email", intro: "The second record of a mail threat, with `email_copy: true`.", table: EMAIL },
  { title: "Every record, last", intro: "Rows that every schema ends with.", table: COMMON_LAST },
];

/** `docs/mapping.md`. */
export function mappingPage(): string {
  return `${[head(), routing(), rows(), rules(), dictionary()].flat().join("\n")}\n`;
}

function head(): readonly string[] {
  return [
    "# Mapping",
    "",
    "How the `xdr` processor turns an audit record into an event. This page is made from its tables (`npm run docs`); a test fails when they differ.",
    "",
    "1. The record's [kind](#where-records-go) decides which schema it is mapped to and which rows apply.",
    "2. The [rows](#rows) are read from top to bottom, the user's own first. A row tries its sources in order; the first that its [rule](#rules) can use fills the attribute. What is filled stays filled, and so does what the record came with.",
    "3. Every other field of the record becomes `o365.<snake_case>` (option `extensions`): `all` of them, the `common` ones that are listed as kept, or `none`.",
    "",
    "A source is a path: `ClientIP`, a member (`FileData.FilePath`), the value of a name in a list of pairs (`ExtendedProperties[UserAgent]`), each element (`PolicyDetails[].PolicyName`), elements with a member (`Actor[Type=5|UPN].ID`). JSON text on the way is read, and so is one object where a list is usual, or a list where one object is. `$name` is a [value known about the record](#values-known-about-a-record), `@name` an attribute that a row above filled, `'text'` the text itself. Behind a rule, `not` names sources whose texts do not count, and `one only` takes the element that is left of a list when it is the only one. Conditions compare texts without case and without a full stop at the end.",
    "",
    "Which attribute answers which question: [processors/xdr](../processors/xdr/README.md#what-it-writes). Rows of your own: [there as well](../processors/xdr/README.md#rows-of-your-own). How much of each record type reaches an attribute: [coverage](coverage.md).",
    "",
  ];
}

function routing(): readonly string[] {
  return [
    "## Where records go",
    "",
    "A record without `Id`, `Operation` or `CreationTime`, or that is no JSON object, is `generic`. Else the first of these that holds decides:",
    "",
    ...table(
      ["kind", "records", "why"],
      ROUTES.map((route) => [code(route.kind), conditionsOf(route), route.why]),
    ),
    "",
    "Where none holds, the record type decides:",
    "",
    ...table(
      ["kind", "schema", "what", "record types"],
      KIND_NAMES.map((kind) => [
        code(kind),
        KINDS[kind].withoutAntivirus === undefined
          ? KINDS[kind].schema
          : `${KINDS[kind].schema} (${KINDS[kind].withoutAntivirus} with \`antivirus: false\`)`,
        KINDS[kind].what,
        typesOf(kind),
      ]),
    ),
    "",
    `Types that are not published go by the workload that the record names: ${Object.entries(WORKLOAD_KINDS)
      .map(([workload, kind]) => `${workload} ${code(kind)}`)
      .join(", ")}; everything else is \`other\`.`,
    "",
  ];
}

function typesOf(kind: string): string {
  const types = RECORD_KINDS.filter((row) => row.kind === kind).flatMap((row) => row.types);
  return types.map((type) => `${type} ${recordTypeName(type) ?? ""}`).join(", ");
}

function conditionsOf(route: Route): string {
  const parts = [
    list("record types", route.types),
    list("operations", route.operations),
    route.operationHas === undefined ? "" : `the operation holds ${route.operationHas.map(code).join(" or ")}`,
    list("content types", route.contentTypes),
    route.field === undefined ? "" : `${code(route.field.name)} is ${route.field.in.map(code).join(" or ")}`,
    route.has === undefined ? "" : `has ${route.has.map(code).join(" or ")}`,
    route.lacks === undefined ? "" : `has neither ${route.lacks.map(code).join(" nor ")}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function list(what: string, values: readonly (string | number)[] | undefined): string {
  return values === undefined ? "" : `${what} ${values.join(", ")}`;
}

function rows(): readonly string[] {
  return [
    "## Rows",
    "",
    ...SECTIONS.flatMap((section) => [
      `### ${section.title}`,
      "",
      section.intro,
      "",
      ...table(
        ["attribute", "sources, in order", "rule", "when"],
        section.table.flatMap((entry) => ("keep" in entry ? [] : [rowCells(entry)])),
      ),
      "",
      ...keptLines(section.table),
    ]),
  ];
}

function rowCells(row: Row): readonly string[] {
  const sources = row.value === undefined ? sourcesOf(row).map(code).join(", ") : `the text ${code(row.value)}`;
  return [targetsOf(row).map(code).join(", "), sources, ruleOf(row), whenOf(row.when)];
}

function ruleOf(row: Row): string {
  if (row.value !== undefined) return "";
  if (row.values !== undefined) {
    return `names: ${Object.entries(row.values)
      .map(([text, name]) => (text === name ? text : `${text} ${name}`))
      .join(", ")}`;
  }
  const rule = code(row.rule ?? "text");
  if (row.join !== undefined) return `${rule}, all of them with ${code(row.join)} between`;
  if (row.collect === true) return `${rule}, of all sources together`;
  const except = exceptionsOf(row).map(code);
  return [rule, row.only === true ? "one only" : "", except.length === 0 ? "" : `not ${except.join(" or ")}`]
    .filter((part) => part !== "")
    .join(", ");
}

function whenOf(when: When | undefined): string {
  if (when === undefined) return "";
  const parts = [
    list("kinds", when.kinds),
    list("operations", when.operations),
    list("outcomes", when.outcomes),
    when.field === undefined ? "" : `${code(when.field.path)} is ${when.field.in.join(" or ")}`,
    when.not === undefined ? "" : `${code(when.not.path)} is not ${when.not.in.join(" or ")}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function keptLines(rows: Table): readonly string[] {
  const kept = rows.flatMap((entry) => ("keep" in entry ? [entry] : []));
  if (kept.length === 0) return [];
  return [
    "Kept with `extensions: common`:",
    "",
    ...kept.map(({ keep, when }) => `- ${when?.kinds?.join(", ") ?? "all"}: ${keep.map(code).join(", ")}`),
    "",
  ];
}

function rules(): readonly string[] {
  return [
    "## Rules",
    "",
    ...table(
      ["rule", "what it makes of a source"],
      RULE_NAMES.map((name) => [code(name), RULES[name].what]),
    ),
    "",
    "## Values known about a record",
    "",
    ...table(
      ["value", "what"],
      Object.entries(CONTEXT).map(([name, { what }]) => [code(`$${name}`), what]),
    ),
    "",
  ];
}

function dictionary(): readonly string[] {
  const schemas: readonly (readonly [XdrSchema, string])[] = [
    ["auth", "auth"],
    ["cloudaudit", "cloudaudit"],
    ["thirdpartyalert", "thirdpartyalert"],
    ["antivirus", "antivirus"],
    ["email", "email"],
  ];
  return [
    "## Field dictionary",
    "",
    "Every field of the schemas that is known, and what fills it. Fields whose name or values could not be confirmed are written with `emit_unverified: true` only: an invented field looks like data and matches no rule.",
    "",
    "### Fields of every schema",
    "",
    ...fieldTable("generic", Object.keys(BASE)),
    "",
    ...schemas.flatMap(([schema, title]) => [
      `### Fields of ${title}`,
      "",
      ...fieldTable(
        schema,
        Object.keys(SCHEMA_FIELDS[schema]).filter((name) => !(name in BASE)),
      ),
      "",
    ]),
    "### Fields of management",
    "",
    `No audit record goes to this schema, which is about hosts: ${Object.keys(MANAGEMENT)
      .filter((name) => !(name in BASE))
      .map(code)
      .join(
        ", ",
      )}. \`event_type\`, \`alerts_resource_id\` and \`enrichSummary\` of stored events are the platform's own.`,
  ];
}

function fieldTable(schema: XdrSchema, names: readonly string[]): readonly string[] {
  return table(
    ["field", "type", "what it is", "known from", "filled from"],
    names.map((name) => {
      const field = SCHEMA_FIELDS[schema][name];
      if (field === undefined) return [code(name), "", "", "", ""];
      const type = field.repeated ? `list of ${field.type}` : field.type;
      return [code(`xdr.${name}`), type, field.description, EVIDENCE[field.evidence], filledFrom(schema, name, field)];
    }),
  );
}

function filledFrom(schema: XdrSchema, name: string, field: SchemaField): string {
  const reason = NOT_DERIVABLE[schema][name] ?? NOT_DERIVABLE.base[name];
  if (reason !== undefined) return `Nothing. ${reason}`;
  const sources = new Set<string>();
  for (const entry of TABLES[schema]) {
    if ("keep" in entry || !targetsOf(entry).includes(`xdr.${name}`)) continue;
    if (entry.value !== undefined) sources.add(`the text ${code(entry.value)}`);
    for (const source of sourcesOf(entry)) sources.add(code(source));
  }
  const unverified = field.unverified === undefined ? "" : ` (${field.unverified} not confirmed)`;
  return `${[...sources].join(", ")}${unverified}`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${text}\``;
}

// The page that shows which attributes known detections read, made from the records that prove it.
import { isJsonObject, type JsonValue } from "../collector/record.ts";
import { type Detection, readDetections } from "./detections.ts";

const TITLES: Readonly<Record<string, string>> = {
  identity: "Entra ID",
  exchange: "Exchange, Purview and eDiscovery",
  content: "Files, Teams, Power Platform, labels and alerts",
  devices: "Devices, delegates, service staff and risk",
  variants: "More, and shapes that lead astray",
};

/** `docs/detections.md`. */
export function detectionsPage(): string {
  const files = readDetections();
  const count = [...files.values()].reduce((sum, list) => sum + list.length, 0);
  return [
    "# Detections",
    "",
    `What rules of ${count} known detections read of the records that the \`xdr\` processor writes. This page is made from test records (\`npm run docs\`): for each line there is one, made up in the shape in which the service sends it, and a test that these attributes say what the rule needs.`,
    "",
    "`o365.parameters / ForwardTo` is the member `ForwardTo` of that attribute. What each attribute is: [processors/xdr](../processors/xdr/README.md#what-it-writes); where it comes from: [mapping.md](mapping.md). These are no rules: thresholds, lists of what is usual and exceptions are those of your tenant.",
    "",
    ...[...files].flatMap(([file, list]) => [
      `## ${TITLES[file] ?? file}`,
      "",
      "| detection | ATT&CK | operation | attributes |",
      "| --- | --- | --- | --- |",
      ...list.map(line),
      "",
    ]),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function line({ detection, technique, rule, record, expect }: Detection): string {
  const link = `[${technique}](https://attack.mitre.org/techniques/${technique.replace(".", "/")}/)`;
  const attributes = Object.entries(expect).flatMap(([name, value]) => namesOf(name, value));
  const cells = [
    `**${detection}**: ${rule}`,
    link,
    `\`${record.Operation.trim()}\``,
    attributes.map((name) => `\`${name}\``).join(", "),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The attribute, or of an object its members that are named. */
function namesOf(name: string, value: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(value)) return [name];
  return Object.entries(value).flatMap(([member, inner]) => namesOf(`${name} / ${member}`, inner));
}

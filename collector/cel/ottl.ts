/** A text in quotes, as OTTL and CEL both write it. */
const LITERAL = /"(?:[^"\\]|\\.)*"/g;
/** A path such as `attributes["x"]` or `body`, after literals were taken out. */
const PATH = String.raw`([\w.]+(?:\[[^\]]*\])*)`;
const TEXT = String.raw`(\0\d+\0)`;

/** What shows that somebody wrote OTTL. Only asked when a text is no valid CEL. */
const SIGNS =
  /\b(?:and|or|not|nil|where)\b|\b[A-Z]\w+\(|\b(?:set|delete_key|delete_matching_keys|keep_keys|replace_pattern|truncate_all)\(|\b(?:log|resource|scope|instrumentation_scope)\.\w|\bseverity_(?:number|text)\b|\bSEVERITY_NUMBER_/;

/** The Collector's spelling and ours, in the order in which they are replaced. Literals are placeholders by then. */
const TRANSLATIONS: readonly (readonly [ottl: RegExp, cel: string])[] = [
  [/\blog\.(?=attributes|body|severity_number|event_name)/g, ""],
  [/\bresource\.attributes\b/g, "resource"],
  [/\bseverity_number\b/g, "severity"],
  [/\bSEVERITY_NUMBER_(\w+)\b/g, "$1"],
  [new RegExp(String.raw`\bIsMatch\(\s*body\s*,\s*${TEXT}\s*\)`, "g"), "body_text.matches($1)"],
  [new RegExp(String.raw`\bIsMatch\(\s*${PATH}\s*,\s*${TEXT}\s*\)`, "g"), "$1.matches($2)"],
  [new RegExp(String.raw`\bHasPrefix\(\s*${PATH}\s*,\s*${TEXT}\s*\)`, "g"), "$1.startsWith($2)"],
  [new RegExp(String.raw`\bHasSuffix\(\s*${PATH}\s*,\s*${TEXT}\s*\)`, "g"), "$1.endsWith($2)"],
  [new RegExp(String.raw`\bContainsValue\(\s*${PATH}\s*,\s*${TEXT}\s*\)`, "g"), "$2 in $1"],
  [new RegExp(String.raw`\bLen\(\s*${PATH}\s*\)`, "g"), "size($1)"],
  [new RegExp(String.raw`\bIsString\(\s*${PATH}\s*\)`, "g"), "type($1) == string"],
  [new RegExp(String.raw`\bIsInt\(\s*${PATH}\s*\)`, "g"), "type($1) == int"],
  [new RegExp(String.raw`\bIsBool\(\s*${PATH}\s*\)`, "g"), "type($1) == bool"],
  [new RegExp(String.raw`\bToLowerCase\(\s*${PATH}\s*\)`, "g"), "$1.lowerAscii()"],
  [new RegExp(String.raw`\bToUpperCase\(\s*${PATH}\s*\)`, "g"), "$1.upperAscii()"],
  [/\s+and\s+/g, " && "],
  [/\s+or\s+/g, " || "],
  [/\bnot\s+/g, "!"],
  [/\bevent_name\s*(==|!=)\s*nil\b/g, 'event_name $1 ""'],
  [/\bnil\b/g, "null"],
];

/**
 * OTTL, the Collector's language for conditions, as far as it can be written in CEL word for word: the result may still be
 * no valid CEL. Undefined when the text does not look like OTTL.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/pkg/ottl/LANGUAGE.md (read 2026-11-25)
 */
export function translateOttl(text: string): string | undefined {
  const literals: string[] = [];
  const bare = text.replaceAll(LITERAL, (literal) => `\0${literals.push(literal) - 1}\0`);
  if (!SIGNS.test(bare)) return undefined;
  const translated = TRANSLATIONS.reduce((rest, [ottl, cel]) => rest.replaceAll(ottl, cel), bare);
  return translated.replaceAll(/\0(\d+)\0/g, (_, index: string) => literals[Number(index)] ?? "");
}

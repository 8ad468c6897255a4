import { type Document, isCollection, isScalar, type LineCounter, visit, type YAMLError } from "yaml";
import type { ProblemList } from "./problem.ts";

/** What is wrong and what to do, by the parser's code. Its own messages quote the file, and with it perhaps a secret. */
const MESSAGES: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  ALIAS_PROPS: "an alias cannot have an anchor or tag of its own; remove the anchor or tag",
  BAD_ALIAS: "this is no valid alias; put a text that starts with * in quotes",
  BAD_COLLECTION_TYPE: "the tag does not fit this kind of value; remove the tag",
  BAD_DIRECTIVE: "this is no valid directive; put a text that starts with % in quotes",
  BAD_DQ_ESCAPE: "unknown escape in a double-quoted text; write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "the indentation does not fit; keys of one mapping start at the same column, and brackets are closed",
  BAD_SCALAR_START: "a text cannot start with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    'a value and a nested key cannot stand on one line; check the indentation, or quote a text that contains ": "',
  BLOCK_IN_FLOW: "an indented block cannot stand inside [ ] or { }; write it as items with commas",
  KEY_OVER_1024_CHARS: "the key is longer than 1024 characters; shorten it",
  MISSING_CHAR: "a character is missing: a closing quote or bracket, a comma, or the - of a list item; add it",
  MULTILINE_IMPLICIT_KEY: 'this line is no "key: value"; add the colon and a space, or check the indentation',
  MULTIPLE_ANCHORS: "a value can have one anchor only; remove the others",
  MULTIPLE_DOCS: 'the file holds several documents; remove the "---" or split the file and name each with --config',
  NON_STRING_KEY: "the key is no text; put it in quotes",
  RESOURCE_EXHAUSTION: "the file is nested too deep; flatten it",
  TAB_AS_INDENT: "a tab cannot indent; use spaces",
  TAG_RESOLVE_FAILED: "unknown or unfitting tag; remove it, or quote a text that starts with !",
  UNEXPECTED_TOKEN: "this text does not belong here; put the whole value in quotes",
};

/** What the parser says of everything that comes after a fault in the indentation. */
const CONSEQUENCES: ReadonlySet<YAMLError["code"]> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MULTILINE_IMPLICIT_KEY",
  "UNEXPECTED_TOKEN",
]);

/** Reports what the parser found: the first fault of each line, and only the first of those that follow from each other. */
export function reportSyntax(
  document: Document.Parsed,
  text: string,
  file: string,
  lines: LineCounter,
  problems: ProblemList,
): void {
  const seen = new Set<number>();
  let misread = false;
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const opened = startOfUnclosed(error, document);
    const { line, col } = lines.linePos(opened ?? error.pos[0]);
    if (seen.has(line)) continue;
    if (opened === undefined && CONSEQUENCES.has(error.code)) {
      if (misread) continue;
      misread = true;
    }
    seen.add(line);
    const start = lines.lineStarts[line - 1] ?? 0;
    const source = text.slice(start, lines.lineStarts[line] ?? text.length);
    const reason = opened === undefined ? explain(error.code, source) : UNCLOSED;
    problems.error({ file, line, column: col }, [], `Cannot parse YAML: ${reason}`);
  }
}

const UNCLOSED = "the quote or bracket that opens here is never closed; close it";

// The parser notices at the end of the file what is missing somewhere above.
function startOfUnclosed(error: YAMLError, document: Document.Parsed): number | undefined {
  if (error.code !== "MISSING_CHAR" && error.code !== "BAD_INDENT") return undefined;
  let start: number | undefined;
  visit(document, {
    Node(_, node) {
      const enclosed = isCollection(node) ? node.flow : isScalar(node) && node.type?.startsWith("QUOTE");
      if (enclosed === true && node.range?.[1] === error.pos[0]) start = node.range[0];
    },
  });
  return start;
}

function explain(code: YAMLError["code"], source: string): string {
  if (/^ *\t/.test(source)) return MESSAGES.TAB_AS_INDENT ?? "";
  // Inside brackets, the { of a substitution opens a mapping.
  if (code === "MISSING_CHAR" && /[[{].*\$\{/.test(source)) {
    return 'inside [ ] and { } a substitution needs quotes: "${env:NAME}"';
  }
  return MESSAGES[code] ?? "the file is no valid YAML here; check the indentation and quotes";
}

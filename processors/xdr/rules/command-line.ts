/** What PowerShell writes for booleans and for nothing, as the cmdlets of Exchange are logged. */
const VALUES: ReadonlyMap<string, string> = new Map([
  ["$true", "True"],
  ["$false", "False"],
  ["$null", ""],
]);
const OPEN = "{([";
const CLOSE = "})]";

/**
 * Reads the parameters of a cmdlet from its command line (`-Identity "case 1" -Purge:$true -Force`): names and values as
 * text, a switch as `True`, nothing as an empty text. Undefined when the text is no such line.
 */
export function parseCommandLine(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  let at = skipBlanks(text, 0);
  if (!startsName(text, at)) return undefined;
  while (at < text.length) {
    if (!startsName(text, at)) return undefined;
    const nameEnd = endOfName(text, at + 1);
    const name = text.slice(at + 1, nameEnd);
    const colon = text[nameEnd] === ":";
    const valueAt = skipBlanks(text, colon ? nameEnd + 1 : nameEnd);
    const isSwitch = !colon && (valueAt >= text.length || startsName(text, valueAt));
    const valueEnd = isSwitch ? valueAt : endOfValue(text, valueAt);
    const raw = text.slice(valueAt, valueEnd).trimEnd();
    if (!parameters.has(name)) parameters.set(name, isSwitch ? "True" : valueOf(raw));
    at = skipBlanks(text, valueEnd);
  }
  return parameters;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** True where a parameter's name begins: a hyphen and a letter. `-5` is a number. */
function startsName(text: string, at: number): boolean {
  const code = text.charCodeAt(at + 1) | 0x20;
  return text[at] === "-" && code >= 0x61 && code <= 0x7a;
}

function endOfName(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 0x20 && text[at] !== ":") at += 1;
  return at;
}

/** Where the value ends: before the next name, unless that stands in quotes or brackets (`{Name -eq "x"}`). */
function endOfValue(text: string, from: number): number {
  let quote = "";
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (OPEN.includes(character)) depth += 1;
    else if (CLOSE.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && character <= " " && startsName(text, skipBlanks(text, at))) return at;
  }
  return text.length;
}

/** The value without the quotes around it; a doubled quote inside stands for one. */
function valueOf(raw: string): string {
  const quote = raw.charAt(0);
  if ((quote === '"' || quote === "'") && raw.length > 1 && raw.endsWith(quote)) {
    const inner = raw.slice(1, -1);
    // Several quoted values with commas between them stay as they are.
    return inner.replaceAll(quote + quote, "").includes(quote) ? raw : inner.replaceAll(quote + quote, quote);
  }
  return VALUES.get(raw.toLowerCase()) ?? raw;
}

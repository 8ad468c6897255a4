const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** How a key to be cut is found: with its first letter in either case. */
export interface KeyPattern {
  readonly lowerCase: string;
  /** The name without its first letter, whose case varies in practice. */
  readonly needle: string;
  /** Its last word: begins with a letter that is rare in records, which makes searching for it first three times as fast. */
  readonly lastWord: string;
  /** The key in text that cannot be parsed, up to its colon, whatever quotes and escapes surround it. */
  readonly inBrokenText: RegExp;
}

/**
 * An ASCII letter as `\uXXXX`: a key can be spelt with those. Inside nested strings the backslash is doubled. A row of
 * backslashes is tried from its first one only: from each of them, a long row would take minutes.
 */
const ESCAPED_LETTER = /(?<!\\)\\+u00([4-7][0-9a-f])/gi;
/** A backslash or a `u` as an escape. */
const ESCAPE_OF_ESCAPE = /\\u00(?:5c|75)/i;
const EMPTY_VALUE = /^(?:\[\s*\]|null|""|\{\s*\})$/;

/** @param name Letters only, words in upper camel case. */
export function keyPattern(name: string): KeyPattern {
  return {
    lowerCase: name.toLowerCase(),
    needle: name.slice(1),
    lastWord: name.slice(name.search(/[A-Z][a-z]*$/)),
    inBrokenText: new RegExp(`${name}\\\\*["']?\\s*:`, "i"),
  };
}

/** False when the text certainly does not hold the key, also with letters spelt as escapes. */
export function mayHold(text: string, { needle, lastWord, lowerCase }: KeyPattern): boolean {
  if (text.includes(lastWord) && text.includes(needle)) return true;
  if (!text.includes("\\u00") || text.search(ESCAPED_LETTER) === -1) return false;
  // An escape that spells a part of another escape cannot be undone in one pass.
  return ESCAPE_OF_ESCAPE.test(text) || withLetters(text).toLowerCase().includes(lowerCase);
}

/** Text whose ASCII letters are all written as themselves, however deep inside strings they are. */
function withLetters(text: string): string {
  return text.replaceAll(ESCAPED_LETTER, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * Replaces the value of every such key by `[]`, at any depth, also in JSON inside strings. Nothing else of the text
 * changes, save that a string with JSON inside is written anew. Text that is no JSON ends after the key's colon.
 *
 * @returns undefined when there is nothing to replace.
 */
export function withoutKey(text: string, pattern: KeyPattern): string | undefined {
  return isJson(text) ? cutJson(text, pattern) : cutBroken(text, pattern);
}

function cutJson(text: string, pattern: KeyPattern): string | undefined {
  let result = "";
  let copied = 0;
  const replace = (start: number, end: number, replacement: string): void => {
    result += text.slice(copied, start) + replacement;
    copied = end;
  };
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    const end = endOfString(text, at);
    const token = text.slice(at, end);
    const next = skipWhiteSpace(text, end);
    if (text.charCodeAt(next) === COLON) {
      at = next;
      if (!isKey(token, pattern)) continue;
      const valueStart = skipWhiteSpace(text, next + 1);
      at = endOfValue(text, valueStart);
      if (!EMPTY_VALUE.test(text.slice(valueStart, at))) replace(valueStart, at, "[]");
      continue;
    }
    const inner = mayHold(token, pattern) ? withoutKey(unquote(token), pattern) : undefined;
    if (inner !== undefined) replace(at, end, JSON.stringify(inner));
    at = end;
  }
  return copied === 0 ? undefined : result + text.slice(copied);
}

/** Quotes of a broken text cannot be paired: what follows the key cannot be told from its value. */
function cutBroken(text: string, pattern: KeyPattern): string | undefined {
  const plain = withLetters(text);
  const match = pattern.inBrokenText.exec(plain);
  if (match === null) return undefined;
  const cut = plain.slice(0, match.index + match[0].length);
  return cut === text ? undefined : cut;
}

function isKey(token: string, { lowerCase }: KeyPattern): boolean {
  if (token.length < lowerCase.length + 2) return false;
  const name = token.includes("\\") ? unquote(token) : token.slice(1, -1);
  return name.length === lowerCase.length && name.toLowerCase() === lowerCase;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The value of a string token of valid JSON. */
function unquote(token: string): string {
  const value: unknown = JSON.parse(token);
  return String(value);
}

/** Position after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    if (unit === BACKSLASH) at += 1;
  }
  return text.length;
}

/** Position after the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (character === "[" || character === "{") {
      depth += 1;
    } else if (character === "]" || character === "}") {
      // The bracket of a parent ends a number or a word.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === "," || isWhiteSpace(text.charCodeAt(at)))) {
      return at;
    }
  }
  return text.length;
}

function skipWhiteSpace(text: string, start: number): number {
  let at = start;
  while (isWhiteSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isWhiteSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

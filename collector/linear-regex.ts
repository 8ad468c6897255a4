import { RE2JS, RE2JSException } from "re2js";

/**
 * A regular expression whose time grows with the length of the text alone, whatever the pattern and the text: text from
 * outside can stall the engine's own expressions for hours.
 */
export interface LinearRegex {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
  /** Every match that is not empty, from left to right. */
  matches(text: string): readonly RegexMatch[];
}

/** A place that a pattern matched. */
export interface RegexMatch {
  readonly start: number;
  readonly text: string;
}

/** A pattern that cannot be used, and why: fit to stand behind "the regular expression". */
export interface RegexFault {
  readonly fault: string;
}

/**
 * Compiles a pattern in RE2 syntax: that of the Collector and of CEL. Lookarounds and backreferences do not exist in it.
 *
 * @see https://github.com/google/re2/wiki/Syntax (read 2026-11-25)
 */
export function compileLinearRegex(pattern: string): LinearRegex | RegexFault {
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { fault: error.message.replace(/^error parsing regexp: /, "").replaceAll("; ", ", ") };
  }
  return {
    test: (text) => regex.test(text),
    matches: (text) => (regex.test(text) ? allMatches(regex, text) : []),
  };
}

function allMatches(regex: RE2JS, text: string): readonly RegexMatch[] {
  const found: RegexMatch[] = [];
  const matcher = regex.matcher(text);
  while (matcher.find()) {
    const start = matcher.start();
    if (matcher.end() > start) found.push({ start, text: text.slice(start, matcher.end()) });
  }
  return found;
}

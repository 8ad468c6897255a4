import { RE2JS, RE2JSException } from "re2js";

/**
 * A regular expression whose time grows with the length of the text alone, whatever the pattern and the text: text from
 * outside can stall the engine's own expressions for hours.
 */
export interface LinearRegex {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
  /** The text with every match replaced by what `replacement` makes of it. */
  replace(text: string, replacement: (match: string) => string): string;
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
    replace: (text, replacement) => (regex.test(text) ? replaceMatches(regex, text, replacement) : text),
  };
}

function replaceMatches(regex: RE2JS, text: string, replacement: (match: string) => string): string {
  let result = "";
  let end = 0;
  const matcher = regex.matcher(text);
  while (matcher.find()) {
    if (matcher.end() === matcher.start()) continue;
    result += text.slice(end, matcher.start()) + replacement(text.slice(matcher.start(), matcher.end()));
    end = matcher.end();
  }
  return result + text.slice(end);
}

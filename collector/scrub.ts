const REDACTED = "[REDACTED]";

/** What must never be printed, wherever it turns up. Each needs a marker that the quick test below looks for. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A key cut short has no END line: everything after its BEGIN line goes.
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(:\/\/)[^\s/?#"]+@/g, `$1${REDACTED}@`],
];
const MARKERS = /PRIVATE KEY-----|eyJ|\b(?:bearer|basic)\s|:\/\/[^\s/?#"]+@/i;

/**
 * Replaces what looks like a credential: PEM private keys, JSON Web Tokens, authorization headers and the user part of
 * a URL. The last line of defence; values known to be secret are `Secret` and never get here as text.
 */
export function scrub(text: string): string {
  if (!MARKERS.test(text)) return text;
  return PATTERNS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

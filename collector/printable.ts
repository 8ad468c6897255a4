/** What moves the cursor, ends a line or turns the reading direction. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Of those, what JSON leaves as it is. */
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from a remote side must not move the cursor, turn the reading direction, nor start a line that looks like ours. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => (char === "\n" ? "\\n" : escaped(char)));
}

/** JSON text that means the same and does nothing to a terminal. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, escaped);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

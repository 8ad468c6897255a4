/** Longest excerpt of anything a backend says. */
const LONGEST_EXCERPT = 200;

/** Text from outside, fit for one line of a log: control characters and runs of white space become one space, cut at 200 characters. */
export function excerpt(text: string): string {
  const line = text.replace(/[\s\p{C}]+/gu, " ").trim();
  return line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line;
}

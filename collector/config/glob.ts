/** Whether a text holds `*`, which stands for any text. */
export function isPattern(text: string): boolean {
  return text.includes("*");
}

/** `o365/*` is every id that starts with `o365/`. */
export function globPattern(text: string): RegExp {
  const literals = text.split("*").map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join(".*")}$`, "u");
}

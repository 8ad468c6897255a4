const REDACTED = "[REDACTED]";
/** Shorter values, such as the id of a customer, are no credentials and occur in any text. */
const SHORTEST = 8;
/** What a backend says of these is what the operator has to read. */
const PUBLIC: ReadonlySet<string> = new Set(["content-encoding", "content-type", "user-agent"]);

/**
 * Takes out of what a server says the values of the headers that it was sent: some repeat them in their errors ("invalid key
 * …"), and errors go to logs, to `status`, and down the pipelines to other backends.
 *
 * @param sent By name; what stands behind a scheme such as `Bearer` is looked for alone as well.
 */
export function hideCredentials(text: string, sent: Readonly<Record<string, string>>): string {
  const values = Object.entries(sent).flatMap(([name, value]) =>
    PUBLIC.has(name.toLowerCase()) ? [] : [value, ...parts(value)],
  );
  return values
    .filter(({ length }) => length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, REDACTED), text);
}

function parts(value: string): readonly string[] {
  const [, scheme = "", credential = ""] = /^(\S+) +(.+)$/.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic") return [credential];
  const plain = Buffer.from(credential, "base64").toString("utf8");
  return [credential, plain, plain.slice(plain.indexOf(":") + 1)];
}

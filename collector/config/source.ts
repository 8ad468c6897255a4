import type { Origin, ProblemList } from "./problem.ts";

/** A configuration file to read, or its text given directly (`path` then only names it in messages). */
export type ConfigSource = { readonly path: string } | { readonly path: string; readonly text: string };

/** Reads a file as UTF-8 text, or throws as `readFileSync` does. */
export type ReadFile = (path: string) => string;

/** The text of a source; undefined after a problem was reported. */
export function readSource(source: ConfigSource, readFile: ReadFile, problems: ProblemList): string | undefined {
  const origin: Origin = { file: source.path, line: 1, column: 1 };
  let text: string;
  try {
    text = "text" in source ? source.text : readFile(source.path);
  } catch (error) {
    problems.error(origin, [], `Cannot read the file: ${readFailure(error)}`);
    return undefined;
  }
  if (text.includes("\0")) {
    problems.error(origin, [], "Cannot read the file: it is not UTF-8 text; save it as UTF-8");
    return undefined;
  }
  return text.replace(/^\u{feff}/u, "");
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check the path, which is relative to the working directory",
  EACCES: "permission denied; let the user that runs the collector read it",
  EPERM: "permission denied; let the user that runs the collector read it",
  EISDIR: 'it is a folder without .yaml files; name a file, or add one with "otel-o365 integrations add"',
  ENOTDIR: "a part of its path is not a folder; check the path",
};

/** What was seen and what to do when a file could not be read. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
  return FAILURES[code] ?? `reading failed with ${code}; check that it can be read`;
}

import { scrub } from "../scrub.ts";

/** A place in a configuration file. Lines and columns count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Keys and list indexes from the top of the configuration. */
export type ConfigPath = readonly (string | number)[];

/** One mistake in the configuration, ready to be printed or serialized as JSON. Holds no secret. */
export interface Problem extends Origin {
  /** `warning` does not keep the configuration from being used. */
  readonly severity: "error" | "warning";
  /** `receivers::o365/contoso::poll_interval`; empty where a file as a whole is meant. */
  readonly path: string;
  /** What is wrong and what to do: `must be at least 1s: current value is "20ms"`. */
  readonly message: string;
}

/** The notation of a path in messages, the Collector's own: `service::pipelines::logs`. */
export function formatPath(path: ConfigPath): string {
  return path.join("::");
}

/** One line for a person: `file.yaml:12:7: receivers::o365/contoso::poll_interval: must be at least 1s: current value is "20ms"`. */
export function formatProblem(problem: Problem): string {
  const place = problem.file === "" ? [] : [`${problem.file}:${problem.line}:${problem.column}`];
  const severity = problem.severity === "warning" ? ["warning"] : [];
  const path = problem.path === "" ? [] : [problem.path];
  return [...place, ...severity, ...path, problem.message].map(oneLine).join(": ");
}

// A key in double quotes may hold line breaks and terminal escapes.
function oneLine(text: string): string {
  return text
    .replaceAll(/\s*[\r\n]+\s*/g, " ")
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\u{fffd}");
}

/** Gathers the problems of one run, each once. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>();

  error(origin: Origin, path: ConfigPath, message: string): void {
    this.add("error", origin, path, message);
  }

  warning(origin: Origin, path: ConfigPath, message: string): void {
    this.add("warning", origin, path, message);
  }

  add(severity: Problem["severity"], origin: Origin, path: ConfigPath, message: string): void {
    const { file, line, column } = origin;
    const problem: Problem = { severity, file, line, column, path: formatPath(path), message: scrub(message) };
    this.#problems.set(formatProblem(problem), problem);
  }

  get hasErrors(): boolean {
    return [...this.#problems.values()].some((problem) => problem.severity === "error");
  }

  /** All problems, in the order of the given files, then of lines and columns. */
  sorted(files: readonly string[]): readonly Problem[] {
    return [...this.#problems.values()].toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }
}

import type { AnyFactory } from "../component.ts";
import type { CollectorConfig, ConfigResult } from "../config/model.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";

/** Checks configuration files, and the certificates and keys that they name, without connecting to anything. */
export function validate(
  files: readonly string[],
  factories: readonly AnyFactory[],
  io: Io,
  { json }: { readonly json: boolean },
): ExitCode {
  const result = loadFiles(files, factories, io.env, { offlineChecks: true });
  if (json) {
    io.stdout.write(`${JSON.stringify(report(result), null, 2)}\n`);
  } else {
    printProblems(result.problems, io.stderr);
    if (result.config === undefined)
      io.stderr.write(`not ok: ${counted(result, "error")}, ${counted(result, "warning")}\n`);
    else io.stdout.write(`ok: ${summary(result.config)}; ${counted(result, "warning")}\n`);
  }
  return result.config === undefined ? ExitCode.usage : ExitCode.ok;
}

function report({ config, problems }: ConfigResult): unknown {
  const components = config === undefined ? {} : Object.fromEntries(counts(config).map(([name, n]) => [`${name}s`, n]));
  return { valid: config !== undefined, ...components, problems };
}

function counts(config: CollectorConfig): readonly (readonly [name: string, count: number])[] {
  return [
    ["pipeline", config.pipelines.length],
    ["receiver", config.receivers.size],
    ["processor", config.processors.size],
    ["exporter", config.exporters.size],
    ["extension", config.extensions.size],
  ];
}

function summary(config: CollectorConfig): string {
  return counts(config)
    .filter(([name, count]) => count > 0 || name !== "extension")
    .map(([name, count]) => plural(count, name))
    .join(", ");
}

function counted({ problems }: ConfigResult, severity: "error" | "warning"): string {
  return plural(problems.filter((problem) => problem.severity === severity).length, severity);
}

function plural(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

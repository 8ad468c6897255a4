import type { ExporterFactory } from "../../collector/component.ts";
import type { ConfigProblem } from "../../collector/config/spec.ts";
import { othersCanChange, othersCanRead } from "../../collector/file-exposure.ts";
import { fileConfig, type FileConfig } from "./config.ts";
import { FileExporter } from "./file-exporter.ts";
import { preflight } from "./preflight.ts";

/** The `file` exporter: OTLP JSON lines. */
export const factory: ExporterFactory<FileConfig> = {
  kind: "exporter",
  type: "file",
  description: "Appends records to a file as OTLP JSON lines",
  stability: "alpha",
  config: fileConfig,
  check,
  preflight,
  create: (settings, config) => new FileExporter(settings, config),
};

/** Files that the exporter makes are its own; what is there already may be anybody's. */
function check({ path }: FileConfig): readonly ConfigProblem[] {
  const exposed = othersCanChange(path) ? "change" : othersCanRead(path) ? "read" : undefined;
  if (exposed === undefined) return [];
  const message = `every user of this machine can ${exposed} "${path}", and it holds the audit trail; take the right away with "chmod o-rw", from the file and its folder`;
  return [{ path: ["path"], severity: "warning", message }];
}

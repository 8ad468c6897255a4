import { z } from "zod";
import { filePath } from "../../collector/config/fields.ts";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** When a new file is begun, and what becomes of the former ones. */
export interface Rotation {
  readonly maxBytes: number;
  /** Former files that are kept; infinite when all are. */
  readonly maxBackups: number;
  /** Age of a former file at which it is deleted; infinite when it never is. */
  readonly maxAgeMs: number;
  readonly compression: "gzip" | "none";
}

/** Configuration of the `file` exporter. */
export interface FileConfig {
  /** Relative to the working directory of the process. */
  readonly path: string;
  readonly fsync: boolean;
  readonly rotation: Rotation | undefined;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;

const rotation = z.strictObject({
  max_megabytes: z
    .int()
    .min(1)
    .default(100)
    .describe("Size in MiB that a file does not exceed, a single larger batch aside; then a new one is begun"),
  max_backups: z
    .int()
    .min(0)
    .default(0)
    .describe("Former files that are kept; the oldest beyond them are deleted. 0 keeps all"),
  max_days: z.int().min(0).default(0).describe("Days after which a former file is deleted. 0 never deletes"),
  compression: z.enum(["gzip", "none"]).default("none").describe("What becomes of a file that is no longer written to"),
  localtime: refusedKey("is not available: names hold UTC, which no change of clocks makes ambiguous; remove it"),
});

export const fileConfig: ConfigSpec<FileConfig> = z
  .strictObject({
    path: filePath().describe("File to append to; made with mode 0600 when absent. Its folder must exist"),
    fsync: z
      .boolean()
      .default(true)
      .describe(
        "Acknowledge only after the disk has the records. `false` may lose acknowledged records in a power cut",
      ),
    rotation: rotation.optional().describe("Begin a new file now and then. Without it the file grows without bound"),
    append: z
      .literal(true, "would empty the file at every start; remove it: it is always appended to")
      .optional()
      .describe("Always so"),
    format: z
      .literal("json", 'must be "json": lines of OTLP JSON are all that is written')
      .optional()
      .describe("`json` only"),
    compression: refusedKey("would leave the file unreadable after a crash; remove it, and set rotation::compression"),
    flush_interval: refusedKey("every batch is written before it is acknowledged; remove it"),
    create_directory: refusedKey("would hide a mistyped path; remove it, and make the folder"),
    directory_permissions: refusedKey("no folder is made; remove it"),
    encoding: refusedKey("lines of OTLP JSON are all that is written; remove it"),
    group_by: refusedKey("is not available: give each pipeline an exporter of its own; remove it"),
  })
  .transform((value) => ({ path: value.path, fsync: value.fsync, rotation: readRotation(value.rotation) }));

function readRotation(value: z.output<typeof rotation> | undefined): Rotation | undefined {
  if (value === undefined) return undefined;
  return {
    maxBytes: value.max_megabytes * MEGABYTE,
    maxBackups: value.max_backups === 0 ? Number.POSITIVE_INFINITY : value.max_backups,
    maxAgeMs: value.max_days === 0 ? Number.POSITIVE_INFINITY : value.max_days * DAY_MS,
    compression: value.compression,
  };
}

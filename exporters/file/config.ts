import { z } from "zod";
import { filePath } from "../../collector/config/fields.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `file` exporter. */
export interface FileConfig {
  /** Relative to the working directory of the process. */
  readonly path: string;
  readonly fsync: boolean;
}

export const fileConfig: ConfigSpec<FileConfig> = z.strictObject({
  path: filePath().describe("File to append to; made with mode 0600 when absent. Its folder must exist"),
  fsync: z
    .boolean()
    .default(true)
    .describe("Acknowledge only after the disk has the records. `false` may lose acknowledged records in a power cut"),
});

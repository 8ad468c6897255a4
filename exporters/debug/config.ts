import { z } from "zod";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `debug` exporter. */
export interface DebugConfig {
  readonly verbosity: "basic" | "normal" | "detailed";
}

export const debugConfig: ConfigSpec<DebugConfig> = z.strictObject({
  verbosity: z
    .enum(["basic", "normal", "detailed"])
    .default("normal")
    .describe(
      "`basic`: one line per batch; `normal`: one line per record; `detailed`: every record with all its values",
    ),
  sampling_initial: refusedKey("every record is printed; remove it, or take verbosity: basic"),
  sampling_thereafter: refusedKey("every record is printed; remove it, or take verbosity: basic"),
  use_internal_logger: refusedKey("records go to standard output, the collector's log to standard error; remove it"),
  output_paths: refusedKey("records go to standard output; remove it, or take the file exporter"),
  sending_queue: refusedKey("nothing is queued: intake waits; remove it"),
});

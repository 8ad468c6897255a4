import { z } from "zod";
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
});

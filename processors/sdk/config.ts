import { z } from "zod";
import { Secret } from "../../collector/config/secret.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `sdk` processor. */
export interface SdkProcessorConfig {
  readonly module: string;
  readonly export: string;
  /** JSON of the list of constructor arguments. Secret, because they may hold credentials. */
  readonly args: Secret;
  readonly mayDrop: boolean;
}

export const sdkProcessorConfig: ConfigSpec<SdkProcessorConfig> = z
  .strictObject({
    module: z
      .string()
      .min(1, "must name a package or a file")
      .describe("Package, or path of a file, that holds the processor; found from the working directory"),
    export: z.string().min(1).describe("Name of the exported class, or of a function that gives a processor"),
    args: z
      .array(z.json())
      .default([])
      .describe(
        "Arguments of the constructor. `{$export: NAME}` stands for another export of the module, `{$next: true}` for the processor that comes after. Never printed",
      ),
    may_drop: z
      .boolean()
      .default(false)
      .describe(
        "Records that the processor does not pass on are dropped and counted; otherwise they are kept and counted",
      ),
  })
  .transform((value) => ({
    module: value.module,
    export: value.export,
    args: new Secret(JSON.stringify(value.args)),
    mayDrop: value.may_drop,
  }));

import { z } from "zod";
import { duration } from "../../collector/config/fields.ts";
import { Secret } from "../../collector/config/secret.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `sdk` exporter. */
export interface SdkConfig {
  readonly module: string;
  readonly export: string;
  /** JSON of the list of constructor arguments. Secret, because they commonly hold credentials. */
  readonly args: Secret;
  readonly exportTimeoutMs: number;
}

export const sdkConfig: ConfigSpec<SdkConfig> = z
  .strictObject({
    module: z
      .string()
      .min(1, "must name a package or a file")
      .default("@opentelemetry/exporter-logs-otlp-http")
      .describe("Package, or path of a file, that holds the exporter; found from the working directory"),
    export: z.string().min(1).default("OTLPLogExporter").describe("Name of the exported class"),
    args: z
      .array(z.json())
      .default([])
      .describe(
        "Arguments of the class's constructor. `{$export: NAME}` stands for another export of the module. Never printed, since they may hold credentials",
      ),
    export_timeout: duration({ min: "1s", max: "10m" })
      .prefault("30s")
      .describe("Longest time for one export, after which it counts as failed"),
  })
  .transform((value) => ({
    module: value.module,
    export: value.export,
    args: new Secret(JSON.stringify(value.args)),
    exportTimeoutMs: value.export_timeout,
  }));

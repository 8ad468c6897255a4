import { z } from "zod";
import { listenEndpoint, type ListenEndpoint } from "../../collector/config/listen-endpoint.ts";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `health_check` extension. */
export interface HealthCheckConfig {
  readonly endpoint: ListenEndpoint;
  /** Answers whether everything is collected. */
  readonly path: string;
  /** Answers whether a restart may help. */
  readonly livenessPath: string;
  /** Name integrations and what troubles them. */
  readonly details: boolean;
}

export const healthCheckConfig: ConfigSpec<HealthCheckConfig> = z
  .strictObject({
    endpoint: listenEndpoint()
      .prefault("localhost:13133")
      .describe("Host and port to listen on; `0.0.0.0:13133` for every address of the machine"),
    path: urlPath()
      .default("/")
      .describe(
        "Readiness: 200 while every integration is collected and delivered, else 503. `/` answers every path but `liveness_path`",
      ),
    liveness_path: urlPath()
      .default("/livez")
      .describe("Liveness: 200 unless the collector hangs, whatever the state of integrations and backends"),
    details: z
      .boolean()
      .default(true)
      .describe("Name integrations and what troubles them in the answer. `false` where strangers can ask"),
    response_body: refusedKey("has no use here: the answer says what is wrong; remove it"),
    check_collector_pipeline: refusedKey("is what path does; remove it"),
    tls: refusedKey("is not supported; let the endpoint listen on localhost, or put a proxy in front"),
  })
  .refine((value) => value.path !== value.liveness_path, {
    path: ["liveness_path"],
    message: "must differ from path: what a restart cannot mend must not cause one",
  })
  .transform((value) => ({
    endpoint: value.endpoint,
    path: value.path,
    livenessPath: value.liveness_path,
    details: value.details,
  }));

function urlPath(): z.ZodType<string, string> {
  return z.string().regex(/^\/[^\s?#]*$/, 'must be the path of a URL, such as "/health"');
}

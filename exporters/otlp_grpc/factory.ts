import { credentialKey } from "../../collector/authenticate.ts";
import type { ExporterFactory } from "../../collector/component.ts";
import type { ConfigProblem } from "../../collector/config/spec.ts";
import { isLoopback } from "../../collector/loopback.ts";
import { checkTls } from "../../collector/check-tls.ts";
import { otlpGrpcConfig, type OtlpGrpcConfig } from "./config.ts";
import { OtlpGrpcExporter } from "./otlp-grpc-exporter.ts";
import { preflight } from "./preflight.ts";

/** Port that OTLP registers for HTTP, which does not take gRPC. */
const HTTP_PORT = /:4318$/;

/** The `otlp_grpc` exporter: any OTLP backend over gRPC. */
export const factory: ExporterFactory<OtlpGrpcConfig> = {
  kind: "exporter",
  type: "otlp_grpc",
  aliases: ["otlp"],
  description: "Sends logs to any OTLP backend over gRPC",
  stability: "alpha",
  config: otlpGrpcConfig,
  check,
  preflight,
  authenticator: ({ authenticator }) => authenticator,
  create: (settings, config) => new OtlpGrpcExporter(settings, config),
};

function check(config: OtlpGrpcConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [...checkTls(config.tls)];
  const warn = (path: readonly string[], message: string): void => {
    problems.push({ path, severity: "warning", message });
  };
  if (HTTP_PORT.test(config.target)) {
    warn(["endpoint"], "uses port 4318, which is OTLP/HTTP; OTLP/gRPC usually listens on 4317");
  }
  const credential = credentialKey(config);
  if (credential !== undefined && config.plaintext && !isLoopback(config.target.replace(/:\d+$/, ""))) {
    warn(credential, "sends the credential without TLS: everyone on the way can read it; use TLS");
  }
  return problems;
}

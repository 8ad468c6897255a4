import { credentialKey } from "../../collector/authenticate.ts";
import type { ExporterFactory } from "../../collector/component.ts";
import type { ConfigProblem } from "../../collector/config/spec.ts";
import { isLoopback } from "../../collector/loopback.ts";
import { checkTls } from "../../collector/check-tls.ts";
import { otlpHttpConfig, type OtlpHttpConfig } from "./config.ts";
import { OtlpHttpExporter } from "./otlp-http-exporter.ts";
import { preflight } from "./preflight.ts";

/** Port that OTLP registers for gRPC, which does not take OTLP/HTTP. */
const GRPC_PORT = "4317";

/** The `otlp_http` exporter: any OTLP backend over HTTP. */
export const factory: ExporterFactory<OtlpHttpConfig> = {
  kind: "exporter",
  type: "otlp_http",
  aliases: ["otlphttp"],
  description: "Sends logs to any OTLP backend over HTTP, as protobuf or JSON",
  stability: "alpha",
  config: otlpHttpConfig,
  check,
  preflight,
  authenticator: ({ authenticator }) => authenticator,
  create: (settings, config) => new OtlpHttpExporter(settings, config),
};

function check(config: OtlpHttpConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [...checkTls(config.tls)];
  if (config.logsUrl.port === GRPC_PORT) {
    problems.push({
      path: ["endpoint"],
      severity: "warning",
      message: "uses port 4317, which is OTLP/gRPC; OTLP/HTTP usually listens on 4318",
    });
  }
  if (config.logsUrl.pathname.endsWith("/v1/logs/v1/logs")) {
    problems.push({
      path: ["endpoint"],
      severity: "warning",
      message: "already ends with /v1/logs, which is appended once more; use logs_endpoint for a full URL",
    });
  }
  const { protocol, hostname } = config.logsUrl;
  const credential = credentialKey(config);
  if (credential !== undefined && protocol === "http:" && !isLoopback(hostname)) {
    problems.push({
      path: credential,
      severity: "warning",
      message: "sends the credential without TLS: everyone on the way can read it; use https://",
    });
  }
  return problems;
}

import { factory as debugExporter } from "../exporters/debug/factory.ts";
import { factory as fileExporter } from "../exporters/file/factory.ts";
import { factory as otlpGrpcExporter } from "../exporters/otlp_grpc/factory.ts";
import { factory as otlpHttpExporter } from "../exporters/otlp_http/factory.ts";
import { factory as sdkExporter } from "../exporters/sdk/factory.ts";
import { factory as basicAuthExtension } from "../extensions/basicauth/factory.ts";
import { factory as bearerTokenAuthExtension } from "../extensions/bearertokenauth/factory.ts";
import { factory as healthCheckExtension } from "../extensions/health_check/factory.ts";
import { factory as oauth2ClientExtension } from "../extensions/oauth2client/factory.ts";
import { factory as batchProcessor } from "../processors/batch/factory.ts";
import { factory as filterProcessor } from "../processors/filter/factory.ts";
import { factory as redactProcessor } from "../processors/redact/factory.ts";
import { factory as sdkProcessor } from "../processors/sdk/factory.ts";
import { factory as transformProcessor } from "../processors/transform/factory.ts";
import { factory as xdrProcessor } from "../processors/xdr/factory.ts";
import { factory as o365Receiver } from "../receiver/factory.ts";
import type { AnyFactory } from "./component.ts";

/** Every component that a configuration can name, in the order that `otel-o365 components` lists them. */
export const factories: readonly AnyFactory[] = [
  o365Receiver,
  xdrProcessor,
  filterProcessor,
  transformProcessor,
  redactProcessor,
  sdkProcessor,
  batchProcessor,
  otlpHttpExporter,
  otlpGrpcExporter,
  sdkExporter,
  fileExporter,
  debugExporter,
  healthCheckExtension,
  oauth2ClientExtension,
  basicAuthExtension,
  bearerTokenAuthExtension,
];

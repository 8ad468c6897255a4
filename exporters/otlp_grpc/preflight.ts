import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import type { OtlpGrpcConfig } from "./config.ts";
import { OtlpGrpcExporter } from "./otlp-grpc-exporter.ts";

/** Sends the backend an empty request: reached, let in, and OTLP spoken, all in one. */
export async function* preflight(
  config: OtlpGrpcConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const exporter = new OtlpGrpcExporter(settings, config);
  try {
    await exporter.start();
    const remark = await exporter.probe(signal);
    const message = `${config.target} accepts an empty OTLP request`;
    yield remark === undefined
      ? fact("ok", "backend", message)
      : fact("warn", "backend", `${message}, but says: "${remark}"; find out there what it means`);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorError)) throw error;
    yield fact("fail", "backend", error.message, { fields: { code: error.code } });
  } finally {
    await exporter.shutdown(AbortSignal.abort());
  }
}

import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { isJsonObject, parseObject, type JsonValue } from "../../collector/record.ts";

/** What an ExportLogsServiceResponse says. */
export interface ServiceResponse {
  /** Records that the backend refused out of an accepted batch. */
  readonly rejectedCount: number;
  /** The backend's reason, or a warning when nothing was refused. */
  readonly message: string | undefined;
}

/**
 * Decodes the body of a 200. Undefined when it is no ExportLogsServiceResponse. An empty protobuf body is one, an empty
 * JSON body is not. The package's own JSON decoder is not used: it takes a cut body for success.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response (read 2026-11-22)
 */
export function decodeServiceResponse(mediaType: string, body: Uint8Array): ServiceResponse | undefined {
  if (mediaType === "application/x-protobuf") return fromProtobuf(body);
  if (mediaType === "application/json") return fromJson(body);
  return undefined;
}

function fromProtobuf(body: Uint8Array): ServiceResponse | undefined {
  try {
    const partial = ProtobufLogsSerializer.deserializeResponse(body).partialSuccess;
    return serviceResponse(partial?.rejectedLogRecords ?? 0, partial?.errorMessage);
  } catch {
    return undefined;
  }
}

/**
 * An object with other keys alone is some other API's answer, say `{"status":"ok"}`, and proves nothing. That is stricter
 * than OTLP, which ignores unknown keys: taking it for an acknowledgement would be a silent gap.
 */
function fromJson(body: Uint8Array): ServiceResponse | undefined {
  const response = parseObject(Buffer.from(body).toString("utf8"));
  if (response === null) return undefined;
  const keys = Object.keys(response);
  if (keys.length > 0 && !keys.includes("partialSuccess") && !keys.includes("partial_success")) return undefined;
  const partial = response["partialSuccess"] ?? response["partial_success"] ?? {};
  if (!isJsonObject(partial)) return undefined;
  const rejected = int64(partial["rejectedLogRecords"] ?? partial["rejected_log_records"] ?? 0);
  const message = partial["errorMessage"] ?? partial["error_message"] ?? "";
  if (Number.isNaN(rejected) || typeof message !== "string") return undefined;
  return serviceResponse(rejected, message);
}

/** In JSON, protobuf writes 64-bit integers as text; both forms are to be read. */
function int64(value: JsonValue): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

function serviceResponse(rejected: number, message: string | undefined): ServiceResponse {
  return { rejectedCount: Math.max(0, rejected), message: message === "" ? undefined : message };
}

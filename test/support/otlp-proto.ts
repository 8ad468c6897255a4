import protobuf from "protobufjs";

/**
 * The messages of OTLP logs, written from the published field numbers, so that tests decode with another library than
 * the one that encodes.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
const PROTO = `
syntax = "proto3";
message AnyValue { oneof value {
  string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message LogRecord {
  fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
  bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12; }
message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
message ExportLogsPartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }
message ExportLogsServiceResponse { ExportLogsPartialSuccess partial_success = 1; }
message Status { int32 code = 1; string message = 2; }
`;

const { root } = protobuf.parse(PROTO);
const requestType = root.lookupType("ExportLogsServiceRequest");
const responseType = root.lookupType("ExportLogsServiceResponse");
const statusType = root.lookupType("Status");

/** The request in the shape of OTLP JSON: 64-bit integers as text. */
export function decodeRequest(bytes: Uint8Array): unknown {
  return requestType.toObject(requestType.decode(bytes), { longs: String, bytes: String });
}

/** Number of log records of a request. All of it is decoded, and nothing made of it: half of what recordsOf() of it costs. */
export function countRecords(bytes: Uint8Array): number {
  const { resourceLogs = [] } = requestType.decode(bytes) as unknown as DecodedRequest;
  return resourceLogs.reduce(
    (sum, { scopeLogs = [] }) => sum + scopeLogs.reduce((part, { logRecords = [] }) => part + logRecords.length, 0),
    0,
  );
}

interface DecodedRequest {
  readonly resourceLogs?: readonly { readonly scopeLogs?: readonly { readonly logRecords?: readonly unknown[] }[] }[];
}

/** An ExportLogsServiceResponse; without partial success it is empty. */
export function encodeResponse(partialSuccess?: { rejectedLogRecords: number; errorMessage: string }): Uint8Array {
  return responseType.encode(responseType.create(partialSuccess === undefined ? {} : { partialSuccess })).finish();
}

/** A google.rpc.Status. */
export function encodeStatus(status: { code: number; message: string }): Uint8Array {
  return statusType.encode(statusType.create(status)).finish();
}

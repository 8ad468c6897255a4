/** Every way to hand records to a Collector. */
export const WAYS = {
  "otlp_http/json": { encoding: "json", compression: "none" },
  "otlp_http/json_gzip": { encoding: "json", compression: "gzip" },
  "otlp_http/proto": { encoding: "proto", compression: "none" },
  "otlp_http/proto_gzip": { encoding: "proto", compression: "gzip" },
  "otlp_grpc/plain": { compression: "none" },
  "otlp_grpc/gzip": { compression: "gzip" },
} as const;
export type Way = keyof typeof WAYS;
export const ways: readonly Way[] = Object.keys(WAYS) as Way[];

/** Our `file` exporter, as it is read by the Collector: while it is written to, and afterwards. */
export const FILES = {
  "file/whole": {},
  "file/rotated": { rotation: { max_megabytes: 1 } },
  "file/rotated_gzip": { rotation: { max_megabytes: 1, compression: "gzip" } },
} as const;

/** A value of every kind that an attribute can have. */
export const typed: object = {
  actions: [
    // Each branch has processors of its own, and so a time of its own.
    { set: 'attributes["xdr.ingest_time_usec"]', value: "1795657399116001" },
    { set: 'attributes["peer.text"]', value: '"zoë ✓ \\" \\\\ \\n"' },
    { set: 'attributes["peer.int"]', value: "-9007199254740991" },
    { set: 'attributes["peer.double"]', value: "2.5" },
    { set: 'attributes["peer.bool"]', value: "false" },
    { set: 'attributes["peer.list"]', value: '["a", "", "b"]' },
    { set: 'attributes["peer.map"]', value: '{"text": "t", "int": 1, "list": [1, 2]}' },
  ],
};

/** What the Collector's own processors do on the way; `filter` drops what has lost a type, so that it would be missing. */
export const theirProcessors: object = {
  "attributes/peer": { actions: [{ key: "peer.collector", value: "otelcol", action: "insert" }] },
  "transform/peer": {
    error_mode: "propagate",
    log_statements: [
      { context: "log", statements: ['set(attributes["peer.less"], attributes["peer.int"] + 9007199254740993)'] },
    ],
  },
  "filter/peer": {
    error_mode: "propagate",
    logs: {
      log_record: [
        'attributes["peer.double"] != 2.5',
        'attributes["peer.bool"] != false',
        'not IsMap(attributes["peer.map"])',
        'not IsList(attributes["peer.list"])',
        "not IsString(body)",
      ],
    },
  },
  "batch/peer": { send_batch_size: 100, timeout: "200ms" },
};
export const theirAttributes: Readonly<Record<string, unknown>> = {
  "peer.collector": { stringValue: "otelcol" },
  "peer.less": { intValue: "2" },
};

/** Reads files of ours from their first line. */
export function fileReceiver(include: readonly string[]): object {
  // By default a line may have 1 MiB, which is less than a batch may have, and files are told apart by their first 1000 bytes.
  return {
    include,
    start_at: "beginning",
    max_log_size: "16MiB",
    fingerprint_size: "16KiB",
    compression: "auto",
    poll_interval: "100ms",
  };
}

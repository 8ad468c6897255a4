import {
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type status,
} from "@grpc/grpc-js";
import { decodeRequest, encodeResponse } from "./otlp-proto.ts";
import { type ReceivedRecord, recordsOf } from "./otlp-record.ts";

/** How the sink answers one request. */
export type GrpcAnswer =
  | { readonly kind: "ok" }
  | { readonly kind: "partial"; readonly rejected: number; readonly message: string }
  | { readonly kind: "status"; readonly code: status; readonly details?: string; readonly statusDetails?: Uint8Array }
  /** OK with bytes that are no answer. */
  | { readonly kind: "garbage" }
  /** No answer until the sink is closed. */
  | { readonly kind: "stall" };

/** An OTLP/gRPC receiver on a free port of 127.0.0.1. */
export interface OtlpGrpcSink {
  /** `127.0.0.1:port`. */
  readonly target: string;
  readonly metadata: readonly Metadata[];
  /** Length of each request, unpacked. */
  readonly sizes: readonly number[];
  /** Records of the requests that were answered with success. */
  accepted(): readonly ReceivedRecord[];
  /** Resolves once a request has arrived. */
  readonly reached: Promise<void>;
  close(): Promise<void>;
}

const same = (bytes: Buffer): Buffer => bytes;

const SERVICE = {
  Export: {
    path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
} as const;

interface SinkOptions {
  readonly answer?: (records: readonly ReceivedRecord[]) => GrpcAnswer;
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string; readonly clientCaPem?: string };
  /** A server without the log service. */
  readonly empty?: boolean;
}

export async function startOtlpGrpcSink({ answer, tls, empty = false }: SinkOptions = {}): Promise<OtlpGrpcSink> {
  const server = new Server();
  const metadata: Metadata[] = [];
  const sizes: number[] = [];
  const accepted: ReceivedRecord[] = [];
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const handle = (call: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>): void => {
    const records = recordsOf(decodeRequest(call.request));
    metadata.push(call.metadata);
    sizes.push(call.request.length);
    resolve();
    const chosen = answer?.(records) ?? { kind: "ok" };
    const succeed = (body: Uint8Array): void => {
      accepted.push(...records);
      reply(null, Buffer.from(body));
    };
    if (chosen.kind === "ok") succeed(encodeResponse());
    else if (chosen.kind === "partial") {
      succeed(encodeResponse({ rejectedLogRecords: chosen.rejected, errorMessage: chosen.message }));
    } else if (chosen.kind === "garbage") reply(null, Buffer.from([0xff, 0xff, 0xff]));
    else if (chosen.kind === "status") {
      const trailers = new Metadata();
      if (chosen.statusDetails !== undefined)
        trailers.set("grpc-status-details-bin", Buffer.from(chosen.statusDetails));
      reply({ code: chosen.code, details: chosen.details ?? "", metadata: trailers });
    }
  };
  if (!empty) server.addService(SERVICE, { Export: handle });
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          tls.clientCaPem === undefined ? null : Buffer.from(tls.clientCaPem),
          [{ cert_chain: Buffer.from(tls.certificatePem), private_key: Buffer.from(tls.privateKeyPem) }],
          tls.clientCaPem !== undefined,
        );
  const port = await new Promise<number>((bound, failed) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, chosen) => (error === null ? bound(chosen) : failed(error)));
  });
  return {
    target: `127.0.0.1:${port}`,
    metadata,
    sizes,
    accepted: () => accepted,
    reached,
    close: async () => server.forceShutdown(),
  };
}

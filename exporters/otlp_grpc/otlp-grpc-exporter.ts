import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, ExporterSettings, LogsConsumer } from "../../collector/component.ts";
import { authenticated } from "../../collector/authenticate.ts";
import { formatDuration } from "../../collector/config/fields.ts";
import { UnderWay } from "../../collector/drain.ts";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { HeaderFileReader } from "../../collector/header-files.ts";
import { tlsOptions } from "../../collector/tls-context.ts";
import { version } from "../../collector/version.ts";
import { readFailure, readSuccess } from "./answer.ts";
import type { OtlpGrpcConfig } from "./config.ts";

const METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
/** gRPC waits longer with each failed connection, up to two minutes by default; delivery decides that here. */
const LONGEST_RECONNECT_MS = 5000;

type Needed = Pick<ExporterSettings, "id" | "logger" | "clock" | "authenticator">;

/** Sends batches as OTLP/gRPC, one attempt per consume(). Classifies every answer, retries nothing. */
export class OtlpGrpcExporter implements Component, LogsConsumer {
  readonly #settings: Needed;
  readonly #config: OtlpGrpcConfig;
  readonly #destination: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #headerFiles: HeaderFileReader;
  readonly #underWay = new UnderWay();
  readonly #stop = new AbortController();
  #client: Client | undefined;
  #lastWarning = "";

  constructor(settings: Needed, config: OtlpGrpcConfig) {
    this.#settings = settings;
    this.#config = config;
    this.#destination = config.target;
    this.#headers = Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name, value.reveal()]));
    this.#headerFiles = new HeaderFileReader(config.headerFiles);
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when a file of `tls` cannot be read. */
  async start(): Promise<void> {
    this.#client = new Client(this.#config.target, this.#credentials(), {
      "grpc.primary_user_agent": `otel-o365/${version}`,
      "grpc.enable_retries": 0,
      "grpc.max_send_message_length": -1,
      "grpc.initial_reconnect_backoff_ms": 500,
      "grpc.max_reconnect_backoff_ms": LONGEST_RECONNECT_MS,
      // Connections are shared by target otherwise, those of another exporter with other certificates too.
      "grpc.use_local_subchannel_pool": 1,
      ...(this.#config.compression === "gzip"
        ? { "grpc.default_compression_algorithm": compressionAlgorithms.gzip }
        : {}),
    });
  }

  /** @throws {CollectorError} PermanentError, PartialSuccessError or RetryableError; the signal's reason when it aborts. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    const client = this.#running();
    signal.throwIfAborted();
    if (records.length === 0) return;
    const warning = await this.#underWay.track(this.#attempt(client, records, signal));
    if (warning === undefined || warning === this.#lastWarning) return;
    // Backends repeat their warning with every batch.
    this.#lastWarning = warning;
    this.#settings.logger.warn("Backend accepted the records with a warning", { warning });
  }

  /**
   * Sends an empty request, which a backend answers like any other.
   *
   * @returns What the backend remarked, when it did.
   * @throws {CollectorError} As consume().
   */
  async probe(signal: AbortSignal): Promise<string | undefined> {
    return this.#attempt(this.#running(), [], signal);
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    await this.#underWay.drain(signal);
    this.#stop.abort(this.#cannot("the exporter was shut down", "the records come again after the next start"));
    client.close();
  }

  #running(): Client {
    if (this.#client !== undefined) return this.#client;
    throw this.#cannot(`${this.#settings.id} is not running`, "start it first");
  }

  #credentials(): ReturnType<typeof credentials.createInsecure> {
    if (this.#config.plaintext) return credentials.createInsecure();
    const { ca, key, cert, rejectUnauthorized } = tlsOptions(this.#config.tls);
    const bytes = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
    return credentials.createSsl(bytes(ca?.join("\n")), bytes(key), bytes(cert), { rejectUnauthorized });
  }

  async #attempt(
    client: Client,
    records: readonly ReadableLogRecord[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    // The serializer only reads; its type asks for a mutable array.
    const body = Buffer.from(ProtobufLogsSerializer.serializeRequest(records.slice()) ?? []);
    let sent: Readonly<Record<string, string>> = {};
    const answer = await authenticated(
      this.#settings.authenticator,
      signal,
      (own) => {
        sent = { ...this.#headers, ...this.#headerFiles.read(), ...own };
        return this.#call(client, body, sent, signal);
      },
      (one) => !Buffer.isBuffer(one) && one.code === status.UNAUTHENTICATED,
    );
    const question = { destination: this.#destination, records: records.length, bytes: body.length, sent };
    if (!Buffer.isBuffer(answer)) throw readFailure(answer, question);
    const { error, warning } = readSuccess(partialSuccessOf(answer, this.#destination), question);
    if (error !== undefined) throw error;
    return warning;
  }

  /** The answer, or what the server says in place of one. */
  async #call(
    client: Client,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Buffer | ServiceError> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const timeout = this.#settings.clock.timeoutSignal(this.#config.timeoutMs);
    const ended = AbortSignal.any([signal, this.#stop.signal, timeout]);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | ServiceError>();
    const call = client.makeUnaryRequest(
      METHOD,
      same,
      same,
      body,
      metadata,
      (error: ServiceError | null, answer?: Buffer) => {
        resolve(error ?? answer ?? Buffer.alloc(0));
      },
    );
    const cancel = (): void => {
      reject(this.#reasonOf(signal));
      call.cancel();
    };
    if (ended.aborted) cancel();
    ended.addEventListener("abort", cancel, { once: true });
    try {
      return await promise;
    } finally {
      ended.removeEventListener("abort", cancel);
    }
  }

  #reasonOf(signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (this.#stop.signal.aborted) return this.#stop.signal.reason;
    const { timeoutMs } = this.#config;
    return this.#cannot(`no answer came within ${formatDuration(timeoutMs)}`, "raise timeout if the backend is slow");
  }

  #cannot(seen: string, todo: string): RetryableError {
    return new RetryableError(ErrorCode.unavailable, `Cannot send logs to ${this.#destination}: ${seen}; ${todo}`);
  }
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

/** @throws {CollectorError} `OTEL_O365_MISDIRECTED` for an answer that is none: taking it for an acknowledgement would be a gap. */
function partialSuccessOf(
  answer: Buffer,
  destination: string,
): ReturnType<typeof ProtobufLogsSerializer.deserializeResponse>["partialSuccess"] {
  try {
    return ProtobufLogsSerializer.deserializeResponse(answer).partialSuccess;
  } catch (cause) {
    const message = `Cannot send logs to ${destination}: it answered OK with something that is no OTLP response; check endpoint`;
    throw new RetryableError(ErrorCode.misdirected, message, { cause });
  }
}

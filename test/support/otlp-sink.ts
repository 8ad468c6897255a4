import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { countRecords, decodeRequest } from "./otlp-proto.ts";
import { type ReceivedRecord, recordsOf } from "./otlp-record.ts";
import { breakOff, reply, type Response, type SinkAnswer } from "./otlp-sink-answer.ts";

export type { SinkAnswer } from "./otlp-sink-answer.ts";

/** One request as it arrived. */
export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, unzipped. */
  readonly body: Buffer;
  readonly records: readonly ReceivedRecord[];
}

export interface SinkOptions {
  /** Serve TLS, with HTTP/2 offered by ALPN. `caPem` (for client certificates) asks for one and refuses others. */
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string; readonly clientCaPem?: string };
  /** Chooses the answer; `index` counts requests from 0. Default: always `ok`. */
  readonly answer?: (request: SinkRequest, index: number) => SinkAnswer;
  /** Asked before the body is read; true ends the connection in the middle of it. */
  readonly interrupt?: () => boolean;
  /** Told when a request is over: whether its answer was written to the end. */
  readonly onEnd?: (request: SinkRequest, whole: boolean) => void;
  /** False keeps no bodies and no requests, only counts: for benchmarks. Default true. */
  readonly keep?: boolean;
}

/** An OTLP/HTTP receiver on a free port of 127.0.0.1. */
export interface OtlpSink {
  /** Base URL, for `endpoint`. */
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  /** Requests so far, kept or not. */
  readonly requestCount: number;
  /** Records of the requests that were answered with success, kept or not. */
  readonly recordCount: number;
  /** Connections that are open. */
  readonly connectionCount: number;
  /** Records of the requests that were answered with success. */
  accepted(): readonly ReceivedRecord[];
  /** Resolves once `count` requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Answers every stalled request with `ok`. */
  release(): void;
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;

type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;
type Listener = (request: Request, response: Response) => void;

export async function startOtlpSink(options: SinkOptions = {}): Promise<OtlpSink> {
  const sink = new Sink(options);
  await sink.listen();
  return sink;
}

class Sink implements OtlpSink {
  readonly requests: SinkRequest[] = [];
  requestCount = 0;
  recordCount = 0;
  url = "";
  readonly #options: SinkOptions;
  readonly #server: Server | Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #accepted: ReceivedRecord[] = [];
  readonly #stalled = new Set<() => void>();
  readonly #waiting = new Set<() => void>();

  constructor(options: SinkOptions) {
    this.#options = options;
    const listener: Listener = (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.writeHead(500, { "content-type": "text/plain" });
        response.end(String(error));
      });
    };
    this.#server =
      options.tls === undefined ? createServer(listener as RequestListener) : secureServer(options.tls, listener);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    this.url = `${this.#options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  accepted(): readonly ReceivedRecord[] {
    return this.#accepted;
  }

  async arrived(count: number): Promise<void> {
    while (this.requestCount < count) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  release(): void {
    for (const answer of this.#stalled) answer();
    this.#stalled.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const chunks: Buffer[] = [];
    const interrupted = this.#options.interrupt?.() === true;
    for await (const chunk of request) {
      if (interrupted) return breakOff(response, request.httpVersion);
      chunks.push(chunk as Buffer);
    }
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const isJson = request.headers["content-type"] === "application/json";
    const isKept = this.#options.keep !== false;
    let records: readonly ReceivedRecord[] | undefined;
    const received: SinkRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      httpVersion: request.httpVersion,
      headers: request.headers,
      body,
      get records() {
        return (records ??= recordsOf(isJson ? JSON.parse(body.toString("utf8")) : decodeRequest(body)));
      },
    };
    // What cannot be read is refused, whatever the answer would be.
    const count = isKept || isJson ? received.records.length : countRecords(body);
    const answer = this.#options.answer?.(received, this.requestCount) ?? { kind: "ok" };
    this.requestCount += 1;
    if (isKept) this.requests.push(received);
    response.once("close", () => this.#options.onEnd?.(received, response.writableFinished));
    reply(answer, {
      response,
      httpVersion: request.httpVersion,
      isJson,
      accept: () => {
        this.recordCount += count;
        if (isKept) this.#accepted.push(...received.records);
      },
      stall: (release) => this.#stalled.add(release),
    });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

function secureServer(tls: NonNullable<SinkOptions["tls"]>, listener: Listener): Http2SecureServer {
  return createSecureServer(
    {
      allowHTTP1: true,
      cert: tls.certificatePem,
      key: tls.privateKeyPem,
      ...(tls.clientCaPem === undefined ? {} : { ca: tls.clientCaPem, requestCert: true, rejectUnauthorized: true }),
    },
    listener as Http2Listener,
  );
}

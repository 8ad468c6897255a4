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
import { decodeRequest, encodeResponse, encodeStatus } from "./otlp-proto.ts";
import { type ReceivedRecord, recordsOf } from "./otlp-record.ts";

/** How the sink answers one request. */
export type SinkAnswer =
  /** 200 with an OTLP answer in the encoding of the request. */
  | { readonly kind: "ok" }
  | { readonly kind: "partial"; readonly rejected: number; readonly message: string }
  /** Any status; `message` becomes a google.rpc.Status in the encoding of the request, `body` is sent as it is. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
      readonly body?: string | Uint8Array;
    }
  /** 200 text/html: the page that a proxy or a gateway shows to browsers. */
  | { readonly kind: "login" }
  /** 200 with a Content-Length, and a connection that ends before it is reached. */
  | { readonly kind: "cut" }
  /** The connection is reset without an answer. */
  | { readonly kind: "reset" }
  /** No answer until the sink is closed or release() is called, which answers with `ok`. */
  | { readonly kind: "stall" };

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
  /** Records of the requests that were answered with success. */
  accepted(): readonly ReceivedRecord[];
  /** Resolves once `count` requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Answers every stalled request with `ok`. */
  release(): void;
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;

/** What the answers of HTTP/1.1 and HTTP/2 have in common. */
interface Response {
  writeHead(status: number, headers?: Record<string, string>): unknown;
  write(chunk: string): unknown;
  end(body?: string | Uint8Array): unknown;
  readonly socket?: { destroy(): unknown } | null;
  readonly stream?: { close(code?: number): void };
}
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
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const json = request.headers["content-type"] === "application/json";
    const received: SinkRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      httpVersion: request.httpVersion,
      headers: request.headers,
      body,
      records: recordsOf(json ? JSON.parse(body.toString("utf8")) : decodeRequest(body)),
    };
    const answer = this.#options.answer?.(received, this.requestCount) ?? { kind: "ok" };
    this.requestCount += 1;
    if (this.#options.keep !== false) this.requests.push(received);
    this.#reply(answer, received, response, json);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #reply(answer: SinkAnswer, request: SinkRequest, response: Response, json: boolean): void {
    const type = json ? "application/json" : "application/x-protobuf";
    const send = (status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array): void => {
      response.writeHead(status, { ...headers });
      response.end(body);
    };
    const succeed = (body: string | Uint8Array): void => {
      this.recordCount += request.records.length;
      if (this.#options.keep !== false) this.#accepted.push(...request.records);
      send(200, { "content-type": type }, body);
    };
    switch (answer.kind) {
      case "ok":
        return succeed(json ? "{}" : encodeResponse());
      case "partial": {
        const { rejected, message } = answer;
        const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: message };
        return succeed(
          json
            ? JSON.stringify({ partialSuccess })
            : encodeResponse({ rejectedLogRecords: rejected, errorMessage: message }),
        );
      }
      case "status": {
        const status = { code: 13, message: answer.message ?? "" };
        const words = answer.message === undefined ? "" : json ? JSON.stringify(status) : encodeStatus(status);
        return send(answer.status, { "content-type": type, ...answer.headers }, answer.body ?? words);
      }
      case "login":
        return send(200, { "content-type": "text/html; charset=utf-8" }, "<!doctype html><title>Sign in</title>");
      case "cut":
        response.writeHead(200, { "content-type": type, "content-length": "100" });
        response.write("{");
        return this.#cut(request, response);
      case "reset":
        return this.#cut(request, response);
      case "stall":
        this.#stalled.add(() => succeed(json ? "{}" : encodeResponse()));
    }
  }

  #cut(request: SinkRequest, response: Response): void {
    if (request.httpVersion.startsWith("2")) response.stream?.close(2);
    else setImmediate(() => response.socket?.destroy());
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

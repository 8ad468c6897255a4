import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { isIPv6, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { TlsIdentity } from "./certificates.ts";
import type { Outgoing } from "./faults/apply.ts";
import type { EmulatorClock } from "./options.ts";
import { readTarget, type Call } from "./http.ts";

const compress = promisify(gzip);
const MAX_BODY_BYTES = 1_048_576;

/** Turns a request into what goes onto the wire. */
export type Handler = (call: Call) => Promise<Outgoing>;

/** A TLS server on one port. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #gzip: boolean;
  readonly #clock: EmulatorClock;
  readonly #closing = new AbortController();
  /** The sockets below TLS, by the client's port. */
  readonly #sockets = new Map<number | undefined, Socket>();
  #handler: Handler = () => Promise.reject(new Error("Cannot answer: the emulator is not ready"));

  /** @param clock The time that answers are dated with. */
  constructor(host: string, identity: TlsIdentity, useGzip: boolean, clock: EmulatorClock) {
    this.#host = host;
    this.#gzip = useGzip;
    this.#clock = clock;
    this.#server = createServer({ cert: identity.certificatePem, key: identity.privateKeyPem }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => fail(response, error));
    });
    this.#server.on("connection", (socket: Socket) => {
      const port = socket.remotePort;
      this.#sockets.set(port, socket);
      socket.once("close", () => {
        if (this.#sockets.get(port) === socket) this.#sockets.delete(port);
      });
    });
    // A client that refuses the certificate or goes away is its own affair.
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  /** Starts to listen and returns the origin. Rejects when the port is taken. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, this.#host, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    const address = this.#server.address();
    const bound = typeof address === "object" && address !== null ? address.port : port;
    return `https://${isIPv6(this.#host) ? `[${this.#host}]` : this.#host}:${bound}`;
  }

  /** Sets what answers requests. To be called before the first one comes. */
  handle(handler: Handler): void {
    this.#handler = handler;
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const outgoing = await this.#handler({
      ...readTarget(request.url ?? "/"),
      method: request.method ?? "GET",
      headers: flatten(request.headers),
      body,
    });
    if (outgoing.delayMs > 0) await delay(outgoing.delayMs, undefined, { signal: this.#closing.signal });
    await this.#send(request, response, outgoing);
  }

  async #send(request: IncomingMessage, response: ServerResponse, { answer, wire }: Outgoing): Promise<void> {
    if (wire.kind === "hang") return;
    if (wire.kind === "empty") {
      request.socket.end();
      return;
    }
    if (wire.kind === "reset") {
      // A TLS socket cannot send a reset: the socket below it has to.
      this.#sockets.get(request.socket.remotePort)?.resetAndDestroy();
      request.socket.destroy();
      return;
    }
    const accepts = this.#gzip && answer.body.length > 200 && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const zipped = accepts || wire.kind === "bad_gzip";
    const plain = Buffer.from(answer.body);
    const bytes = zipped ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
    if (wire.kind === "bad_gzip") bytes.fill(0xff, Math.floor(bytes.length / 2));
    const length = bytes.length + (wire.kind === "wrong_length" ? wire.by : 0);
    response.strictContentLength = false;
    response.writeHead(answer.status, {
      date: new Date(this.#clock.now()).toUTCString(),
      ...answer.headers,
      ...(zipped ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {}),
      "content-length": Math.max(0, length),
    });
    if (wire.kind === "normal" || wire.kind === "bad_gzip") {
      response.end(bytes);
      return;
    }
    const half = Math.floor(bytes.length / 2);
    const sent = wire.kind === "cut" || wire.kind === "stall" ? bytes.subarray(0, wire.afterBytes ?? half) : bytes;
    response.flushHeaders();
    // Without the callback the last bytes could go down with the connection.
    response.write(sent, () => {
      if (wire.kind !== "stall") request.socket.destroySoon();
    });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function flatten(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify({ error: { code: "AF50000", message } }));
}

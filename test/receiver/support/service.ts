import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import type { Pair } from "./pairs.ts";

/** A request that a service received. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Handler = (request: SeenRequest, response: ServerResponse, index: number) => void;

/** A small server on a free port of this machine that answers as a test says, and a client's connections to it. */
export interface Service {
  readonly origin: string;
  readonly seen: SeenRequest[];
  readonly dispatcher: Agent;
  /** Replaces the handler. */
  handle(handler: Handler): void;
  close(): Promise<void>;
}

/** Starts a server: HTTPS when given a pair, which the client then trusts, else HTTP. */
export async function startService(pair?: Pair): Promise<Service> {
  const seen: SeenRequest[] = [];
  let handler: Handler = (_request, response) => response.writeHead(500).end();
  const listener: RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(request);
      handler(request, response, seen.length - 1);
    });
  };
  const server =
    pair === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ cert: pair.certificatePem, key: pair.keyPem }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const dispatcher = new Agent({
    keepAliveTimeout: 10,
    connect: pair === undefined ? {} : { ca: pair.certificatePem },
  });
  return {
    origin: `${pair === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    dispatcher,
    handle: (next) => {
      handler = next;
    },
    close: async () => {
      await dispatcher.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(value));
}

/** Answers with an error object of the API. */
export function apiError(
  response: ServerResponse,
  status: number,
  code: string,
  message = "something",
  headers: Record<string, string> = {},
): void {
  json(response, status, { error: { code, message } }, headers);
}

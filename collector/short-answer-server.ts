import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

/** Probes are short. */
const REQUEST_MS = 5000;
/** Longest time in which nothing is sent or received. */
const SILENCE_MS = 10_000;
/** Connections at a time. Each takes a file of the process, which collecting needs as well. */
const MOST_CONNECTIONS = 64;

/**
 * A server of short answers to short questions, such as probes. Whoever connects, and however many do, they can keep neither
 * files nor memory of the process: what does not ask within 5 s is cut, and of more than 64 connections the oldest. Not the
 * newest, because a probe is through within milliseconds, and must be while somebody else holds connections open.
 *
 * @param requestMs Milliseconds for a request to arrive whole.
 */
export function shortAnswerServer(answer: RequestListener, requestMs: number = REQUEST_MS): Server {
  const limits = { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: requestMs / 5 };
  const server = createServer(limits, answer);
  server.timeout = SILENCE_MS;
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > MOST_CONNECTIONS) oldest?.destroy();
  });
  return server;
}

import type { Server } from "node:net";
import type { ListenEndpoint } from "./config/listen-endpoint.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";

/**
 * Starts to listen.
 *
 * @param what Serves there, for the message: `health checks`.
 * @param key Where the configuration says the address, for the message.
 * @returns The port; another than asked for when that was 0.
 * @throws {CollectorError} `OTEL_O365_CONFIG` when the address is in use, forbidden or none of this machine.
 */
export async function listen(
  server: Server,
  { host, port }: ListenEndpoint,
  { what, key }: { readonly what: string; readonly key: string },
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // "localhost" may mean ::1 first; what asks for 127.0.0.1 would find nobody there.
  server.listen({ port, host: host === "localhost" ? "127.0.0.1" : host }, resolve);
  try {
    await promise;
  } catch (cause) {
    const at = `${host === undefined ? "" : host.includes(":") ? `[${host}]` : host}:${port}`;
    throw new CollectorError(ErrorCode.config, `Cannot serve ${what} at ${at}: ${reasonOf(cause, key)}`, { cause });
  } finally {
    server.off("error", reject);
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function reasonOf(cause: unknown, key: string): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") return `another program listens there already; stop it, or set ${key} to a free port`;
  if (code === "EACCES") return `this user may not listen there; set ${key} to a port from 1024 on`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `this machine has no such address; correct ${key}, "0.0.0.0" stands for all`;
  return `${describeError(cause)}; correct ${key}`;
}

/** Stops to listen and cuts what is connected: answers here are short, and nobody is owed one. */
export async function stopListening(server: Server & { closeAllConnections?(): void }): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections?.();
  await promise;
}

import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { CLOUD_HOSTS } from "./clouds.ts";

/**
 * An HTTP proxy that leads the addresses of the real clouds to the emulator, so that a client can be tried without
 * telling it another address. It leads nowhere else.
 */
export class CloudProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #host: string;
  /** The targets that were asked for, `host:port`, refused ones too. */
  readonly requested: string[] = [];

  /** @param target Port of the emulator's listener on `host`. */
  constructor(host: string, target: number) {
    this.#host = host;
    this.#server = createServer((_request, response) => {
      response.writeHead(405, { "content-type": "text/plain" }).end("This proxy takes CONNECT only\n");
    });
    this.#server.on("connection", (socket: Socket) => this.#hold(socket));
    this.#server.on("connect", (request, client: Duplex, head: Buffer) => {
      this.#hold(client);
      this.requested.push(request.url ?? "");
      if (!CLOUD_HOSTS.includes((request.url ?? "").replace(/:443$/, ""))) {
        client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      const upstream = connect(target, host, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      this.#hold(upstream);
      client.once("close", () => upstream.destroy());
      upstream.once("close", () => client.destroy());
    });
  }

  /** Starts to listen and returns the proxy's URL. Rejects when the port is taken. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, this.#host, resolve);
    });
    const address = this.#server.address();
    const bound = typeof address === "object" && address !== null ? address.port : port;
    return `http://${this.#host.includes(":") ? `[${this.#host}]` : this.#host}:${bound}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #hold(socket: Duplex): void {
    this.#sockets.add(socket);
    // Whoever goes away in the middle is the other side's affair.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

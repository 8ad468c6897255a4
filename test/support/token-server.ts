import { createServer, type IncomingHttpHeaders } from "node:http";
import { listen } from "../../collector/listen.ts";

/** A request for a token. */
export interface TokenAsk {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/** What is answered; undefined: nothing, until the server is closed. */
export type TokenReply = { readonly status: number; readonly body: unknown } | undefined;

/** A token endpoint on a free port of 127.0.0.1. */
export interface TokenServer {
  readonly url: string;
  readonly asks: readonly TokenAsk[];
  close(): Promise<void>;
}

/** @param answer Default: token-1, token-2 …, good for an hour. A body that is no text is sent as JSON. */
export async function startTokenServer(
  answer: (ask: TokenAsk, index: number) => TokenReply = (_ask, index) => ({
    status: 200,
    body: { access_token: `token-${index + 1}`, token_type: "bearer", expires_in: 3600 },
  }),
): Promise<TokenServer> {
  const asks: TokenAsk[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      const ask = { headers: request.headers, form: new URLSearchParams(text) };
      asks.push(ask);
      const reply = answer(ask, asks.length - 1);
      if (reply === undefined) return;
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
    });
  });
  const port = await listen(server, { host: "127.0.0.1", port: 0 }, { what: "tokens", key: "none" });
  return {
    url: `http://127.0.0.1:${port}/oauth2/token`,
    asks,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

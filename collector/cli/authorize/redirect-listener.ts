import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { CollectorError, describeError, ErrorCode } from "../../errors.ts";
import { stopListening } from "../../listen.ts";
import { shortAnswerServer } from "../../short-answer-server.ts";
import { readConsent, type ConsentAnswer } from "./consent-answer.ts";

/** Waits on loopback for the browser to come back from the consent page. */
export class RedirectListener {
  readonly #servers: readonly Server[];
  readonly #answer = Promise.withResolvers<ConsentAnswer>();
  readonly #path: string;
  readonly #state: string;

  private constructor(redirectUri: URL, state: string) {
    this.#path = redirectUri.pathname;
    this.#state = state;
    const server = (): Server => shortAnswerServer((request, response) => this.#serve(request, response));
    // Browsers take either for "localhost".
    this.#servers = [server(), server()];
  }

  /**
   * @param redirectUri `http://localhost:PORT/…`
   * @throws {CollectorError} `OTEL_O365_UNAVAILABLE` when the port is taken.
   */
  static async open(redirectUri: URL, state: string): Promise<RedirectListener> {
    const listener = new RedirectListener(redirectUri, state);
    const [v4, v6] = listener.#servers;
    const port = Number(redirectUri.port || 80);
    try {
      if (v4 !== undefined) await listen(v4, port, "127.0.0.1");
      if (v6 !== undefined) await listen(v6, port, "::1").catch(unlessAbsent);
    } catch (error) {
      await listener.close();
      throw new CollectorError(
        ErrorCode.unavailable,
        `Cannot listen on "${redirectUri.origin}" for the browser to come back: ${describeError(error)}; end what uses the port, or give another registered address with --redirect-uri`,
        { cause: error },
      );
    }
    return listener;
  }

  /** The first answer to this very request. Rejects with the signal's reason when it aborts before. */
  async wait(signal: AbortSignal): Promise<ConsentAnswer> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([this.#answer.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map(stopListening));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    // Whatever page is open in a browser can have it ask for "//", which is no URL.
    const url = URL.parse(request.url ?? "/", "http://localhost");
    // A browser asks for an icon as well.
    if (request.method !== "GET" || url?.pathname !== this.#path) return send(response, 404, "Nothing is here.");
    const answer = readConsent(url.searchParams, this.#state);
    if (answer.kind === "stranger") {
      return send(
        response,
        400,
        "This is not the answer to the consent that otel-o365 waits for. Start again from the address that it printed.",
      );
    }
    // Closing cuts whatever is connected, so the page has to be on its way before.
    response.once("close", () => this.#answer.resolve(answer));
    send(response, answer.kind === "granted" ? 200 : 400, WORDS[answer.kind]);
  }
}

const WORDS = {
  granted: "The consent has arrived. Go back to the terminal: the rest happens there.",
  refused: "The consent was not given. The terminal says why and what to do.",
  malformed: "The answer could not be read. The terminal says more.",
} as const;

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>otel-o365</title><body style="font:1.2rem/1.5 system-ui,sans-serif;margin:4rem auto;max-width:34rem"><h1 style="font-size:1.4rem">otel-o365</h1><p>${text}</p></body></html>\n`,
  );
}

/**
 * A machine without IPv6 has nobody who would come that way. Where somebody else listens there, the browser would take the
 * answer to them.
 */
function unlessAbsent(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") throw error;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

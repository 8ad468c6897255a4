import { encodeResponse, encodeStatus } from "./otlp-proto.ts";

/** How the sink answers one request. */
export type SinkAnswer =
  /** 200 with an OTLP answer in the encoding of the request, `delayMs` after the records were accepted. */
  | { readonly kind: "ok"; readonly delayMs?: number }
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
  /** 200 with a Content-Length, and a connection that ends before it is reached. `accepted`: the records count all the same. */
  | { readonly kind: "cut"; readonly accepted?: boolean }
  /** The connection is reset without an answer. `accepted`: the records count all the same, their answer is lost. */
  | { readonly kind: "reset"; readonly accepted?: boolean }
  /** No answer until the sink is closed or release() is called, which answers with `ok`. */
  | { readonly kind: "stall" };

/** What the answers of HTTP/1.1 and HTTP/2 have in common. */
export interface Response {
  writeHead(status: number, headers?: Record<string, string>): unknown;
  write(chunk: string): unknown;
  end(body?: string | Uint8Array): unknown;
  once(event: "close", listener: () => void): unknown;
  readonly writableFinished: boolean;
  readonly socket?: { destroy(): unknown } | null;
  readonly stream?: { close(code?: number): void };
}

/** How an answer goes onto the wire. */
export interface Reply {
  readonly response: Response;
  readonly httpVersion: string;
  readonly isJson: boolean;
  /** Counts the records of the request as accepted. */
  readonly accept: () => void;
  /** Keeps an answer back until it is called. */
  readonly stall: (release: () => void) => void;
}

export function reply(answer: SinkAnswer, { response, httpVersion, isJson, accept, stall }: Reply): void {
  const type = isJson ? "application/json" : "application/x-protobuf";
  const send = (status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array): void => {
    response.writeHead(status, { ...headers });
    response.end(body);
  };
  const succeed = (body: string | Uint8Array): void => send(200, { "content-type": type }, body);
  const empty = isJson ? "{}" : encodeResponse();
  switch (answer.kind) {
    case "ok":
      accept();
      if (answer.delayMs === undefined) return succeed(empty);
      setTimeout(() => succeed(empty), answer.delayMs);
      return;
    case "partial": {
      accept();
      const { rejected, message } = answer;
      const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: message };
      return succeed(
        isJson
          ? JSON.stringify({ partialSuccess })
          : encodeResponse({ rejectedLogRecords: rejected, errorMessage: message }),
      );
    }
    case "status": {
      const status = { code: 13, message: answer.message ?? "" };
      const words = answer.message === undefined ? "" : isJson ? JSON.stringify(status) : encodeStatus(status);
      return send(answer.status, { "content-type": type, ...answer.headers }, answer.body ?? words);
    }
    case "login":
      return send(200, { "content-type": "text/html; charset=utf-8" }, "<!doctype html><title>Sign in</title>");
    case "cut":
      if (answer.accepted === true) accept();
      response.writeHead(200, { "content-type": type, "content-length": "100" });
      response.write("{");
      return breakOff(response, httpVersion);
    case "reset":
      if (answer.accepted === true) accept();
      return breakOff(response, httpVersion);
    case "stall":
      stall(() => {
        accept();
        succeed(empty);
      });
  }
}

/** Ends the connection, or over HTTP/2 the stream, as it is. */
export function breakOff(response: Response, httpVersion: string): void {
  if (httpVersion.startsWith("2")) response.stream?.close(2);
  else setImmediate(() => response.socket?.destroy());
}

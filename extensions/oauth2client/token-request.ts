import { type Dispatcher, request } from "undici";
import { CredentialText } from "../../collector/credential-text.ts";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { networkFault } from "../../collector/network-fault.ts";
import type { OAuth2ClientConfig } from "./config.ts";
import { NoToken, readTokenAnswer, type Token } from "./token-answer.ts";

/** A token answer has a few kB. */
const LONGEST_ANSWER = 1_048_576;

/** How client id and secret are sent: in a header, which every server has to take, or in the body, which some want. */
type Style = "header" | "body";

/** Asks the token endpoint. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 (read 2026-11-26) */
export class TokenRequest {
  readonly #config: OAuth2ClientConfig;
  readonly #clientId: CredentialText;
  readonly #clientSecret: CredentialText;
  /** What has worked. */
  #style: Style | undefined;

  constructor(config: OAuth2ClientConfig) {
    this.#config = config;
    this.#clientId = new CredentialText("client_id", config.clientId);
    this.#clientSecret = new CredentialText("client_secret", config.clientSecret);
  }

  /**
   * Gets a token. A client that is refused is tried the other way of sending its secret, until one has worked.
   *
   * @throws {CollectorError} Saying what was seen; never with the secret.
   */
  async send(dispatcher: Dispatcher, signal: AbortSignal): Promise<Token> {
    const id = this.#clientId.reveal();
    const secret = this.#clientSecret.reveal();
    const styles: readonly Style[] = this.#style === undefined ? ["header", "body"] : [this.#style];
    let refusal: NoToken | undefined;
    for (const style of styles) {
      try {
        const token = await this.#try(style, id, secret, dispatcher, signal);
        this.#style = style;
        return token;
      } catch (error) {
        if (!(error instanceof NoToken) || !error.isClientRefused) throw error;
        // What was said to the way that every server has to take tells more.
        refusal ??= error;
      }
    }
    throw refusal ?? new TypeError("no style was tried");
  }

  async #try(style: Style, id: string, secret: string, dispatcher: Dispatcher, signal: AbortSignal): Promise<Token> {
    const { tokenUrl, scopes, endpointParams } = this.#config;
    const form = new URLSearchParams([["grant_type", "client_credentials"]]);
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    for (const [name, value] of endpointParams) form.append(name, value);
    if (style === "body") {
      form.set("client_id", id);
      form.set("client_secret", secret);
    }
    const credential = Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString("base64");
    const cannot = `Cannot get a token from ${tokenUrl.origin}${tokenUrl.pathname} for client "${id}": `;
    const answer = await this.#post(dispatcher, signal, cannot, {
      body: form.toString(),
      headers: style === "header" ? { authorization: `Basic ${credential}` } : {},
    });
    return readTokenAnswer(answer, cannot, (text) => text.replaceAll(secret, "[REDACTED]"));
  }

  async #post(
    dispatcher: Dispatcher,
    signal: AbortSignal,
    cannot: string,
    { body, headers }: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  ): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const response = await request(this.#config.tokenUrl, {
        dispatcher,
        method: "POST",
        headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded", ...headers },
        body,
        signal,
      });
      let text = "";
      for await (const chunk of response.body) {
        text += String(chunk);
        if (text.length > LONGEST_ANSWER) break;
      }
      return { status: response.statusCode, text };
    } catch (error) {
      const seen = signal.aborted ? "no complete answer came in time" : networkFault(error).detail;
      const message = `${cannot}${seen}; check token_url, tls and the way there; it is tried again by itself`;
      throw new RetryableError(ErrorCode.unavailable, message, { cause: error });
    }
  }
}

/** As section 2.3.1 wants id and secret inside the header. */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

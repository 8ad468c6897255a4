import { Pool, type buildConnector, type Dispatcher } from "undici";
import { CollectorError, ErrorCode, textOf } from "./errors.ts";

/** The proxy itself could not be reached: what was asked of it never left. */
export class ProxyUnreachableError extends Error {
  /** Host and port of the proxy. */
  readonly proxy: string;

  constructor(proxy: string, cause: Error) {
    super(textOf(cause), { cause });
    this.name = "ProxyUnreachableError";
    this.proxy = proxy;
  }
}

/**
 * The proxies that the environment names for HTTPS and HTTP, by the usual variables.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when one is no URL. Not with its value, which may hold a password.
 */
export function environmentProxies(): readonly string[] {
  const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];
  return names.flatMap((name) => {
    const value = process.env[name] ?? "";
    if (value === "") return [];
    if (/^https?:$/.test(URL.parse(value)?.protocol ?? "")) return [value];
    throw new CollectorError(
      ErrorCode.config,
      `Cannot use the proxy in ${name} of the environment: it is no URL of an HTTP proxy; write it like http://proxy.example.com:3128`,
    );
  });
}

/**
 * Makes the clients of undici's proxy agents. Undici throws the same error for a proxy that is down as for a server that is
 * down: those who connect to one of `proxies` throw ProxyUnreachableError instead.
 *
 * @param proxies URLs of proxies; what is no URL is left to undici to refuse.
 */
export function clientFactory(proxies: readonly string[]): (origin: string | URL, options: object) => Dispatcher {
  const origins = new Set(proxies.map((proxy) => URL.parse(proxy)?.origin));
  return (origin, options) => {
    const url = new URL(origin);
    const connect = "connect" in options ? options.connect : undefined;
    if (!origins.has(url.origin) || typeof connect !== "function") return new Pool(url.origin, options);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what undici hands over as a function is its connector
    return new Pool(url.origin, { ...options, connect: naming(url.host, connect as buildConnector.connector) });
  };
}

function naming(proxy: string, connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...outcome: Parameters<buildConnector.Callback>) => {
      const [error, socket] = outcome;
      if (error === null) callback(null, socket);
      else callback(new ProxyUnreachableError(proxy, error), null);
    });
}

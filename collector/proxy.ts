import { Pool, type buildConnector, type Dispatcher } from "undici";
import { textOf } from "./errors.ts";

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

/** The proxies that the environment names for HTTPS and HTTP, by the usual variables. */
export function environmentProxies(): readonly string[] {
  const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];
  return names.map((name) => process.env[name] ?? "").filter((value) => value !== "");
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

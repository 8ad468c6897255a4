import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from "undici";
import type { TlsConfig } from "./config/fields.ts";
import { clientFactory, environmentProxies } from "./proxy.ts";
import { tlsContext, tlsContextOfProxy } from "./tls-context.ts";

/** How a client of ours reaches its server. */
export interface TransportConfig {
  readonly tls?: TlsConfig | undefined;
  /** URL of an HTTP proxy. Undefined: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment decide. */
  readonly proxy?: string | undefined;
  readonly connectTimeoutMs: number;
  /** Time without a response header, and time without a further byte of the body, after which a request fails. */
  readonly idleTimeoutMs: number;
  /** Offer HTTP/2 by ALPN. */
  readonly http2: boolean;
  /** Most connections to one origin. */
  readonly connections: number;
}

/**
 * A pool of connections for one client. The caller closes it.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a file of `tls` cannot be used.
 */
export function createDispatcher(config: TransportConfig): Dispatcher {
  const connect = { ...tlsContext(config.tls), timeout: config.connectTimeoutMs };
  const options = {
    connect,
    connections: config.connections,
    allowH2: config.http2,
    headersTimeout: config.idleTimeoutMs,
    bodyTimeout: config.idleTimeoutMs,
  };
  const proxies = config.proxy === undefined ? environmentProxies() : [config.proxy];
  if (proxies.length === 0) return new Agent(options);
  const factory = clientFactory(proxies);
  const proxyTls = { ...tlsContextOfProxy(config.tls), timeout: config.connectTimeoutMs };
  const through = { ...options, requestTls: connect, proxyTls, factory, clientFactory: factory };
  return config.proxy === undefined
    ? new EnvHttpProxyAgent(through)
    : new ProxyAgent({ ...through, uri: config.proxy });
}

/** Whether requests go through a proxy: the configured one, or one that the environment names. */
export function usesProxy(proxy: string | undefined): boolean {
  return proxy !== undefined || environmentProxies().length > 0;
}

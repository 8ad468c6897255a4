import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from "undici";
import type { TlsConfig } from "./config/fields.ts";
import { CollectorError, ErrorCode } from "./errors.ts";
import { clientFactory, environmentProxies } from "./proxy.ts";

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
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a file of `tls` cannot be read.
 */
export function createDispatcher(config: TransportConfig): Dispatcher {
  const connect = { ...tlsOptions(config.tls), timeout: config.connectTimeoutMs };
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
  // The proxy's own connection: none of the client certificates that are meant for the server behind it.
  const proxyTls = { ...(connect.ca === undefined ? {} : { ca: connect.ca }), timeout: config.connectTimeoutMs };
  const through = { ...options, requestTls: connect, proxyTls, factory, clientFactory: factory };
  return config.proxy === undefined
    ? new EnvHttpProxyAgent(through)
    : new ProxyAgent({ ...through, uri: config.proxy });
}

/** Whether requests go through a proxy: the configured one, or one that the environment names. */
export function usesProxy(proxy: string | undefined): boolean {
  return proxy !== undefined || environmentProxies().length > 0;
}

/** What `tls` means for a connection of Node.js. */
export interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

/**
 * Reads the files of `tls`.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when one cannot be read.
 */
export function tlsOptions(config: TlsConfig | undefined): TlsOptions {
  if (config === undefined) return {};
  return {
    // Node replaces its own list when `ca` is given; users mean "as well".
    ...(config.caFile === undefined
      ? {}
      : { ca: [...getCACertificates("default"), readPem(config.caFile, "tls::ca_file")] }),
    ...(config.certFile === undefined ? {} : { cert: readPem(config.certFile, "tls::cert_file") }),
    ...(config.keyFile === undefined ? {} : { key: readPem(config.keyFile, "tls::key_file") }),
    ...(config.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  };
}

function readPem(path: string, key: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CollectorError(
      ErrorCode.config,
      `Cannot read ${key} "${path}": ${error instanceof Error ? error.message : String(error)}; check the path and who may read it`,
      { cause: error },
    );
  }
}

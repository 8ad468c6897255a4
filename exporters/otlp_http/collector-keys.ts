import type { z } from "zod";
import { refusedKey } from "../../collector/config/refused-key.ts";

const SIGNAL = "audit records are logs, which are all that is sent; remove it";
const CONNECTIONS = "connections are kept and shared as HTTP/1.1 and HTTP/2 want it; remove it";

/**
 * Keys of the Collector's exporter of this name that have no use here, each with the reason: whoever brings a configuration along
 * learns what to remove, rather than that a key is unknown.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/otlphttpexporter (read 2026-11-26)
 */
export const collectorKeys: Readonly<Record<string, z.ZodType>> = {
  traces_endpoint: refusedKey(SIGNAL),
  metrics_endpoint: refusedKey(SIGNAL),
  profiles_endpoint: refusedKey(SIGNAL),
  read_buffer_size: refusedKey(CONNECTIONS),
  write_buffer_size: refusedKey(CONNECTIONS),
  max_idle_conns: refusedKey(CONNECTIONS),
  max_idle_conns_per_host: refusedKey(CONNECTIONS),
  max_conns_per_host: refusedKey(CONNECTIONS),
  idle_conn_timeout: refusedKey(CONNECTIONS),
  keepalive: refusedKey(CONNECTIONS),
  disable_keep_alives: refusedKey(CONNECTIONS),
  force_attempt_http2: refusedKey("HTTP/2 is used wherever the backend offers it; remove it"),
  http2_read_idle_timeout: refusedKey("timeout bounds every attempt; remove it"),
  http2_ping_timeout: refusedKey("timeout bounds every attempt; remove it"),
  compression_params: refusedKey("the level is chosen: the fastest takes off nearly as much; remove it"),
  middlewares: refusedKey("extensions of that kind are the Collector's; remove it"),
  dialer_middleware: refusedKey("extensions of that kind are the Collector's; remove it"),
  cookies: refusedKey("no cookies are kept; remove it, and sign in with headers or auth"),
};

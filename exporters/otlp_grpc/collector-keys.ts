import type { z } from "zod";
import { refusedKey } from "../../collector/config/refused-key.ts";

const CONNECTION = "there is one connection, which gRPC keeps and mends; remove it";

/**
 * Keys of the Collector's exporter of this name that have no use here, each with the reason.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configgrpc (read 2026-11-26)
 */
export const collectorKeys: Readonly<Record<string, z.ZodType>> = {
  keepalive: refusedKey(CONNECTION),
  balancer_name: refusedKey(CONNECTION),
  read_buffer_size: refusedKey(CONNECTION),
  write_buffer_size: refusedKey(CONNECTION),
  wait_for_ready: refusedKey("a backend that is away is tried again anyway; remove it"),
  authority: refusedKey("is what endpoint says; remove it"),
  user_agent: refusedKey("tells the backend who asks; remove it"),
  middlewares: refusedKey("extensions of that kind are the Collector's; remove it"),
  dialer_middleware: refusedKey("extensions of that kind are the Collector's; remove it"),
};

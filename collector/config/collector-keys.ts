import type { z } from "zod";
import { refusedKey } from "./refused-key.ts";

type Keys = Readonly<Record<string, z.ZodType>>;

const FROM_FILES = "certificates and keys are read from files";
const OF_NODE = "those of Node.js are offered";
const STDERR = "the log goes to standard error";

/**
 * Keys of `tls` that the Collector has and we have not, for clients.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md (read 2026-11-26)
 */
export const COLLECTOR_TLS_KEYS: Keys = {
  insecure: collectorKey("http:// or https:// in the address says it"),
  server_name_override: collectorKey(
    "certificates are checked for the name in the address",
    "put a name of the certificate into the address, and let DNS or the hosts file lead it there",
  ),
  min_version: collectorKey(
    "TLS 1.2 is the least that is spoken",
    "remove it, or set NODE_OPTIONS=--tls-min-v1.3 for the whole process",
  ),
  max_version: collectorKey("the newest version that both sides have is spoken"),
  cipher_suites: collectorKey(OF_NODE, "remove it, or set NODE_OPTIONS=--tls-cipher-list=… for the whole process"),
  include_insecure_cipher_suites: collectorKey(OF_NODE),
  curve_preferences: collectorKey(OF_NODE),
  ca_pem: inlineText("ca_file"),
  cert_pem: inlineText("cert_file"),
  key_pem: inlineText("key_file"),
  include_system_ca_certs_pool: collectorKey("ca_file is always trusted beside the authorities of the system"),
  reload_interval: collectorKey(
    "the files are read when the collector starts",
    "remove it, and restart the collector after replacing them",
  ),
  tpm: collectorKey(FROM_FILES, "name one in key_file"),
};

/**
 * Keys of `service::telemetry::logs` that the Collector has and we have not.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/ (read 2026-11-26)
 */
export const COLLECTOR_LOGS_KEYS: Keys = {
  development: collectorKey("there is one form of log", "remove it; level: debug says more"),
  sampling: collectorKey("repeated errors are counted and limited as it is"),
  output_paths: collectorKey(STDERR, "remove it, and let the service manager or 2>FILE lead it elsewhere"),
  error_output_paths: collectorKey(STDERR),
  initial_fields: collectorKey(
    "lines have the fields of what they tell",
    "remove it, and add fields where lines are collected",
  ),
  processors: collectorKey(STDERR, "remove it, and let an agent collect the lines there"),
  disable_caller: collectorKey("lines name no place in the source"),
  disable_stacktrace: collectorKey("lines have no stack traces"),
  disable_zap_resource: collectorKey("lines do not repeat the resource"),
};

/** The same of `service::telemetry::metrics`. */
export const COLLECTOR_METRICS_KEYS: Keys = {
  views: collectorKey(
    "everything is measured as it is",
    "remove it; level: basic measures less, and what stores metrics can drop and rename them",
  ),
};

/** The same of `service::telemetry`. */
export const COLLECTOR_TELEMETRY_KEYS: Keys = {
  traces: collectorKey("the collector records no traces of itself"),
};

const AS_KEYS = "write each attribute as a key of its own: NAME: value";

/** The same of `service::telemetry::resource`. */
export const COLLECTOR_RESOURCE_KEYS: Keys = {
  attributes: collectorKey("resource itself holds the attributes", AS_KEYS),
  attributes_list: collectorKey("resource itself holds the attributes", AS_KEYS),
  schema_url: collectorKey("attributes are sent as they are written"),
  detectors: collectorKey("nothing is detected", AS_KEYS),
  "detection/development": collectorKey("nothing is detected", AS_KEYS),
};

function collectorKey(reason: string, remedy = "remove it"): z.ZodType {
  return refusedKey(message(reason, remedy));
}

/** What stands there may be a private key, which no message may show. */
function inlineText(key: string): z.ZodType {
  return refusedKey(message(FROM_FILES, `write the text into a file and name that in ${key}`), { isSecret: true });
}

function message(reason: string, remedy: string): string {
  return `is a key of the Collector that otel-o365 does not have, as ${reason}; ${remedy}`;
}

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type { TlsConfig } from "./config/fields.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";

/** What `tls` means for a connection of Node.js. */
export interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  /** Always said: Node.js lets a variable of the environment (`NODE_TLS_REJECT_UNAUTHORIZED`) decide otherwise. */
  readonly rejectUnauthorized: boolean;
}

/** The same, with certificates and key parsed. */
export interface TlsContext {
  /** Undefined: whatever is the default of Node.js. */
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/**
 * Reads the files of `tls`.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when one cannot be read.
 */
export function tlsOptions(config: TlsConfig | undefined): TlsOptions {
  if (config === undefined) return { rejectUnauthorized: true };
  return {
    // Node replaces its own list when `ca` is given; users mean "as well".
    ...(config.caFile === undefined
      ? {}
      : { ca: [...getCACertificates("default"), readPem(config.caFile, "tls::ca_file")] }),
    ...(config.certFile === undefined ? {} : { cert: readPem(config.certFile, "tls::cert_file") }),
    ...(config.keyFile === undefined ? {} : { key: readPem(config.keyFile, "tls::key_file") }),
    rejectUnauthorized: !config.insecureSkipVerify,
  };
}

/**
 * Reads and parses the files of `tls`, once for all connections of all clients whose files hold the same: with a `ca_file`
 * that is everything the system trusts, 25 ms and more than a megabyte for each connection otherwise (measured).
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when one cannot be read, or holds what it should not.
 */
export function tlsContext(config: TlsConfig | undefined): TlsContext {
  const { rejectUnauthorized, ...certificates } = tlsOptions(config);
  return {
    ...(Object.keys(certificates).length === 0 ? {} : { secureContext: sharedContext(certificates) }),
    rejectUnauthorized,
  };
}

/** The same, without the client certificate: for a proxy, which is not whom that is meant for. */
export function tlsContextOfProxy(config: TlsConfig | undefined): TlsContext {
  const { ca } = tlsOptions(config);
  return { ...(ca === undefined ? {} : { secureContext: sharedContext({ ca }) }), rejectUnauthorized: true };
}

/** Contexts that are in use somewhere, by what is in them. */
const contexts = new Map<string, WeakRef<SecureContext>>();

function sharedContext(certificates: Omit<TlsOptions, "rejectUnauthorized">): SecureContext {
  const id = createHash("sha256").update(JSON.stringify(certificates)).digest("hex");
  const known = contexts.get(id)?.deref();
  if (known !== undefined) return known;
  try {
    const context = createSecureContext(certificates);
    contexts.set(id, new WeakRef(context));
    return context;
  } catch (error) {
    throw new CollectorError(
      ErrorCode.config,
      `Cannot use the certificates of tls: ${describeError(error)}; check what is in ca_file, cert_file and key_file`,
      { cause: error },
    );
  }
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

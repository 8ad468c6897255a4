import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { networkFault } from "../../collector/network-fault.ts";

/** What an error code of Node.js or undici means for the operator. */
interface Meaning {
  readonly code: typeof ErrorCode.misdirected | typeof ErrorCode.unavailable;
  readonly seen: string;
  readonly todo: string;
}

const WAIT = "it is tried again by itself";

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: misdirected("the name of the host does not exist", "check the host in endpoint, and DNS"),
  EAI_AGAIN: unavailable("DNS gave no answer"),
  ECONNREFUSED: unavailable("the connection was refused", "check that the backend is running and the port in endpoint"),
  ECONNRESET: unavailable("the connection was cut"),
  EPIPE: unavailable("the connection was cut"),
  ETIMEDOUT: unavailable("the connection timed out", "check firewalls and the port in endpoint"),
  EHOSTUNREACH: unavailable("there is no route to the host", "check the network and the host in endpoint"),
  ENETUNREACH: unavailable("there is no route to the network", "check the network"),
  UND_ERR_CONNECT_TIMEOUT: unavailable("the connection timed out", "check firewalls and the port in endpoint"),
  UND_ERR_HEADERS_TIMEOUT: unavailable("no answer came in time", "raise timeout if the backend is slow"),
  UND_ERR_BODY_TIMEOUT: unavailable("the answer stopped halfway"),
  // A server of TLS that is asked in plain text may just hang up.
  UND_ERR_SOCKET: unavailable(
    "the connection was cut before the answer was complete",
    'it is tried again by itself; if this lasts, check whether endpoint has to start with "https://"',
  ),
  UND_ERR_PRX_CONN: unavailable("the proxy could not be reached", "check proxy_url and HTTPS_PROXY"),
  UND_ERR_PRX_TLS: misdirected(
    "the TLS handshake with the proxy failed",
    "check proxy_url and the proxy's certificate",
  ),
  UND_ERR_ABORTED: unavailable("the proxy did not open a tunnel", "check that the proxy allows this host"),
  CERT_HAS_EXPIRED: misdirected("the server's certificate has expired", "have the certificate renewed"),
  CERT_NOT_YET_VALID: misdirected("the server's certificate is not valid yet", "check the clocks of both machines"),
  DEPTH_ZERO_SELF_SIGNED_CERT: misdirected(
    "the server's certificate is self-signed",
    "name its authority in tls::ca_file",
  ),
  SELF_SIGNED_CERT_IN_CHAIN: misdirected(
    "the server's certificate comes from a private authority",
    "name that authority in tls::ca_file",
  ),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: misdirected(
    "the server's certificate comes from an unknown authority",
    "name that authority in tls::ca_file",
  ),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: misdirected(
    "the server's certificate comes from an unknown authority",
    "name that authority in tls::ca_file",
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: misdirected(
    "the server's certificate is for another host",
    "use a host in endpoint that the certificate names",
  ),
  ERR_SSL_WRONG_VERSION_NUMBER: misdirected("the server does not speak TLS", 'start endpoint with "http://"'),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: misdirected("the server does not speak TLS", 'start endpoint with "http://"'),
};

/** The backend speaks no HTTP at all: HPE_* is the HTTP parser, EPROTO and ERR_SSL_* the TLS handshake. */
const FAMILIES: readonly (readonly [prefix: string, meaning: Meaning])[] = [
  ["HPE_", misdirected("the server does not speak HTTP", "check the port in endpoint: 4318 is usual, 4317 is gRPC")],
  ["ERR_SSL_", misdirected("the TLS handshake failed", "check tls and the port in endpoint")],
  ["ERR_TLS_", misdirected("the TLS handshake failed", "check tls and the port in endpoint")],
  ["EPROTO", misdirected("the TLS handshake failed", "check tls and the port in endpoint")],
  ["CERT_", misdirected("the server's certificate was refused", "check the certificate and tls::ca_file")],
];

/** Classifies an attempt that ended without a complete answer, by the codes in the chain of causes. */
export function networkError(destination: string, error: unknown): RetryableError {
  const { codes, detail, proxy } = networkFault(error);
  const code = codes.find((one) => one in MEANINGS) ?? codes[0];
  const meaning =
    MEANINGS[code ?? ""] ??
    FAMILIES.find(([prefix]) => code?.startsWith(prefix) === true)?.[1] ??
    unavailable("the request failed");
  const message =
    proxy === undefined
      ? `${meaning.seen} (${detail}); ${meaning.todo}`
      : `the proxy "${proxy}" cannot be reached, ${meaning.seen} (${detail}); check that it runs, and the address in proxy_url or HTTPS_PROXY`;
  return new RetryableError(meaning.code, `Cannot send logs to ${destination}: ${message}`, { cause: error });
}

function misdirected(seen: string, todo: string): Meaning {
  return { code: ErrorCode.misdirected, seen, todo };
}

function unavailable(seen: string, todo: string = WAIT): Meaning {
  return { code: ErrorCode.unavailable, seen, todo };
}

import { CollectorError, ErrorCode, RetryableError } from "../collector/errors.ts";
import { networkFault, type NetworkFault } from "../collector/network-fault.ts";

type Meaning = readonly [codes: RegExp, seen: string, remedy: string];

/** What to check, by the code of the error that undici, Node or OpenSSL raised. */
const MEANINGS: readonly Meaning[] = [
  [/^UND_ERR_PRX_CONN$/, "the proxy cut the connection", "check proxy and what it lets through"],
  [
    /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/,
    "its name cannot be resolved",
    "check DNS, and proxy if this network needs one",
  ],
  [/^ECONNREFUSED$/, "the connection was refused", "check the address, the firewall and proxy"],
  [
    /^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/,
    "there is no route to it",
    "check the network, and proxy if this network needs one",
  ],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    "the connection was cut",
    "nothing to do: it is tried again. If it lasts, check the firewall and proxy",
  ],
  [
    /^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    "no connection within connect_timeout",
    "check the firewall, and proxy if this network needs one",
  ],
  [
    /^(?:UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ABORT_TIMEOUT)$/,
    "no complete answer within request_timeout",
    "nothing to do: it is tried again. If it lasts, raise request_timeout",
  ],
  [
    /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/,
    "its TLS certificate is not from a trusted authority",
    "if a proxy of yours breaks TLS open, put its authority into tls::ca_file",
  ],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "its TLS certificate is for another name", "check the address and DNS"],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    "its TLS certificate is outside its period of validity",
    "set this machine's clock (NTP)",
  ],
  [/^(?:ERR_SSL_|EPROTO)/, "the TLS handshake failed", "check the address, tls and proxy"],
  [/^UND_ERR_(?:PRX_TLS|ABORTED)/, "the proxy refused the connection", "check proxy and what it lets through"],
  [
    /^(?:Z_|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)/,
    "the answer was cut",
    "nothing to do: it is tried again",
  ],
  [/^(?:HPE_|UND_ERR_.*PARSER)/, "the answer is not HTTP", "check the address and proxy"],
];

/**
 * What a failed request means: the server could not be reached, or its answer did not come to an end.
 *
 * @param action What was tried, after "Cannot ": `list content "Audit.Exchange"`.
 * @param host Where it was tried, for the message.
 * @returns The error itself when it says already what happened (a `CollectorError`).
 */
export function networkError(error: unknown, action: string, host: string): CollectorError {
  if (error instanceof CollectorError) return error;
  const { codes, detail, proxy } = faultOf(error);
  const [, seen, remedy] = codes.map(meaningOf).find((meaning) => meaning !== undefined) ?? UNKNOWN;
  const said = detail === "" ? "" : `, ${detail}`;
  const message =
    proxy === undefined
      ? `Cannot ${action}: ${seen} ("${host}"${said}); ${remedy}`
      : `Cannot ${action}: the proxy "${proxy}" cannot be reached, ${seen} (${detail}); check that it runs, and the address in proxy or HTTPS_PROXY`;
  return new RetryableError(ErrorCode.unavailable, message, { cause: error });
}

const UNKNOWN: Meaning = [/^/, "the request failed", "check the network and proxy"];

function meaningOf(code: string): Meaning | undefined {
  return MEANINGS.find(([codes]) => codes.test(code));
}

/** A time-out of ours has no code and a text that says nothing. */
function faultOf(error: unknown): NetworkFault {
  const ours = error instanceof Error && error.name === "TimeoutError";
  return ours ? { codes: ["ABORT_TIMEOUT"], detail: "", proxy: undefined } : networkFault(error);
}

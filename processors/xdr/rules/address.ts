import type { JsonValue } from "../../../collector/record.ts";
import { listIn } from "../inner-json.ts";
import { TextCache } from "../text-cache.ts";
import { canonicalIPv6, ipv4Number } from "./ip.ts";
import { type InternalNetwork, internalNetwork, ipv4Network } from "./networks.ts";
import { type PartRule, partOf, Spare } from "./rule.ts";
import { isDigits } from "./text.ts";

/** A client address as text in its canonical form, and the port when the source had one. */
export interface ClientAddress {
  readonly address: string;
  readonly port: number | undefined;
  readonly network: InternalNetwork | undefined;
}

/** No address in any form is longer. */
const LONGEST = 64;
/** What Copilot leaves of the `::ffff:` in front of a mapped IPv4 address. */
const CUT_PREFIX = "ffff";
/** Few clients make most of the records of an hour. */
const cache = new TextCache((text) => (text.length > LONGEST ? null : read(text.trim())));

/**
 * Reads an address in any form that records use: `1.2.3.4`, `1.2.3.4:5678`, `[1.2.3.4]:5678`, `2001:db8::1`,
 * `[2001:db8::1]:5678`, `::ffff:1.2.3.4`, `ffff:1.2.3.4`, in any case, with blanks around. IPv6 comes out in its
 * shortest form in lower case, a mapped IPv4 as IPv4. Null for host names, other text and addresses that cannot be a
 * client's (unspecified, loopback): no address is better than a wrong one.
 */
export function parseAddress(source: string): ClientAddress | null {
  return cache.get(source);
}

function read(text: string): ClientAddress | null {
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close < 0) return null;
    const rest = text.slice(close + 1);
    if (rest !== "" && !rest.startsWith(":")) return null;
    return withPort(text.slice(1, close), rest === "" ? undefined : rest.slice(1));
  }
  const colon = text.indexOf(":");
  if (colon < 0) return withPort(text, undefined);
  if (text.includes(":", colon + 1)) return withPort(text, undefined);
  const host = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  return host.length === CUT_PREFIX.length && host.toLowerCase() === CUT_PREFIX
    ? withPort(rest, undefined)
    : withPort(host, rest);
}

function withPort(host: string, port: string | undefined): ClientAddress | null {
  const number = ipv4Number(host);
  const address = number >= 0 ? host : canonicalIPv6(host);
  if (address === null || isNobody(address)) return null;
  const given = port === undefined ? 0 : portNumber(port);
  if (given < 0) return null;
  const network = number >= 0 ? ipv4Network(number) : internalNetwork(address);
  return { address, port: given === 0 ? undefined : given, network };
}

/** A port as a number; -1 for other text. */
function portNumber(text: string): number {
  const port = text.length <= 5 && isDigits(text) ? Number(text) : -1;
  return port <= 65_535 ? port : -1;
}

/** Unspecified and loopback addresses say nothing about a client. */
function isNobody(address: string): boolean {
  return address === "0.0.0.0" || address === "::" || address === "::1" || address.startsWith("127.");
}

/**
 * Rule: the address, without a port. An address of a private network or of Microsoft 365 itself says where a service is
 * that acted for somebody: another source may know the client.
 */
export const address: PartRule<string | Spare | undefined> = partOf(addressIn, (parsed) => {
  if (parsed === undefined) return undefined;
  return parsed.network === undefined ? parsed.address : new Spare(parsed.address);
});

/** Rule: the address of a list that has one, however often. Of several, none says where the client was. */
export function onlyAddress(value: JsonValue): string | Spare | undefined {
  const [first, ...others] = new Set(listIn(value));
  return first === undefined || others.length > 0 ? undefined : address(first);
}

/** Rule: the port that came with the address that `address` takes from the same sources; none when it came without one. */
export const portOfAddress: PartRule<number | Spare | null | undefined> = partOf(addressIn, (parsed) => {
  if (parsed === undefined) return undefined;
  const port = parsed.port ?? null;
  return parsed.network === undefined ? port : new Spare(port);
});

/** Rule: `private` or `microsoft` for an address that is not the client's own; nothing for others. */
export const addressNetwork: PartRule<InternalNetwork | undefined> = partOf(addressIn, (parsed) => parsed?.network);

function addressIn(value: JsonValue): ClientAddress | undefined {
  return typeof value === "string" && value !== "" ? (parseAddress(value) ?? undefined) : undefined;
}

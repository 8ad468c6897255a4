import { isIPv6 } from "node:net";
import type { JsonValue } from "../../../collector/record.ts";
import { listIn } from "../inner-json.ts";
import { TextCache } from "../text-cache.ts";
import { type InternalNetwork, internalNetwork } from "./networks.ts";
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
  return host.toLowerCase() === CUT_PREFIX ? withPort(rest, undefined) : withPort(host, rest);
}

function withPort(host: string, port: string | undefined): ClientAddress | null {
  const address = isIPv4(host) ? host : canonicalIPv6(host);
  if (address === null || isNobody(address)) return null;
  const number = port === undefined ? 0 : isDigits(port) && port.length <= 5 ? Number(port) : Number.NaN;
  if (!(number <= 65_535)) return null;
  return { address, port: number === 0 ? undefined : number, network: internalNetwork(address) };
}

/** True for four decimal numbers up to 255 without leading zeros. */
function isIPv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let parts = 1;
  let value = -1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (value < 0) return false;
      parts += 1;
      value = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || value === 0) return false;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
    }
  }
  return parts === 4 && value >= 0;
}

/** Shortest lower-case form; the IPv4 inside a mapped address; null when it is no IPv6 address. A zone (`%eth0`) is cut off. */
function canonicalIPv6(text: string): string | null {
  const zone = text.indexOf("%");
  const bare = zone < 0 ? text : text.slice(0, zone);
  if (!isIPv6(bare)) return null;
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  if (!short.startsWith("::ffff:")) return short;
  const [high, low, more] = short.slice("::ffff:".length).split(":");
  if (high === undefined || low === undefined || more !== undefined) return short;
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join(".");
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

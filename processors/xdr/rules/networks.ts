import { IPV6_START_BITS, ipv4Number, ipv6Start } from "./ip.ts";

/**
 * Addresses that no client on the internet has: private networks (RFC 1918, RFC 4193), shared address space of carriers
 * (RFC 6598) and link-local addresses.
 */
export const PRIVATE: readonly string[] = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
  "fe80::/10",
];

/**
 * Networks of Microsoft 365 itself: what it publishes as the addresses of Exchange Online, SharePoint, Teams, the portals
 * and Entra ID, and the IPv6 networks that the servers of Exchange Online have among themselves. A service that acts for
 * a user is logged with one of these. Azure's networks, where customers run machines of their own, are not among them.
 *
 * @see https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (changes monthly; read 2026-11-22)
 */
export const MICROSOFT: readonly string[] = [
  "13.107.6.152/31",
  "13.107.6.171/32",
  "13.107.18.10/31",
  "13.107.18.15/32",
  "13.107.64.0/18",
  "13.107.128.0/22",
  "13.107.136.0/22",
  "13.107.140.6/32",
  "20.20.32.0/19",
  "20.190.128.0/18",
  "20.231.128.0/19",
  "23.103.160.0/20",
  "40.92.0.0/15",
  "40.96.0.0/13",
  "40.104.0.0/15",
  "40.107.0.0/16",
  "40.108.128.0/17",
  "40.126.0.0/18",
  "52.96.0.0/14",
  "52.100.0.0/14",
  "52.104.0.0/14",
  "52.108.0.0/14",
  "52.112.0.0/14",
  "52.120.0.0/14",
  "104.47.0.0/17",
  "104.146.128.0/17",
  "131.253.33.215/32",
  "132.245.0.0/16",
  "150.171.32.0/22",
  "150.171.40.0/22",
  "204.79.197.215/32",
  "2603:1006::/32",
  "2603:1007::/32",
  "2603:1016::/32",
  "2603:1017::/32",
  "2603:1026::/32",
  "2603:1027::/32",
  "2603:1036::/32",
  "2603:1037::/32",
  "2603:1046::/32",
  "2603:1047::/32",
  "2603:1056::/32",
  "2603:1057::/32",
  "2603:1063::/38",
  "2603:1096::/32",
  "2603:10a6::/32",
  "2603:10b6::/32",
  "2603:10c6::/32",
  "2603:10d6::/32",
  "2620:1ec::/36",
  "2a01:111:f400::/45",
];

/** Networks that say where the service is rather than where its client is. */
export type InternalNetwork = "private" | "microsoft";

interface Range {
  readonly first: number;
  readonly last: number;
  readonly network: InternalNetwork;
}

function isIPv6(address: string): boolean {
  return address.includes(":");
}

function rangeOf(text: string, network: InternalNetwork): Range {
  const [address = "", bits] = text.split("/");
  const first = isIPv6(address) ? ipv6Start(address) : ipv4Number(address);
  const width = isIPv6(address) ? IPV6_START_BITS : 32;
  return { first, last: first + 2 ** (width - Number(bits)) - 1, network };
}

/** Ranges of numbers without overlap, by which the network of a number is found. */
class Ranges {
  readonly #ranges: readonly Range[];
  readonly #firsts: Float64Array;

  constructor(ranges: readonly Range[]) {
    this.#ranges = ranges.toSorted((a, b) => a.first - b.first);
    this.#firsts = Float64Array.from(this.#ranges, ({ first }) => first);
  }

  find(number: number): InternalNetwork | undefined {
    let low = 0;
    let high = this.#firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#firsts[middle] ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low - 1];
    return range !== undefined && number <= range.last ? range.network : undefined;
  }
}

const NETWORKS: readonly (readonly [text: string, network: InternalNetwork])[] = [
  ...PRIVATE.map((text) => [text, "private"] as const),
  ...MICROSOFT.map((text) => [text, "microsoft"] as const),
];

function rangesOf(wanted: (text: string) => boolean): Ranges {
  return new Ranges(NETWORKS.filter(([text]) => wanted(text)).map(([text, network]) => rangeOf(text, network)));
}

const ipv4Ranges = rangesOf((text) => !isIPv6(text));
const ipv6Ranges = rangesOf(isIPv6);

/** The internal network of an IPv4 address, given as `ipv4Number` gives it; undefined for every other address. */
export function ipv4Network(number: number): InternalNetwork | undefined {
  return ipv4Ranges.find(number);
}

/**
 * The internal network that an address belongs to; undefined for every other address.
 *
 * @param address In the form that `parseAddress` gives it: without port, brackets and zone.
 */
export function internalNetwork(address: string): InternalNetwork | undefined {
  return isIPv6(address) ? ipv6Ranges.find(ipv6Start(address)) : ipv4Network(ipv4Number(address));
}

import { BlockList } from "node:net";

/**
 * Addresses that no client on the internet has: private networks (RFC 1918, RFC 4193), shared address space of carriers
 * (RFC 6598) and link-local addresses.
 */
const PRIVATE = [
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
const MICROSOFT = [
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

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

const privateNetworks = listOf(PRIVATE);
const microsoftNetworks = listOf(MICROSOFT);

/** Networks that say where the service is rather than where its client is. */
export type InternalNetwork = "private" | "microsoft";

/** Of an address, which has colons in one of the families alone; other text must not come here. */
function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/**
 * The internal network that an address belongs to; undefined for every other address.
 *
 * @param address In the form that `parseAddress` gives it: without port, brackets and zone.
 */
export function internalNetwork(address: string): InternalNetwork | undefined {
  const family = familyOf(address);
  if (privateNetworks.check(address, family)) return "private";
  return microsoftNetworks.check(address, family) ? "microsoft" : undefined;
}

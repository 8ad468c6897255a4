import { isIPv6 } from "node:net";

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
/** Groups of 16 bits in an IPv6 address. */
const GROUPS = 8;
/** Bits of an IPv6 address that its network is told by, and that a number can hold. */
export const IPV6_START_BITS = 48;

/** An IPv4 address as a number; -1 for other text. Four decimal numbers up to 255 without leading zeros. */
export function ipv4Number(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let number = 0;
  let parts = 1;
  let value = -1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (value < 0) return -1;
      number = number * 256 + value;
      parts += 1;
      value = -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || value === 0) return -1;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return -1;
    }
  }
  return parts === 4 && value >= 0 ? number * 256 + value : -1;
}

/** An IPv6 address in its shortest form (RFC 5952); the IPv4 inside a mapped address; null when it is none. A zone (`%eth0`) is cut off. */
export function canonicalIPv6(text: string): string | null {
  if (isShortestIPv6(text)) return text;
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

/**
 * True for addresses as services write nearly all of them, which need no parser: in lower case, without zeros in front, and
 * with `::` for the one run of zeros that they have. Also false for some in their shortest form.
 */
function isShortestIPv6(text: string): boolean {
  let groups = 0;
  let hasGap = false;
  /** Whether the group before is zero, or the gap. */
  let afterZero = false;
  for (let at = 0; at < text.length;) {
    const end = endOfGroup(text, at);
    if (end === at) {
      // The second of two colons.
      if (at === 0 || hasGap || afterZero || text.charCodeAt(at) !== COLON) return false;
      hasGap = true;
      afterZero = true;
    } else {
      const isZero = text.charCodeAt(at) === ZERO;
      const ends = end === text.length || (text.charCodeAt(end) === COLON && end + 1 < text.length);
      if (!ends || end - at > 4 || (isZero && (afterZero || end - at > 1))) return false;
      afterZero = isZero;
      groups += 1;
    }
    at = end + 1;
  }
  return hasGap ? groups <= GROUPS - 2 : groups === GROUPS;
}

/** Where the hexadecimal digits end that begin at `from`; letters in upper case are none. */
function endOfGroup(text: string, from: number): number {
  let at = from;
  while (at < text.length && digitOf(text.charCodeAt(at)) < NO_DIGIT) at += 1;
  return at;
}

/** The first 48 bits of an IPv6 address in its shortest form, as a number. */
export function ipv6Start(address: string): number {
  let bits = 0;
  let group = 0;
  let groups = 0;
  for (let at = 0; groups < IPV6_START_BITS / 16; at += 1) {
    const code = at < address.length ? address.charCodeAt(at) : COLON;
    if (code !== COLON) {
      group = group * 16 + digitOf(code);
      continue;
    }
    bits = bits * 0x1_0000 + group;
    group = 0;
    groups += 1;
    if (address.charCodeAt(at + 1) === COLON) return bits * 0x1_0000 ** (IPV6_START_BITS / 16 - groups);
  }
  return bits;
}

const NO_DIGIT = 16;
/** By character code, what a hexadecimal digit stands for. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return digit < 0 ? NO_DIGIT : digit;
});

function digitOf(code: number): number {
  return DIGITS[code] ?? NO_DIGIT;
}

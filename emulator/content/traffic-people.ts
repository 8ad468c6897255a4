import type { Random } from "./random.ts";

/** An account of the made-up tenant. */
export interface Account {
  readonly upn: string;
  readonly objectId: string;
  readonly puid: string;
}

const NAMES = ["finance", "helpdesk", "sales", "legal", "reception", "purchasing", "warehouse", "marketing"];

/** One of 32 accounts. The same number is the same account wherever it occurs. */
export function account(random: Random, domain: string): Account {
  const number = random.below(32);
  const name = NAMES[number % NAMES.length] ?? "user";
  const suffix = String(number).padStart(2, "0");
  return {
    upn: `${name}${suffix}@${domain}`,
    objectId: `0000${suffix}00-1111-4222-8333-444444444444`,
    puid: `10032001000000${suffix}`,
  };
}

/** An address of the ranges reserved for documentation (RFC 5737, RFC 3849). */
export function address(random: Random): string {
  if (random.chance(0.15)) return `2001:db8:${random.hex(4)}::${random.hex(3)}`;
  return `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${1 + random.below(254)}`;
}

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
];

export function userAgent(random: Random): string {
  return random.pick(AGENTS);
}

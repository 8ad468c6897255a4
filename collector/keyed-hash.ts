import { createHmac } from "node:crypto";
import type { Secret } from "./config/secret.ts";

/** 128 bits: two of a billion billion values meet with a chance of one in a hundred. */
const HEX_DIGITS = 32;

/**
 * One-way stand-ins for values: equal values give equal stand-ins, and without the key nobody can try out values. HMAC
 * with SHA-256, because a plain hash of an address or a user name is undone by hashing all of them.
 */
export function keyedHash(key: Secret): (value: string) => string {
  const revealed = key.reveal();
  return (value) => `hmac-${createHmac("sha256", revealed).update(value).digest("hex").slice(0, HEX_DIGITS)}`;
}

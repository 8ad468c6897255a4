import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TextCache } from "../../../processors/xdr/text-cache.ts";

/** Numbers as hexadecimal digits that look like those of random ids. */
function digits(number: number, length: number): string {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0").slice(0, length);
}

function guid(number: number): string {
  return `${digits(number, 8)}-${digits(number + 1, 4)}-4${digits(number + 2, 3)}-8${digits(number + 3, 3)}-${digits(number + 4, 8)}${digits(number + 5, 4)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

const FIRST = ["ann", "maria", "bob", "jonas", "vic", "petra", "li", "thomas"];
const LAST = ["smith", "weber", "garcia", "lang", "novak", "peters", "berg", "rossi"];

function person(number: number): string {
  return `${FIRST[number % FIRST.length]}.${LAST[Math.trunc(number / FIRST.length)]}`;
}

/** What the users of one tenant are called, and where they come from. */
const TEXTS: Readonly<Record<string, (number: number) => string>> = {
  GUIDs: guid,
  "GUIDs of users": (number) => `User_${guid(number)}`,
  "GUIDs of service principals": (number) => `ServicePrincipal_${guid(number)}`,
  "names of people": (number) => `${person(number)}@contoso.com`,
  "numbered names": (number) => `finance${two(number)}@contoso.onmicrosoft.com`,
  "numbers of staff": (number) => `e0012${two(number)}@contoso.com`,
  "PUIDs in a row": (number) => `10032001a0b0c0${two(number)}@contoso.onmicrosoft.com`,
  PUIDs: (number) => `10032001${digits(number, 8)}@contoso.onmicrosoft.com`,
  "PUIDs with claims": (number) => `i:0h.f|membership|10032001${digits(number, 8)}@live.com`,
  "names with claims": (number) => `i:0#.f|membership|${person(number)}@contoso.com`,
  "addresses of a network": (number) => `203.0.113.${number + 1}`,
  "addresses with ports": (number) => `203.0.113.9:${50_000 + number * 7}`,
  "IPv6 addresses": (number) => `2001:db8:a:${digits(number, 4)}:${digits(number + 1, 4)}:0:0:1`,
};

suite("TextCache", () => {
  for (const [name, make] of Object.entries(TEXTS)) {
    test(`remembers most ${name} of a tenant`, () => {
      let reads = 0;
      const cache = new TextCache((text) => {
        reads += 1;
        return text;
      });
      const texts = Array.from({ length: 64 }, (_, number) => make(number));
      for (const text of texts) cache.get(text);
      reads = 0;
      for (const text of texts) assert.equal(cache.get(text), text);
      // Chance puts two of 64 in one of 1,024 slots about twice.
      assert.ok(reads <= 16, `${reads} of 64 were read again`);
    });
  }

  test("tells texts with the same slot apart", () => {
    const cache = new TextCache((text) => text.toUpperCase(), 1);
    for (const text of ["a", "b", "a", "longer than six", "longer than sixteen characters", "a"]) {
      assert.equal(cache.get(text), text.toUpperCase());
    }
  });

  test("does not keep long texts", () => {
    let reads = 0;
    const cache = new TextCache(() => (reads += 1));
    const long = "a".repeat(129);
    cache.get(long);
    cache.get(long);
    assert.equal(reads, 2);
  });

  test("does not take an empty text for one that it remembers", () => {
    const cache = new TextCache((text) => text.length);
    assert.equal(cache.get(""), 0);
  });
});

import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { canonicalIPv6, ipv4Number, ipv6Start } from "../../../../processors/xdr/rules/ip.ts";

const RUNS = 2000;

const group = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 0xf, 0xffff, 0x1000, 0xab) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
);
const groups = fc.array(group, { minLength: 8, maxLength: 8 });

/** Writes an address with `::` for the zeros from one place on, if there are any, or without. */
function written(numbers: readonly number[], from: number, length: number, pad: number, upper: boolean): string {
  const texts = numbers.map((number) => number.toString(16).padStart(pad, "0"));
  const cut = numbers.slice(from, from + length);
  const zeros = cut.length > 0 && cut.every((number) => number === 0);
  const text = zeros ? `${texts.slice(0, from).join(":")}::${texts.slice(from + length).join(":")}` : texts.join(":");
  return upper ? text.toUpperCase() : text;
}

/** What the parser of addresses in URLs makes of it. */
function parsed(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

suite("canonicalIPv6()", () => {
  test("gives the form that the URL parser gives, however the address is written", () => {
    const place = fc.integer({ min: 0, max: 7 });
    fc.assert(
      fc.property(groups, place, fc.integer({ min: 0, max: 8 }), fc.constantFrom(1, 4), fc.boolean(), (...given) => {
        const text = written(...given);
        const short = parsed(text);
        fc.pre(!short.startsWith("::ffff:"));
        assert.equal(canonicalIPv6(text), short);
        assert.equal(canonicalIPv6(`${text}%eth0`), short);
      }),
      { numRuns: RUNS },
    );
  });

  test("gives null for text that is no address", () => {
    const piece = fc.constantFrom("1", "0", "ab", "::", ":", "ffff", "12345", "g", ".", "F", "00", "1.2.3.4", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        assert.equal(canonicalIPv6(text) === null, !isIPv6(text), text);
        if (isIPv6(text) && !parsed(text).startsWith("::ffff:")) assert.equal(canonicalIPv6(text), parsed(text));
      }),
      { numRuns: RUNS },
    );
  });

  for (const [text, expected] of [
    ["2001:db8::", "2001:db8::"],
    ["2001:db8:0:1:0:1:0:1", "2001:db8:0:1:0:1:0:1"],
    ["2001:db8:0:1::1", "2001:db8:0:1::1"],
    ["2001:db8:1:1:1:1::1", "2001:db8:1:1:1:1:0:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1::1", "2001:0:0:1::1"],
    ["2001::1:0:0:1", "2001::1:0:0:1"],
    ["2001:0::1", "2001::1"],
    ["1::2::3", null],
    ["1:2:3:4:5:6:7:8:9", null],
    ["1:2:3:4:5:6:7:", null],
    ["1:::2", null],
    [":1:2:3:4:5:6:7", null],
  ] as const) {
    test(`makes ${expected} of ${text}`, () => {
      assert.equal(canonicalIPv6(text), expected);
    });
  }
});

suite("ipv4Number()", () => {
  for (const [text, expected] of [
    ["0.0.0.0", 0],
    ["1.2.3.4", 0x01020304],
    ["255.255.255.255", 0xffff_ffff],
    ["128.0.0.1", 0x8000_0001],
  ] as const) {
    test(`reads ${text}`, () => {
      assert.equal(ipv4Number(text), expected);
    });
  }

  test("reads what Node takes for an address, and nothing else", () => {
    const piece = fc.constantFrom("1", "0", "25", "255", "256", ".", ".", ".", "-", "a", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join("");
        assert.equal(ipv4Number(text) >= 0, isIPv4(text), text);
      }),
      { numRuns: RUNS },
    );
  });
});

suite("ipv6Start()", () => {
  for (const [text, expected] of [
    ["::", 0],
    ["::1", 0],
    ["1::", 0x0001_0000_0000],
    ["2001:db8::5", 0x2001_0db8_0000],
    ["2001:db8:a::5", 0x2001_0db8_000a],
    ["ffff:ffff:ffff:1:2:3:4:5", 0xffff_ffff_ffff],
    ["2603:0:f:1:2:3:4:5", 0x2603_0000_000f],
  ] as const) {
    test(`reads ${text}`, () => {
      assert.equal(ipv6Start(text), expected);
    });
  }
});

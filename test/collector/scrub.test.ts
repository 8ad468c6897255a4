import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { suite, test } from "node:test";
import { scrub } from "../../collector/scrub.ts";

const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL20ifQ.c2lnbmF0dXJl-_A";

const cases: readonly { name: string; text: string; expected: string }[] = [
  { name: "a PEM private key", text: `key ${pem.trim()} end`, expected: "key [REDACTED] end" },
  { name: "a PEM key on one line", text: `a "${pem.replaceAll("\n", "\\n")}"`, expected: 'a "[REDACTED]\\n"' },
  { name: "a PEM key that is cut short", text: `a ${pem.slice(0, 80)}`, expected: "a [REDACTED]" },
  {
    name: "an RSA key",
    text: "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
    expected: "[REDACTED]",
  },
  { name: "a JSON Web Token", text: `token ${token}, again ${token}`, expected: "token [REDACTED], again [REDACTED]" },
  {
    name: "a token in a query",
    text: `/x?client_assertion=${token}&y=1`,
    expected: "/x?client_assertion=[REDACTED]&y=1",
  },
  {
    name: "an authorization header",
    text: "authorization: Bearer abcdef123456",
    expected: "authorization: Bearer [REDACTED]",
  },
  { name: "the user part of a URL", text: "http://me:pass@proxy:8080/", expected: "http://[REDACTED]@proxy:8080/" },
  {
    name: "a password with an at sign",
    text: "http://me:pa@ss@proxy:8080/",
    expected: "http://[REDACTED]@proxy:8080/",
  },
  { name: "nothing in a certificate", text: "-----BEGIN CERTIFICATE-----", expected: "-----BEGIN CERTIFICATE-----" },
  {
    name: "nothing in a plain text",
    text: "Basic checks of https://a.example/x@y",
    expected: "Basic checks of https://a.example/x@y",
  },
];

suite("scrub()", () => {
  for (const { name, text, expected } of cases) {
    test(`replaces ${name}`, () => assert.equal(scrub(text), expected));
  }
});

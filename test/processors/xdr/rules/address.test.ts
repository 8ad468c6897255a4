import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseAddress } from "../../../../processors/xdr/rules/address.ts";
import { internalNetwork } from "../../../../processors/xdr/rules/networks.ts";

suite("parseAddress()", () => {
  const readable: { text: string; address: string; port?: number }[] = [
    { text: "1.2.3.4", address: "1.2.3.4" },
    { text: "1.2.3.4:5678", address: "1.2.3.4", port: 5678 },
    { text: "[1.2.3.4]:5678", address: "1.2.3.4", port: 5678 },
    { text: "[1.2.3.4]", address: "1.2.3.4" },
    { text: "1.2.3.4:0", address: "1.2.3.4" },
    { text: " 255.0.10.9 ", address: "255.0.10.9" },
    { text: "2001:db8::1", address: "2001:db8::1" },
    { text: "2001:0DB8:0:0:0:0:0:1", address: "2001:db8::1" },
    { text: "[2001:db8::1]:443", address: "2001:db8::1", port: 443 },
    { text: "[2001:db8::1]", address: "2001:db8::1" },
    { text: "2A09:BAC1:820:8::1A:9C ", address: "2a09:bac1:820:8::1a:9c" },
    { text: "::ffff:1.2.3.4", address: "1.2.3.4" },
    { text: "::FFFF:1.2.3.4", address: "1.2.3.4" },
    { text: "[::ffff:1.2.3.4]:80", address: "1.2.3.4", port: 80 },
    { text: "::ffff:c000:0201", address: "192.0.2.1" },
    { text: "ffff:10.11.0.229", address: "10.11.0.229" },
    { text: "FFFF:192.0.2.1", address: "192.0.2.1" },
    { text: "fe80::1%eth0", address: "fe80::1" },
    { text: "10.0.0.1", address: "10.0.0.1" },
  ];
  for (const { text, address, port } of readable) {
    test(`reads "${text}"`, () => {
      const parsed = parseAddress(text);
      assert.equal(parsed?.address, address);
      assert.equal(parsed?.port, port);
    });
  }

  const unreadable = [
    "",
    " ",
    "<null>",
    "Not Available",
    "ffff:127.0.0.1",
    "ffff:1.2.3.4:80",
    "ffff:server01",
    "server01",
    "mail.contoso.com",
    "mail.contoso.com:443",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4:99999",
    "1.2.3.4:http",
    "1.2.3.4:",
    "[1.2.3.4",
    "[1.2.3.4]5678",
    "[]:1",
    "1.2.3.4, 5.6.7.8",
    "0.0.0.0",
    "::",
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "[::]:443",
    "12345",
    "1".repeat(100_000),
    "[".repeat(1000),
  ];
  for (const text of unreadable) {
    test(`drops ${JSON.stringify(text.slice(0, 20))} (${text.length} characters)`, () => {
      assert.equal(parseAddress(text), null);
    });
  }

  test("gives the same answer for the same text, also after thousands of others", () => {
    const before = parseAddress("9.8.7.6:5");
    for (let i = 0; i < 10_000; i += 1) parseAddress(`10.${i >> 8}.${i & 255}.1`);
    assert.deepEqual(parseAddress("9.8.7.6:5"), before);
  });
});

suite("internalNetwork()", () => {
  const cases: { address: string; network: string | undefined; why: string }[] = [
    { address: "10.1.2.3", network: "private", why: "RFC 1918" },
    { address: "172.31.255.255", network: "private", why: "RFC 1918" },
    { address: "172.32.0.1", network: undefined, why: "beyond RFC 1918" },
    { address: "192.168.1.1", network: "private", why: "RFC 1918" },
    { address: "100.64.0.1", network: "private", why: "RFC 6598" },
    { address: "fd00::1", network: "private", why: "RFC 4193" },
    { address: "fe80::1", network: "private", why: "link-local" },
    { address: "40.126.31.67", network: "microsoft", why: "Entra ID" },
    { address: "20.190.160.1", network: "microsoft", why: "Entra ID" },
    { address: "52.97.1.2", network: "microsoft", why: "Exchange Online" },
    { address: "13.107.136.10", network: "microsoft", why: "SharePoint" },
    { address: "2603:10b6:208:3ca::7", network: "microsoft", why: "servers of Exchange Online" },
    { address: "2603:1026:2400::1", network: "microsoft", why: "Exchange Online" },
    { address: "2603:1030:800:5::1", network: undefined, why: "Azure" },
    { address: "20.92.124.182", network: undefined, why: "Azure" },
    { address: "203.0.113.9", network: undefined, why: "anybody" },
    { address: "2a09:bac5:111:105::1a:89", network: undefined, why: "anybody" },
  ];
  for (const { address, network, why } of cases) {
    test(`takes ${address} for ${network} (${why})`, () => {
      assert.equal(internalNetwork(address), network);
    });
  }
});

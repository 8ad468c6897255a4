import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { suite, test } from "node:test";
import { internalNetwork, MICROSOFT, PRIVATE } from "../../../../processors/xdr/rules/networks.ts";

/** Node's own lists of networks, which say the same slowly. */
function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const [address = "", bits] = text.split("/");
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

const internal = { private: listOf(PRIVATE), microsoft: listOf(MICROSOFT) };

function expectedFor(address: string): string | undefined {
  if (internal.private.check(address, familyOf(address))) return "private";
  return internal.microsoft.check(address, familyOf(address)) ? "microsoft" : undefined;
}

const WIDTH = { ipv4: 32, ipv6: 128 };

/** An address as a number. IPv6 addresses of the tables have `::` at their end. */
function numberOf(address: string): bigint {
  if (familyOf(address) === "ipv4") return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const groups = address.slice(0, -2).split(":");
  return groups.reduce((sum, part, at) => sum + (BigInt(`0x${part}`) << BigInt(112 - 16 * at)), 0n);
}

function addressOf(number: bigint, family: "ipv4" | "ipv6"): string {
  const size = family === "ipv4" ? 8 : 16;
  const parts = Array.from({ length: WIDTH[family] / size }, (_, at) =>
    ((number >> BigInt(WIDTH[family] - size * (at + 1))) & ((1n << BigInt(size)) - 1n)).toString(size === 8 ? 10 : 16),
  );
  return family === "ipv4" ? parts.join(".") : new URL(`http://[${parts.join(":")}]/`).hostname.slice(1, -1);
}

/** The ends of a network, its middle, and what is beside it, near and far. */
function addressesAround(network: string): readonly string[] {
  const [address = "", bits] = network.split("/");
  const family = familyOf(address);
  const first = numberOf(address);
  const size = 1n << BigInt(WIDTH[family] - Number(bits));
  return [first - size, first - 1n, first, first + size / 2n, first + size - 1n, first + size, first + 2n * size]
    .filter((number) => number >= 0n && number < 1n << BigInt(WIDTH[family]))
    .map((number) => addressOf(number, family));
}

suite("internalNetwork()", () => {
  const networks = [...PRIVATE, ...MICROSOFT];

  for (const network of networks) {
    test(`knows where ${network} begins and ends`, () => {
      for (const address of addressesAround(network)) {
        assert.equal(internalNetwork(address), expectedFor(address), address);
      }
    });
  }

  test("says the same as Node's lists about addresses everywhere", () => {
    for (let i = 0; i < 5000; i += 1) {
      const number = Math.imul(i, 0x9e3779b1) >>> 0;
      const ipv4 = addressOf(BigInt(number), "ipv4");
      assert.equal(internalNetwork(ipv4), expectedFor(ipv4), ipv4);
      const ipv6 = addressOf(BigInt(number) << 96n, "ipv6");
      assert.equal(internalNetwork(ipv6), expectedFor(ipv6), ipv6);
    }
  });

  test("knows networks that do not overlap and begin where their length lets them", () => {
    for (const network of networks) {
      const [address = "", bits] = network.split("/");
      const size = 1n << BigInt(WIDTH[familyOf(address)] - Number(bits));
      assert.equal(numberOf(address) % size, 0n, network);
      const others = networks.filter((other) => other !== network && familyOf(other) === familyOf(network));
      for (const other of others) {
        assert.equal(listOf([other]).check(address, familyOf(address)), false, `${network} is part of ${other}`);
      }
    }
  });

  test("knows all networks by the bits of an IPv6 address that are compared", () => {
    for (const network of networks.filter((text) => text.includes(":"))) {
      assert.ok(Number(network.split("/")[1]) <= 48, network);
      assert.match(network, /::\/\d+$/);
    }
  });
});

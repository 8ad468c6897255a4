import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { networkFault } from "../../collector/network-fault.ts";
import { ProxyUnreachableError } from "../../collector/proxy.ts";

function coded(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

suite("networkFault()", () => {
  const refused = coded("ECONNREFUSED", "connect ECONNREFUSED 10.0.0.1:443");
  const cases = [
    {
      name: "a code that the text has",
      error: refused,
      expected: { codes: ["ECONNREFUSED"], detail: "connect ECONNREFUSED 10.0.0.1:443", proxy: undefined },
    },
    {
      name: "a code that the text lacks",
      error: coded("UND_ERR_SOCKET", "other side closed"),
      expected: { codes: ["UND_ERR_SOCKET"], detail: "UND_ERR_SOCKET: other side closed", proxy: undefined },
    },
    {
      name: "all codes down the chain, and the innermost text",
      error: coded("UND_ERR_PRX_CONN", "Proxy Connection failed", coded("UND_ERR_SOCKET", "closed")),
      expected: { codes: ["UND_ERR_PRX_CONN", "UND_ERR_SOCKET"], detail: "UND_ERR_SOCKET: closed", proxy: undefined },
    },
    {
      name: "the first of several addresses",
      error: Object.assign(new AggregateError([refused, coded("ENETUNREACH", "x")]), { code: "ECONNREFUSED" }),
      expected: {
        codes: ["ECONNREFUSED", "ECONNREFUSED"],
        detail: "connect ECONNREFUSED 10.0.0.1:443",
        proxy: undefined,
      },
    },
    {
      name: "the proxy",
      error: new ProxyUnreachableError("proxy:3128", refused),
      expected: { codes: ["ECONNREFUSED"], detail: "connect ECONNREFUSED 10.0.0.1:443", proxy: "proxy:3128" },
    },
    {
      name: "what OpenSSL means",
      error: Object.assign(
        coded("ERR_SSL_WRONG_VERSION_NUMBER", "C0A8:error:0A00010B:SSL:wrong version number:a.c:77:\n"),
        {
          reason: "wrong version number",
        },
      ),
      expected: {
        codes: ["ERR_SSL_WRONG_VERSION_NUMBER"],
        detail: "ERR_SSL_WRONG_VERSION_NUMBER: wrong version number",
        proxy: undefined,
      },
    },
    {
      name: "a code without a text",
      error: coded("EPIPE", ""),
      expected: { codes: ["EPIPE"], detail: "EPIPE", proxy: undefined },
    },
  ] as const;
  for (const { name, error, expected } of cases) {
    test(`reads ${name}`, () => assert.deepEqual(networkFault(error), expected));
  }
});

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import { Agent, errors, ProxyAgent, type Dispatcher } from "undici";
import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import { networkError } from "../../receiver/network-error.ts";
import { makePair } from "./support/pairs.ts";
import { json, startService, type Service } from "./support/service.ts";

function coded(code: string): Error {
  return Object.assign(new Error("hush"), { code });
}

suite("networkError()", () => {
  const cases: readonly { readonly name: string; readonly error: unknown; readonly message: RegExp }[] = [
    {
      name: "an unknown name",
      error: coded("ENOTFOUND"),
      message: /its name cannot be resolved \("host", ENOTFOUND\); check DNS/,
    },
    {
      name: "several addresses that all fail",
      error: new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]),
      message: /the connection was refused \("host", ECONNREFUSED\)/,
    },
    {
      name: "a wrapped error",
      error: new TypeError("fetch failed", { cause: coded("EHOSTUNREACH") }),
      message: /there is no route to it/,
    },
    {
      name: "undici's connect time-out",
      error: new errors.ConnectTimeoutError(),
      message: /no connection within connect_timeout/,
    },
    {
      name: "undici's body time-out",
      error: new errors.BodyTimeoutError(),
      message: /no complete answer within request_timeout/,
    },
    {
      name: "a time-out signal",
      error: new DOMException("x", "TimeoutError"),
      message: /no complete answer within request_timeout/,
    },
    {
      name: "an expired server certificate",
      error: coded("CERT_HAS_EXPIRED"),
      message: /outside its period of validity.*; set this machine's clock/,
    },
    {
      name: "a certificate for another name",
      error: coded("ERR_TLS_CERT_ALTNAME_INVALID"),
      message: /for another name/,
    },
    { name: "a damaged gzip", error: coded("Z_BUF_ERROR"), message: /the answer was cut/ },
    { name: "no HTTP", error: coded("HPE_INVALID_CONSTANT"), message: /the answer is not HTTP/ },
    { name: "anything else", error: "odd", message: /the request failed \("host"\); check the network and proxy/ },
  ];
  for (const { name, error, message } of cases) {
    test(`explains ${name}`, () => {
      const explained = networkError(error, "do it", "host");
      assert.ok(explained instanceof RetryableError);
      assert.equal(explained.code, ErrorCode.unavailable);
      assert.equal(explained.cause, error);
      assert.match(explained.message, /^Cannot do it: .+; .+[^.]$/);
      assert.match(explained.message, message);
      assert.doesNotMatch(explained.message, /hush/);
    });
  }

  test("gives errors of ours back as they are", () => {
    const own = new CollectorError(ErrorCode.protocol, "Cannot x: y; z");
    assert.equal(networkError(own, "do it", "host"), own);
  });

  suite("over real connections", () => {
    let service: Service;
    let proxy: Server;

    before(async () => {
      service = await startService(await makePair({ names: ["127.0.0.1"] }));
      service.handle((_request, response) => json(response, 200, []));
      proxy = createServer().on("connect", (_request, socket) =>
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
      );
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    });
    after(async () => {
      await service.close();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    });

    async function failure(dispatcher: Dispatcher): Promise<string> {
      try {
        await dispatcher.request({ origin: service.origin, path: "/", method: "GET" });
        return "";
      } catch (error) {
        return networkError(error, "do it", "host").message;
      } finally {
        await dispatcher.destroy();
      }
    }

    test("explains a server whose authority is not trusted", async () => {
      assert.match(
        await failure(new Agent()),
        /not from a trusted authority .*; if a proxy of yours breaks TLS open, put its authority into tls::ca_file/,
      );
    });

    test("explains a proxy that refuses", async () => {
      const { port } = proxy.address() as AddressInfo;
      assert.match(await failure(new ProxyAgent(`http://127.0.0.1:${port}`)), /the proxy refused the connection/);
    });
  });
});

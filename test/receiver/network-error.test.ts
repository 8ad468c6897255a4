import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import { Agent, errors, type Dispatcher } from "undici";
import { CollectorError, describeError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import { createDispatcher } from "../../collector/http.ts";
import { networkError } from "../../receiver/network-error.ts";
import { makePair } from "./support/pairs.ts";
import { json, startService, type Service } from "./support/service.ts";

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error("said", { cause }), { code });
}

suite("networkError()", () => {
  const cases: readonly { readonly name: string; readonly error: unknown; readonly message: RegExp }[] = [
    {
      name: "an unknown name",
      error: coded("ENOTFOUND"),
      message: /its name cannot be resolved \("host", ENOTFOUND: said\); check DNS/,
    },
    {
      name: "several addresses that all fail",
      // As Node.js makes it.
      error: Object.assign(new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]), { code: "ECONNREFUSED" }),
      message: /the connection was refused \("host", ECONNREFUSED: said\)/,
    },
    {
      name: "a wrapped error",
      error: new TypeError("said", { cause: coded("EHOSTUNREACH") }),
      message: /there is no route to it/,
    },
    {
      name: "a proxy that cuts the connection",
      error: coded("UND_ERR_PRX_CONN", coded("UND_ERR_SOCKET")),
      message: /the proxy cut the connection \("host", UND_ERR_SOCKET: said\)/,
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
      message: /no complete answer within request_timeout \("host"\); /,
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
    {
      name: "anything else",
      error: "odd",
      message: /the request failed \("host", 'odd'\); check the network and proxy/,
    },
  ];
  for (const { name, error, message } of cases) {
    test(`explains ${name}`, () => {
      const explained = networkError(error, "do it", "host");
      assert.ok(explained instanceof RetryableError);
      assert.equal(explained.code, ErrorCode.unavailable);
      assert.equal(explained.cause, error);
      assert.match(explained.message, /^Cannot do it: .+; .+[^.]$/);
      assert.match(explained.message, message);
      assert.equal(describeError(explained), explained.message, "the cause is not said twice");
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

    function through(proxyUrl: string): Dispatcher {
      return createDispatcher({
        proxy: proxyUrl,
        connectTimeoutMs: 10_000,
        idleTimeoutMs: 10_000,
        http2: false,
        connections: 1,
      });
    }

    async function failure(dispatcher: Dispatcher): Promise<string> {
      try {
        await dispatcher.request({ origin: service.origin, path: "/", method: "GET" });
        return "";
      } catch (error) {
        return describeError(networkError(error, "do it", "host"));
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
      assert.equal(
        await failure(through(`http://127.0.0.1:${port}`)),
        'Cannot do it: the proxy refused the connection ("host", UND_ERR_ABORTED: Proxy response (407) !== 200 when HTTP Tunneling); check proxy and what it lets through',
      );
    });

    test("names a proxy that is down, and nothing twice", async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      assert.equal(
        await failure(through(`http://127.0.0.1:${port}`)),
        `Cannot do it: the proxy "127.0.0.1:${port}" cannot be reached, the connection was refused (connect ECONNREFUSED 127.0.0.1:${port}); check that it runs, and the address in proxy or HTTPS_PROXY`,
      );
    });

    test("names a proxy whose name nobody knows", async () => {
      assert.match(
        await failure(through("http://proxy.invalid:3128")),
        /^Cannot do it: the proxy "proxy\.invalid:3128" cannot be reached, its name cannot be resolved \(getaddrinfo E/,
      );
    });
  });
});

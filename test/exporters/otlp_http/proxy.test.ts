import assert from "node:assert/strict";
import { createServer, request as forward, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { makeTlsIdentity } from "../../../emulator/certificates.ts";
import { factory } from "../../../exporters/otlp_http/factory.ts";
import { makeRecords } from "../../support/log-records.ts";
import { type OtlpSink, startOtlpSink } from "../../support/otlp-sink.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

/** A proxy that opens tunnels and forwards plain requests, or answers both with `status`. `asked` holds the targets. */
async function startProxy(status: number = 200): Promise<{ url: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(new URL(request.url ?? "").host);
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    const { method, headers } = request;
    const upstream = forward(request.url ?? "", { method: method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(upstream);
  });
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.on("error", () => undefined);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

suite("otlp_http through a proxy", () => {
  /** Runs `body` with an exporter in front of a sink, behind a proxy. */
  async function withProxy(
    options: { readonly tls: boolean; readonly status?: number },
    body: (exporter: Component & LogsConsumer, sink: OtlpSink, asked: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const sink = await startOtlpSink(options.tls ? { tls: await makeTlsIdentity("127.0.0.1") } : {});
    const proxy = await startProxy(options.status);
    const config = { endpoint: sink.url, proxy_url: proxy.url, tls: { insecure_skip_verify: true } };
    const exporter = factory.create(testSettings(), factory.config.parse(config));
    try {
      await exporter.start();
      await body(exporter, sink, proxy.asked);
    } finally {
      await exporter.shutdown(never);
      proxy.close();
      await sink.close();
    }
  }

  for (const tls of [true, false]) {
    test(`consume() delivers ${tls ? "through a tunnel to https" : "by forwarding to http"}`, async () => {
      await withProxy({ tls }, async (exporter, sink, asked) => {
        await exporter.consume(makeRecords(2), never);
        assert.equal(sink.recordCount, 2);
        assert.deepEqual(asked, [new URL(sink.url).host]);
      });
    });
  }

  test("consume() rejects and names the proxy when it opens no tunnel", async () => {
    await withProxy({ tls: true, status: 407 }, async (exporter, sink) => {
      await assert.rejects(exporter.consume(makeRecords(1), never), { name: "RetryableError", message: /proxy/ });
      assert.equal(sink.requestCount, 0);
    });
  });

  for (const tls of [true, false]) {
    test(`consume() rejects and names the proxy when it is down, on the way to ${tls ? "https" : "http"}`, async () => {
      const proxy = await startProxy();
      proxy.close();
      const endpoint = `${tls ? "https" : "http"}://127.0.0.1:9`;
      const exporter = factory.create(testSettings(), factory.config.parse({ endpoint, proxy_url: proxy.url }));
      const { host } = new URL(proxy.url);
      const message = `Cannot send logs to ${endpoint}/v1/logs: the proxy "${host}" cannot be reached, the connection was refused (connect ECONNREFUSED ${host}); check that it runs, and the address in proxy_url or HTTPS_PROXY`;
      await exporter.start();
      await assert.rejects(exporter.consume(makeRecords(1), never), { name: "RetryableError", message });
      await exporter.shutdown(never);
    });
  }
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { SeverityNumber } from "@opentelemetry/api";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import type { Component, LogsConsumer, Settings } from "../../../collector/component.ts";
import { ErrorCode, PartialSuccessError, PermanentError, RetryableError } from "../../../collector/errors.ts";
import { listen, stopListening } from "../../../collector/listen.ts";
import { makeTlsIdentity, type TlsIdentity } from "../../../emulator/certificates.ts";
import { factory } from "../../../exporters/otlp_http/factory.ts";
import { withVariable } from "../../support/environment.ts";
import { idsOf, makeRecord, makeRecords, testResource } from "../../support/log-records.ts";
import { type OtlpSink, type SinkAnswer, type SinkOptions, startOtlpSink } from "../../support/otlp-sink.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

function create(config: object, settings: Settings = testSettings()): Component & LogsConsumer {
  return factory.create(settings, factory.config.parse(config));
}

/** Runs `body` with a started exporter in front of a sink, and stops both. */
async function withSink(
  options: SinkOptions,
  config: object,
  body: (exporter: Component & LogsConsumer, sink: OtlpSink) => Promise<void>,
  settings: Settings = testSettings(),
): Promise<void> {
  const sink = await startOtlpSink(options);
  const exporter = create({ endpoint: sink.url, ...config }, settings);
  try {
    await exporter.start();
    await body(exporter, sink);
  } finally {
    await exporter.shutdown(AbortSignal.abort(new Error("test over")));
    await sink.close();
  }
}

async function failure(work: Promise<void>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return assert.fail("expected a rejection");
}

const KEY = "sk-0123456789abcdef";

suite("otlp_http and a backend that repeats what it was sent", () => {
  const echo = `invalid key ${KEY}\n\u001b[2Jof Bearer ${KEY}, ${"x".repeat(100)} ${KEY} ${"y".repeat(200)}`;
  const cases: readonly { readonly name: string; readonly answer: SinkAnswer; readonly config: object }[] = [
    {
      name: "refuses a header of its own",
      answer: { kind: "status", status: 401, message: echo },
      config: { headers: { "x-api-key": KEY } },
    },
    {
      name: "refuses what stands behind a scheme",
      answer: { kind: "status", status: 400, message: echo },
      config: { headers: { Authorization: `ApiKey ${KEY}` }, encoding: "json" },
    },
    {
      name: "refuses a password",
      answer: { kind: "status", status: 503, message: echo },
      config: { headers: { Authorization: `Basic ${Buffer.from(`me:${KEY}`).toString("base64")}` } },
    },
    {
      name: "takes a part of the records",
      answer: { kind: "partial", rejected: 1, message: echo },
      config: { headers: { "x-api-key": KEY } },
    },
    {
      name: "redirects to an address with the key in it",
      answer: { kind: "status", status: 307, headers: { location: `https://login.example/${KEY}/in` } },
      config: { headers: { "x-api-key": KEY } },
    },
  ];
  for (const { name, answer, config } of cases) {
    test(`does not pass the credential on when it ${name}`, async () => {
      await withSink({ answer: () => answer }, config, async (exporter) => {
        const { message } = await failure(exporter.consume(makeRecords(2), never));
        assert.ok(!message.includes(KEY.slice(0, 8)), message);
        assert.match(message, /\[REDACTED\]/);
        assert.doesNotMatch(message, /\p{Cc}/u);
      });
    });
  }

  test("leaves what it says of the encoding", async () => {
    const answer = (): SinkAnswer => ({ kind: "status", status: 415, message: "no application/x-protobuf here" });
    await withSink({ answer }, { headers: { "x-api-key": KEY } }, async (exporter) => {
      assert.match(
        (await failure(exporter.consume(makeRecords(1), never))).message,
        /"no application\/x-protobuf here"/,
      );
    });
  });

  test("does not log it with a warning either, and leaves short values alone", async () => {
    const settings = testSettings();
    const answer = (): SinkAnswer => ({ kind: "partial", rejected: 0, message: `soc: ${KEY} is old` });
    const headers = { "x-api-key": KEY, "x-scope-orgid": "soc" };
    await withSink(
      { answer },
      { headers },
      async (exporter) => {
        await exporter.consume(makeRecords(1), never);
        assert.deepEqual(settings.lines.at(-1)?.fields["warning"], "soc: [REDACTED] is old");
      },
      settings,
    );
  });
});

suite("otlp_http consume()", () => {
  for (const encoding of ["proto", "json"]) {
    for (const compression of ["gzip", "none"]) {
      test(`delivers every record once as ${encoding} with compression ${compression}`, async () => {
        await withSink(
          {},
          { encoding, compression, headers: { Authorization: "Bearer s3cret" } },
          async (exporter, sink) => {
            const records = makeRecords(3);
            await exporter.consume(records, never);
            const [request] = sink.requests;
            assert.equal(request?.path, "/v1/logs");
            assert.equal(request.headers["authorization"], "Bearer s3cret");
            assert.equal(request.headers["content-encoding"], compression === "gzip" ? "gzip" : undefined);
            assert.deepEqual(
              sink.accepted().map((record) => record.attributes["o365.id"]),
              idsOf(records),
            );
            const [first] = sink.accepted();
            assert.ok(first);
            assert.equal(first.body, records[0]?.body);
            assert.equal(first.eventName, "UserLoggedIn");
            assert.equal(first.timeUnixNano, "1782907200123000000");
            assert.equal(first.attributes["o365.record_type"], 15);
            assert.equal(first.resource["o365.integration"], "o365/contoso");
          },
        );
      });
    }
  }

  interface Case {
    readonly name: string;
    readonly answer: SinkAnswer;
    readonly type: typeof PermanentError | typeof RetryableError;
    readonly code: ErrorCode;
    readonly retryAfterMs?: number;
    readonly says: RegExp;
  }
  const status = (code: number, extra: object = {}): SinkAnswer => ({ kind: "status", status: code, ...extra });
  const cases: readonly Case[] = [
    ...[502, 503, 504].map((code) => ({
      name: `${code}`,
      answer: status(code),
      type: RetryableError,
      code: ErrorCode.unavailable,
      says: new RegExp(`answered ${code} `),
    })),
    { name: "500", answer: status(500), type: RetryableError, code: ErrorCode.unavailable, says: /answered 500/ },
    {
      name: "429 with Retry-After in seconds",
      answer: status(429, { headers: { "retry-after": "7" }, message: "quota used up" }),
      type: RetryableError,
      code: ErrorCode.throttled,
      retryAfterMs: 7000,
      says: /429 Too Many Requests \("quota used up"\)/,
    },
    {
      name: "503 with Retry-After",
      answer: status(503, { headers: { "retry-after": "3" } }),
      type: RetryableError,
      code: ErrorCode.unavailable,
      retryAfterMs: 3000,
      says: /503/,
    },
    {
      name: "a redirect, without following it or printing its query",
      answer: status(302, { headers: { location: "https://login.example.com/start?token=abc" } }),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /302 Found to https:\/\/login\.example\.com\/start; .*not followed/,
    },
    {
      name: "401",
      answer: status(401),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /credential in headers/,
    },
    { name: "403", answer: status(403), type: RetryableError, code: ErrorCode.misdirected, says: /403 Forbidden/ },
    {
      name: "404",
      answer: status(404),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /\/v1\/logs appended/,
    },
    { name: "405", answer: status(405), type: RetryableError, code: ErrorCode.misdirected, says: /405/ },
    { name: "418", answer: status(418), type: RetryableError, code: ErrorCode.misdirected, says: /418/ },
    {
      name: "a login page",
      answer: { kind: "login" },
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /web page/,
    },
    {
      name: "200 with a body that is no OTLP response",
      answer: status(200, { body: '{"status":"ok"}', headers: { "content-type": "application/json" } }),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /no OTLP response; check endpoint/,
    },
    {
      name: "200 with JSON cut short",
      answer: status(200, { body: '{"partialSuccess":{', headers: { "content-type": "application/json" } }),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /no OTLP response/,
    },
    {
      name: "200 with protobuf cut short",
      answer: status(200, { body: Buffer.from([10, 20, 8]) }),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /no OTLP response/,
    },
    {
      name: "204",
      answer: status(204),
      type: RetryableError,
      code: ErrorCode.misdirected,
      says: /204 No Content .*no body.*require_otlp_response: false/,
    },
    { name: "202", answer: status(202), type: RetryableError, code: ErrorCode.misdirected, says: /202 Accepted/ },
    {
      name: "a body that ends before its length",
      answer: { kind: "cut" },
      type: RetryableError,
      code: ErrorCode.unavailable,
      says: /cut before the answer was complete .*; it is tried again by itself; if this lasts, .*"https:/,
    },
    { name: "a reset", answer: { kind: "reset" }, type: RetryableError, code: ErrorCode.unavailable, says: /cut/ },
    {
      name: "400",
      answer: status(400, { message: "bad\nrecord \u001b[31m" + "x".repeat(500) }),
      type: PermanentError,
      code: ErrorCode.rejected,
      says: /400 Bad Request \("bad record \[31mx{100,200}…"\)/,
    },
    { name: "413", answer: status(413), type: PermanentError, code: ErrorCode.rejected, says: /send_batch_max_bytes/ },
    { name: "422", answer: status(422), type: PermanentError, code: ErrorCode.rejected, says: /422/ },
  ];
  for (const { name, answer, type, code, retryAfterMs, says } of cases) {
    test(`rejects with ${type.name} ${code} on ${name}`, async () => {
      for (const encoding of ["proto", "json"]) {
        await withSink({ answer: () => answer }, { encoding }, async (exporter, sink) => {
          const error = await failure(exporter.consume(makeRecords(2), never));
          assert.ok(error instanceof type, String(error));
          assert.equal(error.code, code);
          assert.match(error.message, says);
          assert.doesNotMatch(error.message, /\.$|\n|token=/);
          if (error instanceof RetryableError) assert.equal(error.retryAfterMs, retryAfterMs);
          assert.equal(sink.requestCount, 1);
        });
      }
    });
  }

  test("rejects with PartialSuccessError and the backend's words on partial success", async () => {
    for (const encoding of ["proto", "json"]) {
      const answer = (): SinkAnswer => ({ kind: "partial", rejected: 2, message: "too old" });
      await withSink({ answer }, { encoding }, async (exporter) => {
        const error = await failure(exporter.consume(makeRecords(5), never));
        assert.ok(error instanceof PartialSuccessError);
        assert.equal(error.rejectedCount, 2);
        assert.match(error.message, /2 of 5 records .*"too old"/);
      });
    }
  });

  test("resolves and logs a warning once when partial success refuses nothing", async () => {
    const settings = testSettings();
    const answer = (): SinkAnswer => ({ kind: "partial", rejected: 0, message: "please upgrade" });
    await withSink(
      { answer },
      {},
      async (exporter) => {
        await exporter.consume(makeRecords(1), never);
        await exporter.consume(makeRecords(1), never);
      },
      settings,
    );
    assert.deepEqual(
      settings.lines.map((line) => line.fields),
      [{ warning: "please upgrade" }],
    );
  });

  test("resolves on any 2xx but HTML when require_otlp_response is false", async () => {
    const answers: readonly SinkAnswer[] = [{ kind: "status", status: 204 }, { kind: "login" }];
    await withSink(
      { answer: (_, index) => answers[index] ?? { kind: "ok" } },
      { require_otlp_response: false },
      async (exporter) => {
        await exporter.consume(makeRecords(1), never);
        assert.match((await failure(exporter.consume(makeRecords(1), never))).message, /web page/);
      },
    );
  });

  test("rejects with RetryableError when nothing listens", async () => {
    const sink = await startOtlpSink();
    await sink.close();
    const exporter = create({ endpoint: sink.url });
    await exporter.start();
    const error = await failure(exporter.consume(makeRecords(1), never));
    assert.ok(error instanceof RetryableError);
    assert.equal(error.code, ErrorCode.unavailable);
    assert.match(error.message, /refused \(connect ECONNREFUSED 127\.0\.0\.1:\d+\); check/);
    await exporter.shutdown(never);
  });

  test("rejects with RetryableError when the backend speaks no HTTP", async () => {
    const sink = await startOtlpSink();
    const exporter = create({ endpoint: sink.url.replace("http:", "https:") });
    await exporter.start();
    const error = await failure(exporter.consume(makeRecords(1), never));
    assert.ok(error instanceof RetryableError);
    assert.equal(error.code, ErrorCode.misdirected, error.message);
    await exporter.shutdown(never);
    await sink.close();
  });

  test("rejects with RetryableError when the answer does not come in time", async () => {
    const timeout = new AbortController();
    const settings = testSettings();
    const clock = { ...settings.clock, timeoutSignal: () => timeout.signal };
    const options: SinkOptions = { answer: () => ({ kind: "stall" }) };
    await withSink(
      options,
      // Far from the time-outs of the connection, which would end the request as well.
      { timeout: "10m" },
      async (exporter, sink) => {
        const work = failure(exporter.consume(makeRecords(1), never));
        await sink.arrived(1);
        timeout.abort(new DOMException("timed out", "TimeoutError"));
        const error = await work;
        assert.ok(error instanceof RetryableError);
        assert.match(error.message, /no complete answer came within 10m/);
      },
      { ...settings, clock },
    );
  });

  test("rejects with the signal's reason when it aborts", async () => {
    await withSink({ answer: () => ({ kind: "stall" }) }, {}, async (exporter, sink) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const work = failure(exporter.consume(makeRecords(1), controller.signal));
      await sink.arrived(1);
      controller.abort(reason);
      assert.equal(await work, reason);
    });
  });
});

suite("otlp_http over TLS", () => {
  let identity: TlsIdentity;
  let directory = "";
  let caFile = "";
  before(async () => {
    identity = await makeTlsIdentity("127.0.0.1");
    directory = await mkdtemp(join(tmpdir(), "otlp-http-"));
    caFile = join(directory, "ca.pem");
    await writeFile(caFile, identity.caPem);
  });
  after(() => rm(directory, { recursive: true }));

  test("consume() uses HTTP/2 with a private authority", async () => {
    await withSink({ tls: identity }, { tls: { ca_file: caFile } }, async (exporter, sink) => {
      await Promise.all([exporter.consume(makeRecords(2, "a"), never), exporter.consume(makeRecords(2, "b"), never)]);
      assert.deepEqual(new Set(sink.requests.map((request) => request.httpVersion)), new Set(["2.0"]));
      assert.equal(sink.recordCount, 4);
    });
  });

  test("consume() uses HTTP/1.1 where the server does not offer HTTP/2", async () => {
    const versions: string[] = [];
    const { certificatePem: cert, privateKeyPem: key } = identity;
    const server = createTlsServer({ cert, key, ALPNProtocols: ["http/1.1"] }, (request, response) => {
      versions.push(request.httpVersion);
      request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf" }).end());
    });
    const port = await listen(server, { host: "127.0.0.1", port: 0 }, { what: "a test", key: "none" });
    const exporter = create({ endpoint: `https://127.0.0.1:${port}`, tls: { ca_file: caFile } });
    await exporter.start();
    try {
      await exporter.consume(makeRecords(2), never);
      assert.deepEqual(versions, ["1.1"]);
    } finally {
      await exporter.shutdown(never);
      await stopListening(server);
    }
  });

  test("consume() verifies the server, whatever a variable of the environment says", async () => {
    await withSink({ tls: identity }, {}, async (exporter, sink) => {
      await withVariable("NODE_TLS_REJECT_UNAUTHORIZED", "0", async () => {
        assert.match((await failure(exporter.consume(makeRecords(1), never))).message, /certificate .*tls::ca_file/);
      });
      assert.equal(sink.requestCount, 0);
    });
  });

  test("consume() rejects with what to do when the authority is unknown", async () => {
    await withSink({ tls: identity }, {}, async (exporter, sink) => {
      const error = await failure(exporter.consume(makeRecords(1), never));
      assert.ok(error instanceof RetryableError);
      assert.equal(error.code, ErrorCode.misdirected);
      assert.match(error.message, /certificate .*tls::ca_file/);
      assert.equal(sink.requestCount, 0);
    });
  });

  for (const answer of [{ kind: "cut" }, { kind: "reset" }] satisfies SinkAnswer[]) {
    test(`consume() rejects with RetryableError on ${answer.kind} of an HTTP/2 stream`, async () => {
      await withSink({ tls: identity, answer: () => answer }, { tls: { ca_file: caFile } }, async (exporter) => {
        const error = await failure(exporter.consume(makeRecords(1), never));
        assert.ok(error instanceof RetryableError, String(error));
        assert.equal(error.code, ErrorCode.unavailable);
      });
    });
  }

  test("start() rejects when the file of the authority cannot be read", async () => {
    const exporter = create({ endpoint: "https://127.0.0.1:1", tls: { ca_file: join(directory, "absent.pem") } });
    await assert.rejects(exporter.start(), { code: ErrorCode.config });
  });
});

suite("otlp_http bytes", () => {
  /** Bodies and content types exactly as sent. */
  async function capture(send: (url: string) => Promise<void>): Promise<{ type: string; body: Buffer }> {
    const captured: { type: string; body: Buffer }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const type = request.headers["content-type"] ?? "";
        captured.push({ type, body: Buffer.concat(chunks) });
        response.writeHead(200, { "content-type": type });
        response.end(type === "application/json" ? "{}" : "");
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    try {
      await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    const [only] = captured;
    assert.ok(only !== undefined && captured.length === 1);
    return only;
  }

  const scope = { name: "other", attributes: { a: 1 } };
  const records = [
    ...makeRecords(3),
    makeRecord("float", { attributes: { n: 1.5, big: 2 ** 60, list: ["a", "b"], nested: { a: [1, true] } } }),
    makeRecord("bare", {
      attributes: {},
      body: { parsed: { ключ: "\u0000é😀" } },
      severityNumber: SeverityNumber.INFO,
      severityText: "INFO",
    }),
    makeRecord("other scope", { instrumentationScope: scope, resource: testResource }),
  ];
  for (const [encoding, Reference] of [
    ["json", JsonExporter],
    ["proto", ProtoExporter],
  ] as const) {
    test(`consume() sends the same bytes as the SDK's exporter for ${encoding}`, async () => {
      const ours = await capture(async (url) => {
        const exporter = create({ logs_endpoint: url, encoding, compression: "none" });
        await exporter.start();
        await exporter.consume(records, never);
        await exporter.shutdown(never);
      });
      const theirs = await capture(async (url) => {
        const exporter = new Reference({ url });
        await new Promise((resolve) => {
          exporter.export([...records], resolve);
        });
        await exporter.shutdown();
      });
      assert.equal(ours.type, theirs.type);
      assert.ok(ours.body.length > 500);
      assert.deepEqual(ours.body, theirs.body);
    });
  }
});

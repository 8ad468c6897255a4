import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { after, suite, test } from "node:test";
import { status } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import {
  CollectorError,
  describeError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "../../../collector/errors.ts";
import { makeTlsIdentity } from "../../../emulator/certificates.ts";
import { factory } from "../../../exporters/otlp_grpc/factory.ts";
import { withVariable } from "../../support/environment.ts";
import { makeRecord, makeRecords } from "../../support/log-records.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type GrpcAnswer, type OtlpGrpcSink, startOtlpGrpcSink } from "../../support/otlp-grpc-sink.ts";
import { testSettings, type TestSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

interface Attempt {
  readonly error: unknown;
  readonly settings: TestSettings;
}

/** One attempt against a backend that answers as given. */
async function attempt(
  answer: GrpcAnswer,
  records: readonly ReadableLogRecord[] = makeRecords(3),
  config: object = {},
): Promise<Attempt> {
  const sink = await startOtlpGrpcSink({ answer: () => answer });
  try {
    return await send(sink.target, records, config);
  } finally {
    await sink.close();
  }
}

async function send(target: string, records: readonly ReadableLogRecord[], config: object = {}): Promise<Attempt> {
  const settings = testSettings();
  const exporter = factory.create(settings, factory.config.parse({ endpoint: `http://${target}`, ...config }));
  await exporter.start();
  try {
    await exporter.consume(records, never);
    return { error: undefined, settings };
  } catch (error) {
    return { error, settings };
  } finally {
    await exporter.shutdown(never);
  }
}

const { root } = protobuf.parse(`syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }`);

function encode(type: string, value: object): Uint8Array {
  const found = root.lookupType(type);
  return found.encode(found.create(value)).finish();
}

/** The details of a status: something else, then a RetryInfo. */
function withRetryInfo(seconds: number, nanos: number): Uint8Array {
  const details = [
    {
      type_url: "type.googleapis.com/google.rpc.DebugInfo",
      value: encode("RetryInfo", { retryDelay: { seconds: 99 } }),
    },
    {
      type_url: "type.googleapis.com/google.rpc.RetryInfo",
      value: encode("RetryInfo", { retryDelay: { seconds, nanos } }),
    },
  ];
  return encode("Status", {
    code: 8,
    message: "slow down",
    details: details.map(({ type_url, value }) => ({ typeUrl: type_url, value })),
  });
}

suite("otlp_grpc and a backend that repeats what it was sent", () => {
  const key = "sk-0123456789abcdef";
  const answers: readonly GrpcAnswer[] = [
    { kind: "status", code: status.UNAUTHENTICATED, details: `invalid key ${key}` },
    { kind: "status", code: status.INVALID_ARGUMENT, details: `invalid key ${key}` },
    { kind: "partial", rejected: 1, message: `old key ${key}` },
  ];
  for (const answer of answers) {
    test(`does not pass the credential on (${answer.kind} ${"code" in answer ? answer.code : ""})`, async () => {
      const { error } = await attempt(answer, makeRecords(2), { headers: { authorization: `Bearer ${key}` } });
      assert.match(describeError(error), /key \[REDACTED\]/);
      assert.doesNotMatch(inspect(error, { depth: 5 }), /sk-0123/);
    });
  }
});

suite("otlp_grpc consume()", () => {
  test("delivers every record with its attributes, compressed, with the headers", async () => {
    const sink: OtlpGrpcSink = await startOtlpGrpcSink();
    const { error } = await send(sink.target, makeRecords(3), {
      headers: [
        { name: "Authorization", value: "Bearer s3cret" },
        { name: "x-scope", value: "soc" },
      ],
    });
    assert.equal(error, undefined);
    assert.deepEqual(
      sink.accepted().map(({ attributes }) => attributes["o365.id"]),
      ["id-0", "id-1", "id-2"],
    );
    assert.deepEqual(sink.metadata[0]?.get("authorization"), ["Bearer s3cret"]);
    assert.deepEqual(sink.metadata[0]?.get("x-scope"), ["soc"]);
    assert.match(String(sink.metadata[0]?.get("user-agent")[0]), /^otel-o365\//);
    await sink.close();
  });

  test("resolves for a warning, which is logged once", async () => {
    const sink = await startOtlpGrpcSink({ answer: () => ({ kind: "partial", rejected: 0, message: "old version" }) });
    const settings = testSettings();
    const exporter = factory.create(settings, factory.config.parse({ endpoint: `http://${sink.target}` }));
    await exporter.start();
    for (let count = 0; count < 3; count += 1) await exporter.consume(makeRecords(1), never);
    await exporter.shutdown(never);
    await sink.close();
    assert.deepEqual(
      settings.lines.map(({ level, fields }) => [level, fields]),
      [["warn", { warning: "old version" }]],
    );
  });

  test("rejects with PartialSuccessError when some records were refused", async () => {
    const { error } = await attempt({ kind: "partial", rejected: 2, message: "too old" });
    assert.ok(error instanceof PartialSuccessError);
    assert.equal(error.rejectedCount, 2);
    assert.match(
      error.message,
      /^Cannot deliver 2 of 3 records to 127\.0\.0\.1:\d+: the backend accepted the batch without them and gave "too old"/,
    );
  });

  for (const code of [status.INVALID_ARGUMENT, status.FAILED_PRECONDITION, status.ALREADY_EXISTS]) {
    test(`rejects with PermanentError for ${status[code]}`, async () => {
      const { error } = await attempt({ kind: "status", code, details: "bad\nrecord" });
      assert.ok(error instanceof PermanentError);
      assert.equal(error.status, code);
      assert.match(
        error.message,
        new RegExp(`it answered ${status[code]} \\("bad record"\\); find out from the backend`),
      );
    });
  }

  for (const [code, kind, says] of [
    [status.UNAUTHENTICATED, ErrorCode.misdirected, /check the credential in headers/],
    [status.PERMISSION_DENIED, ErrorCode.misdirected, /check what the credential in headers or auth may do/],
    [status.UNIMPLEMENTED, ErrorCode.misdirected, /check endpoint: this server takes no OTLP logs over gRPC/],
    [status.NOT_FOUND, ErrorCode.misdirected, /check endpoint/],
    [status.UNAVAILABLE, ErrorCode.unavailable, /it is tried again by itself/],
    [status.DEADLINE_EXCEEDED, ErrorCode.unavailable, /it is tried again by itself/],
    [status.CANCELLED, ErrorCode.unavailable, /it is tried again by itself/],
    [status.ABORTED, ErrorCode.unavailable, /it is tried again by itself/],
    [status.OUT_OF_RANGE, ErrorCode.unavailable, /it is tried again by itself/],
    [status.DATA_LOSS, ErrorCode.unavailable, /it is tried again by itself/],
    [status.INTERNAL, ErrorCode.unavailable, /it is tried again by itself/],
    [status.UNKNOWN, ErrorCode.unavailable, /it is tried again by itself/],
    [status.RESOURCE_EXHAUSTED, ErrorCode.throttled, /more slowly; if this lasts, raise the backend's limit/],
  ] as const) {
    test(`rejects with RetryableError (${kind}) for ${status[code]}`, async () => {
      const { error } = await attempt({ kind: "status", code });
      assert.ok(error instanceof RetryableError, String(error));
      assert.equal(error.code, kind);
      assert.equal(error.retryAfterMs, undefined);
      assert.match(error.message, says);
    });
  }

  test("passes on how long the backend asks to wait", async () => {
    for (const code of [status.RESOURCE_EXHAUSTED, status.UNAVAILABLE]) {
      const { error } = await attempt({ kind: "status", code, statusDetails: withRetryInfo(7, 500_000_000) });
      assert.ok(error instanceof RetryableError);
      assert.equal(error.retryAfterMs, 7500);
    }
  });

  test("survives details of a status that are no protobuf", async () => {
    for (const statusDetails of [
      new Uint8Array([0xff]),
      new Uint8Array([0x1a, 0x7f, 1]),
      new Uint8Array(20).fill(0x80),
    ]) {
      const { error } = await attempt({ kind: "status", code: status.UNAVAILABLE, statusDetails });
      assert.ok(error instanceof RetryableError);
      assert.equal(error.retryAfterMs, undefined);
    }
  });

  test("takes RESOURCE_EXHAUSTED for a request over 4 MiB as refused for good, so that it is halved", async () => {
    const big = makeRecord("big", { body: "x".repeat(5_000_000) });
    const { error } = await attempt({ kind: "status", code: status.RESOURCE_EXHAUSTED }, [big]);
    assert.ok(error instanceof PermanentError, String(error));
    assert.match(error.message, /send smaller batches/);
  });

  test("does not take an OK with something else for an acknowledgement", async () => {
    const { error } = await attempt({ kind: "garbage" });
    assert.ok(error instanceof RetryableError);
    assert.equal(error.code, ErrorCode.misdirected);
  });

  test("says so when the server has no log service, or nobody listens", async () => {
    const sink = await startOtlpGrpcSink({ empty: true });
    const { error } = await send(sink.target, makeRecords(1));
    await sink.close();
    assert.ok(error instanceof RetryableError);
    assert.match(error.message, /UNIMPLEMENTED.*check endpoint: this server takes no OTLP logs over gRPC/);
    const refused = await send(sink.target, makeRecords(1));
    assert.ok(refused.error instanceof RetryableError);
    assert.equal(refused.error.code, ErrorCode.unavailable);
    assert.match(refused.error.message, /UNAVAILABLE.*ECONNREFUSED/);
  });

  test("rejects when no answer comes within timeout", async () => {
    const clock = new ManualClock();
    const sink = await startOtlpGrpcSink({ answer: () => ({ kind: "stall" }) });
    const exporter = factory.create(
      testSettings({ clock }),
      factory.config.parse({ endpoint: `http://${sink.target}`, timeout: "5s" }),
    );
    await exporter.start();
    const rejection = assert.rejects(exporter.consume(makeRecords(1), never), {
      name: "RetryableError",
      message: /no answer came within 5s; raise timeout if the backend is slow/,
    });
    await sink.reached;
    await clock.advance(5000);
    await rejection;
    await exporter.shutdown(never);
    await sink.close();
  });
});

suite("otlp_grpc over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "otlp-grpc-"));
  after(() => rmSync(folder, { recursive: true }));

  test("trusts ca_file, and refuses a server that it does not vouch for", async () => {
    const server = await makeTlsIdentity("127.0.0.1");
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, server.caPem);
    const sink = await startOtlpGrpcSink({ tls: server });
    const trusted = await send(sink.target, makeRecords(1), { endpoint: sink.target, tls: { ca_file: caFile } });
    assert.equal(trusted.error, undefined);
    assert.equal(sink.accepted().length, 1);
    const untrusted = await withVariable("NODE_TLS_REJECT_UNAUTHORIZED", "0", () =>
      send(sink.target, makeRecords(1), { endpoint: `https://${sink.target}` }),
    );
    assert.ok(untrusted.error instanceof CollectorError);
    assert.match(untrusted.error.message, /UNAVAILABLE/);
    const careless = await send(sink.target, makeRecords(1), {
      endpoint: sink.target,
      tls: { insecure_skip_verify: true },
    });
    assert.equal(careless.error, undefined);
    await sink.close();
  });

  test("start() says which file of tls cannot be read", async () => {
    const config = factory.config.parse({ endpoint: "127.0.0.1:4317", tls: { ca_file: join(folder, "absent.pem") } });
    await assert.rejects(factory.create(testSettings(), config).start(), {
      code: ErrorCode.config,
      message: /Cannot read tls::ca_file/,
    });
  });
});

suite("otlp_grpc configuration", () => {
  for (const [endpoint, target, plaintext] of [
    ["otlp.example.com:4317", "otlp.example.com:4317", false],
    ["https://otlp.example.com:4317/", "otlp.example.com:4317", false],
    ["http://127.0.0.1:4317", "127.0.0.1:4317", true],
    ["[::1]:4317", "[::1]:4317", false],
  ] as const) {
    test(`reads ${endpoint}`, () => {
      const config = factory.config.parse({ endpoint });
      assert.deepEqual([config.target, config.plaintext], [target, plaintext]);
    });
  }

  test("takes tls::insecure for no TLS, as in the Collector", () => {
    assert.equal(factory.config.parse({ endpoint: "a:1", tls: { insecure: true } }).plaintext, true);
  });

  for (const [name, config, path, message] of [
    ["an endpoint without port", { endpoint: "otlp.example.com" }, ["endpoint"], /must be host:port/],
    ["an endpoint with a path", { endpoint: "http://a:1/v1/logs" }, ["endpoint"], /must be host:port/],
    ["an endpoint with a password", { endpoint: "http://u:p@a:1" }, ["endpoint"], /must be host:port/],
    [
      "a contradiction",
      { endpoint: "https://a:1", tls: { insecure: true } },
      ["tls", "insecure"],
      /contradicts endpoint/,
    ],
    [
      "a queue that drops",
      { endpoint: "a:1", sending_queue: { block_on_overflow: false } },
      ["sending_queue", "block_on_overflow"],
      /would drop records/,
    ],
    [
      "a queue of some size",
      { endpoint: "a:1", sending_queue: { queue_size: 5000 } },
      ["sending_queue", "queue_size"],
      /there is no queue to size/,
    ],
    [
      "retries that end",
      { endpoint: "a:1", retry_on_failure: { max_elapsed_time: "5m" } },
      ["retry_on_failure", "max_elapsed_time"],
      /would lose records after that time; write 0s/,
    ],
    [
      "no retries",
      { endpoint: "a:1", retry_on_failure: { enabled: false } },
      ["retry_on_failure", "enabled"],
      /would lose records/,
    ],
  ] as const) {
    test(`refuses ${name}`, () => {
      const issues = factory.config.safeParse(config).error?.issues ?? [];
      assert.deepEqual(
        issues.map((issue) => issue.path),
        [path],
      );
      assert.match(issues[0]?.message ?? "", message);
    });
  }

  test("takes what means the same as in the Collector", () => {
    const config = {
      endpoint: "a:1",
      sending_queue: { enabled: true, block_on_overflow: true, wait_for_result: true },
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    };
    assert.equal(factory.config.safeParse(config).success, true);
  });

  test("check() warns of the port of OTLP/HTTP", () => {
    const [problem] = factory.check?.(factory.config.parse({ endpoint: "a:4318" }), 0) ?? [];
    assert.deepEqual([problem?.severity, problem?.path], ["warning", ["endpoint"]]);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assert as forAll, property, uint8Array } from "fast-check";
import { ErrorCode } from "../../../collector/errors.ts";
import { networkError } from "../../../exporters/otlp_http/network-error.ts";
import { parseRetryAfter } from "../../../exporters/otlp_http/retry-after.ts";
import { rpcStatusMessage } from "../../../exporters/otlp_http/rpc-status.ts";
import { decodeServiceResponse } from "../../../exporters/otlp_http/service-response.ts";
import { encodeResponse, encodeStatus } from "../../support/otlp-proto.ts";

const PROTO = "application/x-protobuf";
const JSON_TYPE = "application/json";
const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);

suite("parseRetryAfter()", () => {
  for (const [header, ms] of [
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7000],
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const) {
    test(`returns ${ms} for ${header}`, () => assert.equal(parseRetryAfter(header, nowMs), ms));
  }
});

suite("rpcStatusMessage()", () => {
  for (const [name, type, body, message] of [
    ["protobuf", PROTO, encodeStatus({ code: 3, message: "no such tenant" }), "no such tenant"],
    ["protobuf with a negative code", PROTO, encodeStatus({ code: -1, message: "m" }), "m"],
    ["JSON", JSON_TYPE, Buffer.from('{"code":3,"message":"no such tenant"}'), "no such tenant"],
    ["JSON without message", JSON_TYPE, Buffer.from('{"error":"x"}'), undefined],
    ["text", "text/plain", Buffer.from("secret stack trace"), undefined],
    ["protobuf that is text", PROTO, Buffer.from("404 page not found"), undefined],
    ["protobuf cut short", PROTO, encodeStatus({ code: 3, message: "no such tenant" }).subarray(0, 8), undefined],
    ["nothing", PROTO, Buffer.alloc(0), undefined],
  ] as const) {
    test(`returns ${message} for ${name}`, () => assert.equal(rpcStatusMessage(type, body), message));
  }

  test("returns for any bytes, and in time", () => {
    forAll(
      property(uint8Array({ maxLength: 64 }), (bytes) => {
        const message = rpcStatusMessage(PROTO, bytes);
        assert.ok(message === undefined || message.isWellFormed());
      }),
      { numRuns: 2000 },
    );
  });
});

suite("decodeServiceResponse()", () => {
  const accepted = { rejectedCount: 0, message: undefined };
  for (const [name, type, body, expected] of [
    ["an empty protobuf body", PROTO, Buffer.alloc(0), accepted],
    ["{}", JSON_TYPE, Buffer.from("{}"), accepted],
    ["an empty partialSuccess", JSON_TYPE, Buffer.from('{"partialSuccess":{}}'), accepted],
    ["partialSuccess null", JSON_TYPE, Buffer.from('{"partialSuccess":null}'), accepted],
    [
      "a number as text",
      JSON_TYPE,
      Buffer.from('{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"m"}}'),
      { rejectedCount: 3, message: "m" },
    ],
    [
      "a number",
      JSON_TYPE,
      Buffer.from('{"partialSuccess":{"rejectedLogRecords":3}}'),
      { rejectedCount: 3, message: undefined },
    ],
    [
      "names of the proto file",
      JSON_TYPE,
      Buffer.from('{"partial_success":{"rejected_log_records":3}}'),
      { rejectedCount: 3, message: undefined },
    ],
    [
      "protobuf",
      PROTO,
      encodeResponse({ rejectedLogRecords: 3, errorMessage: "m" }),
      { rejectedCount: 3, message: "m" },
    ],
    ["an empty JSON body", JSON_TYPE, Buffer.alloc(0), undefined],
    ["a list", JSON_TYPE, Buffer.from("[]"), undefined],
    ["another API's answer", JSON_TYPE, Buffer.from('{"text":"Success","code":0}'), undefined],
    ["a count that is none", JSON_TYPE, Buffer.from('{"partialSuccess":{"rejectedLogRecords":"x"}}'), undefined],
    ["text", "text/plain", Buffer.from("{}"), undefined],
    ["no type", "", Buffer.from("{}"), undefined],
  ] as const) {
    test(`returns ${JSON.stringify(expected)} for ${name}`, () => {
      assert.deepEqual(decodeServiceResponse(type, body), expected);
    });
  }
});

suite("networkError()", () => {
  const withCode = (code: string, cause?: unknown): Error => Object.assign(new Error("x", { cause }), { code });
  for (const [name, error, code, says] of [
    ["DNS", withCode("ENOTFOUND"), ErrorCode.misdirected, /does not exist \(ENOTFOUND: x\); check the host/],
    ["a resolver that is away", withCode("EAI_AGAIN"), ErrorCode.unavailable, /EAI_AGAIN/],
    ["refusal", withCode("ECONNREFUSED"), ErrorCode.unavailable, /refused/],
    [
      "several addresses",
      new AggregateError([withCode("ECONNREFUSED"), withCode("ENETUNREACH")], "all"),
      ErrorCode.unavailable,
      /refused/,
    ],
    ["an expired certificate", withCode("CERT_HAS_EXPIRED"), ErrorCode.misdirected, /expired/],
    ["a code below another", withCode("UND_ERR_OTHER", withCode("ECONNRESET")), ErrorCode.unavailable, /ECONNRESET/],
    ["a family", withCode("HPE_INVALID_CONSTANT"), ErrorCode.misdirected, /speaks? (no )?HTTP|does not speak HTTP/],
    ["an unknown code", withCode("ESOMETHING"), ErrorCode.unavailable, /failed \(ESOMETHING: x\)/],
    ["no code", new Error("x"), ErrorCode.unavailable, /request failed \(x\); it is tried again/],
    ["no error", "x", ErrorCode.unavailable, /request failed/],
  ] as const) {
    test(`says what to do about ${name}`, () => {
      const result = networkError("http://a.example/v1/logs", error);
      assert.equal(result.code, code);
      assert.match(result.message, says);
      assert.equal(result.cause, error);
    });
  }
});

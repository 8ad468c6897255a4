import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { PassThrough } from "node:stream";
import { diag } from "@opentelemetry/api";
import { Secret } from "../../collector/config/secret.ts";
import { createLogger, errorLine, type LoggerOptions, routeDiag } from "../../collector/logger.ts";
import type { Logger } from "../../collector/telemetry.ts";
import { LogRecorder } from "../support/fake-graph.ts";

const TIME = "2026-07-01T12:00:00.000Z";
const token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL20ifQ.c2lnbmF0dXJl";

function setUp(options: Partial<LoggerOptions> = {}, isTTY = false): { logger: Logger; output: () => string } {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY });
  const logger = createLogger({ level: "info", encoding: "auto", stream, now: () => Date.parse(TIME), ...options });
  return { logger, output: () => String(stream.read() ?? "") };
}

function cycle(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}

suite("createLogger()", () => {
  test("writes one JSON object per line where there is no terminal", () => {
    const { logger, output } = setUp();
    logger.with({ component: "o365/contoso" }).warn("Throttled", { aspect: "DLP.All", n: 3, missing: undefined });
    assert.equal(
      output(),
      `{"time":"${TIME}","level":"warn","message":"Throttled","component":"o365/contoso","aspect":"DLP.All","n":3}\n`,
    );
  });

  test("writes readable coloured lines on a terminal", () => {
    const { logger, output } = setUp({}, true);
    logger.with({ component: "o365" }).error("Cannot sign in", { code: "AADSTS700027", ids: [1], text: "two words" });
    const line = output();
    assert.equal(
      stripVTControlCharacters(line),
      `${TIME} ERROR o365 Cannot sign in code=AADSTS700027 ids=[1] text="two words"\n`,
    );
    const coloured = process.env["NO_COLOR"] === undefined && process.env["NODE_DISABLE_COLORS"] === undefined;
    assert.equal(line.includes("\u001b[31mERROR"), coloured);
  });

  test("writes no colours where there is no terminal", () => {
    const { logger, output } = setUp({ encoding: "console" });
    logger.info("Started", { receivers: 1 });
    assert.equal(output(), `${TIME} INFO  Started receivers=1\n`);
  });

  test("writes JSON on a terminal when told to", () => {
    const { logger, output } = setUp({ encoding: "json" }, true);
    logger.info("Started");
    assert.deepEqual(JSON.parse(output()), { time: TIME, level: "info", message: "Started" });
  });

  test("leaves out what is below the level", () => {
    const { logger, output } = setUp({ level: "warn" });
    logger.debug("a");
    logger.info("b");
    logger.with({}).info("c");
    assert.equal(output(), "");
  });

  test("does not let a field replace time, level or message", () => {
    const { logger, output } = setUp();
    logger.info("Started", { message: "x", level: 1 });
    assert.deepEqual(JSON.parse(output()), { time: TIME, level: "info", message: "Started", message_: "x", level_: 1 });
  });

  const values: readonly { name: string; value: unknown; expected: unknown }[] = [
    {
      name: "an error as the text of all its causes",
      value: new Error("a", { cause: new Error("b") }),
      expected: "a: b",
    },
    { name: "an error inside an object", value: { error: new Error("a") }, expected: { error: "a" } },
    { name: "a secret as [REDACTED]", value: { key: new Secret("hunter2") }, expected: { key: "[REDACTED]" } },
    { name: "a token as [REDACTED]", value: { deep: [token] }, expected: { deep: ["[REDACTED]"] } },
    { name: "a token in an error as [REDACTED]", value: new Error(`got ${token}`), expected: "got [REDACTED]" },
    { name: "bytes as their number", value: { key: Buffer.from("hunter2") }, expected: { key: "<7 bytes>" } },
    { name: "a 64-bit integer as text", value: 2n ** 60n, expected: "1152921504606846976" },
  ];
  for (const { name, value, expected } of values) {
    test(`writes ${name}`, () => {
      const { logger, output } = setUp();
      logger.info("m", { value });
      assert.deepEqual(JSON.parse(output()).value, expected);
    });
  }

  test("writes bytes as their number when they are the field itself", () => {
    const { logger, output } = setUp();
    logger.info("m", { value: Buffer.from("hunter2"), view: new Uint8Array(3) });
    assert.deepEqual(JSON.parse(output()), {
      time: TIME,
      level: "info",
      message: "m",
      value: "<7 bytes>",
      view: "<3 bytes>",
    });
  });

  test("writes a line whatever is in a field", () => {
    const { logger, output } = setUp();
    const thrower = {
      toJSON: () => {
        throw new Error("no");
      },
    };
    logger.info("m", { cycle: cycle(), thrower, f: () => {} });
    const line = JSON.parse(output());
    assert.match(line.cycle, /Circular/);
    assert.equal(line.message, "m");
  });

  test("scrubs the message", () => {
    const { logger, output } = setUp();
    logger.info(`Cannot use ${token}`);
    assert.equal(JSON.parse(output()).message, "Cannot use [REDACTED]");
  });

  test("does not let a remote text write lines or move the cursor on a terminal", () => {
    const { logger, output } = setUp({ encoding: "console" });
    logger.info("a\nb\u001b[2J", { text: "c\r\u009bd\u202e" });
    assert.equal(output(), `${TIME} INFO  a\\nb\\u001b[2J text="c\\r\\u009bd\\u202e"\n`);
  });

  test("writes JSON that does nothing to a terminal either, and means the same", () => {
    const { logger, output } = setUp();
    const hostile = "a\u001b[2J\u009b2J\u0085b\u202ec\u2028d\u200fe";
    logger.with({ [hostile]: 1 }).info(hostile, { text: hostile });
    const line = output();
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(line.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e]/);
    const { message, text, ...rest } = JSON.parse(line);
    assert.deepEqual([message, text, rest[hostile]], [hostile, hostile, 1]);
  });

  test("errorLine() is one line without credentials", () => {
    const cause = new Error("user:http://me:pa@ss@proxy\n\u001b[2J");
    assert.equal(
      errorLine(new Error("Cannot go on", { cause })),
      "Cannot go on: user:http://[REDACTED]@proxy \\u001b[2J",
    );
  });
});

suite("routeDiag()", () => {
  test("sends warnings and errors of the OpenTelemetry libraries to the logger as warnings until disposed", () => {
    const log = new LogRecorder();
    {
      using _route = routeDiag(log);
      diag.error("export failed", { status: 503 });
      diag.warn("odd");
      diag.info("fine");
    }
    diag.error("later");
    assert.deepEqual(log.lines, [
      { level: "warn", message: "OpenTelemetry library", fields: { detail: "export failed", args: [{ status: 503 }] } },
      { level: "warn", message: "OpenTelemetry library", fields: { detail: "odd" } },
    ]);
  });
});

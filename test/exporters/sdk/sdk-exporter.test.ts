import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { inspect } from "node:util";
import { ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { factory } from "../../../exporters/sdk/factory.ts";
import { loadExporter } from "../../../exporters/sdk/load-exporter.ts";
import { SdkExporter } from "../../../exporters/sdk/sdk-exporter.ts";
import { makeRecords } from "../../support/log-records.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { startOtlpSink } from "../../support/otlp-sink.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

const MODULE = `
export class Good { constructor(options) { this.options = options; } export(logs, done) { done({ code: 0 }); } async shutdown() {} async forceFlush() {} }
export class Throwing { constructor() { throw new Error("no endpoint"); } }
export class NoExporter {}
export const text = "Good";
`;

suite("sdk loadExporter()", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "sdk-exporter-"));
    await writeFile(join(directory, "mine.mjs"), MODULE);
    await writeFile(join(directory, "broken.mjs"), "throw new Error('boom')");
    for (const [name, type] of [
      ["esm-package", "module"],
      ["cjs-package", "commonjs"],
    ] as const) {
      const folder = join(directory, "node_modules", name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "package.json"), JSON.stringify({ name, type, exports: { ".": "./index.js" } }));
      const source =
        type === "module"
          ? MODULE
          : MODULE.replaceAll(/export (class|const) (\w+)/g, "exports.$2 = $1 $2").replace("const text = ", "");
      await writeFile(join(folder, "index.js"), source);
    }
  });
  after(() => rm(directory, { recursive: true }));

  for (const module of ["./mine.mjs", "esm-package", "cjs-package"]) {
    test(`makes an exporter out of ${module} with its arguments`, async () => {
      const exporter = await loadExporter({ module, export: "Good", args: [{ url: "x" }], directory });
      assert.deepEqual(Object.entries(exporter), [["options", { url: "x" }]]);
    });
  }

  test("falls back to the packages that come with otel-o365", async () => {
    const exporter = await loadExporter({
      module: "@opentelemetry/exporter-logs-otlp-http",
      export: "OTLPLogExporter",
      args: [{ url: "http://127.0.0.1:9/v1/logs" }],
      directory,
    });
    await exporter.shutdown();
  });

  for (const [name, module, exported, says] of [
    [
      "a missing package",
      "no-such-package-here",
      "Good",
      /module "no-such-package-here": it was not found from .*npm install no-such-package-here/,
    ],
    ["a missing file", "./absent.mjs", "Good", /not found from .*; correct the path/],
    ["a module that throws", "./broken.mjs", "Good", /Cannot load module "\.\/broken\.mjs": boom/],
    ["a missing export", "./mine.mjs", "Bad", /it exports Good, NoExporter, Throwing; correct export/],
    ["an export that is no class", "./mine.mjs", "text", /Cannot find "text"/],
    ["a constructor that throws", "./mine.mjs", "Throwing", /its constructor threw: no endpoint; correct args/],
    ["a class that is no exporter", "./mine.mjs", "NoExporter", /no export\(\) and shutdown\(\)/],
  ] as const) {
    test(`rejects with what to do on ${name}`, async () => {
      await assert.rejects(loadExporter({ module, export: exported, args: [], directory }), {
        code: ErrorCode.config,
        message: says,
      });
    });
  }
});

suite("sdk", () => {
  test("delivers through OTLPLogExporter by default", async () => {
    const sink = await startOtlpSink();
    const config = factory.config.parse({ args: [{ url: `${sink.url}/v1/logs` }] });
    const exporter = factory.create(testSettings(), config);
    try {
      await exporter.start();
      await exporter.consume(makeRecords(2), never);
      assert.equal(sink.recordCount, 2);
    } finally {
      await exporter.shutdown(never);
      await sink.close();
    }
  });

  test("consume() rejects with RetryableError when no result comes in time, and ignores it later", async () => {
    const clock = new ManualClock();
    let late: (result: { readonly code: number }) => void = () => undefined;
    const exporter = new SdkExporter(testSettings({ clock }), factory.config.parse({ export_timeout: "5s" }), {
      export: (_records, done: typeof late) => {
        late = done;
      },
      shutdown: async () => {},
      forceFlush: async () => {},
    });
    const rejection = assert.rejects(exporter.consume(makeRecords(1), never), (error) => {
      assert.ok(error instanceof RetryableError);
      assert.match(error.message, /no result came within 5s; raise export_timeout/);
      return true;
    });
    await settle();
    await clock.advance(5000);
    await rejection;
    late({ code: 0 });
    await exporter.shutdown(never);
  });

  test("consume() rejects with RetryableError when export() throws", async () => {
    const exporter = new SdkExporter(testSettings(), factory.config.parse({}), {
      export: () => {
        throw new TypeError("bad record");
      },
      shutdown: () => Promise.reject(new Error("cannot stop")),
      forceFlush: async () => {},
    });
    await assert.rejects(exporter.consume(makeRecords(1), never), { name: "RetryableError", message: /bad record/ });
    await exporter.shutdown(never);
  });

  for (const [name, error, expected] of [
    [
      "no error",
      undefined,
      { name: "RetryableError", code: ErrorCode.unavailable, message: /failure without a reason/ },
    ],
    ["an error without a status", new Error("ECONNREFUSED"), { name: "RetryableError", code: ErrorCode.unavailable }],
    ["a code of gRPC", Object.assign(new Error("bad"), { code: 3 }), { name: "RetryableError" }],
    ["a code that is text", Object.assign(new Error("bad"), { code: "400" }), { name: "RetryableError" }],
    [
      "code 400",
      Object.assign(new Error("Bad Request"), { code: 400 }),
      { name: "PermanentError", status: 400, message: /it answered 400 Bad Request; find out/ },
    ],
    [
      "statusCode 413",
      Object.assign(new Error("too much"), { statusCode: 413 }),
      { name: "PermanentError", message: /413 Payload Too Large \(too much\)/ },
    ],
    ["status 422", Object.assign(new Error("no"), { status: 422 }), { name: "PermanentError" }],
    [
      "code 401",
      Object.assign(new Error("Unauthorized"), { code: 401 }),
      { name: "RetryableError", code: ErrorCode.misdirected, message: /check address and credential/ },
    ],
    [
      "code 307",
      Object.assign(new Error("moved"), { code: 307 }),
      { name: "RetryableError", code: ErrorCode.misdirected },
    ],
    [
      "code 429",
      Object.assign(new Error("slow"), { code: 429 }),
      { name: "RetryableError", code: ErrorCode.throttled },
    ],
    [
      "code 503",
      Object.assign(new Error("later"), { code: 503 }),
      { name: "RetryableError", code: ErrorCode.unavailable },
    ],
  ] as const) {
    test(`consume() judges a FAILED result with ${name}`, async () => {
      const exporter = new SdkExporter(testSettings(), factory.config.parse({}), {
        export: (_records, done) => done({ code: 1, ...(error === undefined ? {} : { error }) }),
        shutdown: async () => {},
        forceFlush: async () => {},
      });
      await assert.rejects(exporter.consume(makeRecords(1), never), expected);
      await exporter.shutdown(never);
    });
  }

  test("shutdown() lets go of an exporter that hangs, and gives back what it holds", async () => {
    const hang = (): Promise<void> => new Promise(() => {});
    const exporter = new SdkExporter(testSettings(), factory.config.parse({}), {
      export: () => {},
      shutdown: hang,
      forceFlush: hang,
    });
    const stop = new AbortController();
    const consumed = assert.rejects(exporter.consume(makeRecords(1), never), {
      message: /was shut down; send the records again/,
    });
    const stopped = exporter.shutdown(stop.signal);
    stop.abort(new Error("out of time"));
    await Promise.all([consumed, stopped]);
  });

  test("keeps args out of every print of the configuration", () => {
    const config = factory.config.parse({ args: [{ headers: { authorization: "s3cret" } }] });
    for (const text of [inspect(config, { depth: 9 }), JSON.stringify(config), String(config.args)]) {
      assert.doesNotMatch(text, /s3cret/);
    }
  });
});

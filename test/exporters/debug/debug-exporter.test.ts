import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import { suite, test } from "node:test";
import { ErrorCode } from "../../../collector/errors.ts";
import { DebugExporter, type DebugOutput } from "../../../exporters/debug/debug-exporter.ts";
import { factory } from "../../../exporters/debug/factory.ts";
import { makeRecord, makeRecords } from "../../support/log-records.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

class Capture extends Writable implements DebugOutput {
  readonly isTTY: boolean;
  text = "";

  constructor(isTTY: boolean = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

async function print(config: object, records: Parameters<DebugExporter["consume"]>[0], isTTY = false): Promise<string> {
  const output = new Capture(isTTY);
  const exporter = new DebugExporter(testSettings({ id: "debug" }), factory.config.parse(config), output);
  await exporter.start();
  await exporter.consume(records, never);
  await exporter.shutdown(never);
  return output.text;
}

suite("debug", () => {
  test("consume() prints time, schema, event, user, address, outcome and integration on one line", async () => {
    assert.equal(
      await print({}, makeRecords(1)),
      "2026-07-01T12:00:00.123Z  auth             UserLoggedIn  zoë@contoso.example  203.0.113.9  Success  o365/contoso\n",
    );
  });

  test("consume() prints a dash for what is absent", async () => {
    const record = makeRecord("bare", { attributes: {}, eventName: "X" });
    assert.equal(await print({}, [record]), "2026-07-01T12:00:00.123Z  -                X  -  -  -  o365/contoso\n");
  });

  test("consume() prints one line per batch with verbosity basic", async () => {
    const body = "é";
    const records = [makeRecord("a", { body }), makeRecord("b", { body })];
    assert.equal(await print({ verbosity: "basic" }, records), "debug: 2 log records, 4 body bytes\n");
  });

  test("consume() prints every value with verbosity detailed", async () => {
    const record = makeRecord("id-0");
    const text = await print({ verbosity: "detailed" }, [record]);
    for (const [key, value] of Object.entries(record.attributes))
      assert.ok(text.includes(`    ${key}: ${String(value)}\n`), key);
    assert.ok(text.includes(`  body: ${String(record.body)}\n`));
    assert.ok(text.includes("    o365.integration: o365/contoso\n"));
  });

  test("consume() colours on a terminal only", async () => {
    assert.ok((await print({}, makeRecords(1), true)).includes("\u001b["));
    assert.ok(!(await print({}, makeRecords(1), false)).includes("\u001b"));
  });

  for (const verbosity of ["normal", "detailed"]) {
    test(`consume() escapes what a terminal would obey with verbosity ${verbosity}`, async () => {
      const evil = "\u001b[2J\r\nforged line\u0007\u009b31m\u202egnp.exe\u2028\ud800\u200b";
      const record = makeRecord("evil", {
        eventName: evil,
        body: evil,
        attributes: { "user.name": evil, [evil]: evil, "client.address": [evil], "o365.result_status": evil },
      });
      const text = await print({ verbosity }, [record]);
      assert.doesNotMatch(text, /[^\P{C}\n]|\p{Zl}/u);
      assert.ok(text.includes(String.raw`\u001b[2J\u000d\u000aforged line\u0007`));
      assert.equal(text.split("\n").filter((line) => line.startsWith("forged")).length, 0);
    });
  }

  test("consume() waits until the output takes the text", async () => {
    let take = (): void => undefined;
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        take = done;
      },
    });
    const exporter = new DebugExporter(testSettings(), factory.config.parse({}), output);
    await exporter.start();
    let done = false;
    const work = exporter.consume(makeRecords(1), never).then(() => (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(done, false);
    take();
    await work;
    await exporter.shutdown(never);
  });

  test("consume() rejects, now and later, when the reader of a pipe has gone", async () => {
    const child = spawn(process.execPath, ["-e", ""], { stdio: ["pipe", "ignore", "ignore"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const exporter = new DebugExporter(testSettings(), factory.config.parse({}), child.stdin);
    await exporter.start();
    await exited;
    const send = async (): Promise<void> => {
      for (let round = 0; round < 100; round += 1) await exporter.consume(makeRecords(500), never);
    };
    await assert.rejects(send(), { code: ErrorCode.misdirected, message: /closed by its reader/ });
    await assert.rejects(exporter.consume(makeRecords(1), never), { code: ErrorCode.misdirected });
    await exporter.shutdown(never);
  });
});

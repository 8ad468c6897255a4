import assert from "node:assert/strict";
import { appendFile, chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Component, LogsConsumer, Settings } from "../../../collector/component.ts";
import { ErrorCode } from "../../../collector/errors.ts";
import { factory } from "../../../exporters/file/factory.ts";
import { makeRecords } from "../../support/log-records.ts";
import { recordsOf } from "../../support/otlp-record.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

suite("file", () => {
  let directory = "";
  let number = 0;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "file-exporter-"));
  });
  after(() => rm(directory, { recursive: true }));

  const newPath = (): string => join(directory, `out-${(number += 1)}.jsonl`);

  async function open(
    path: string,
    settings: Settings = testSettings(),
    config: object = {},
  ): Promise<Component & LogsConsumer> {
    const exporter = factory.create(settings, factory.config.parse({ path, ...config }));
    await exporter.start();
    return exporter;
  }

  const lines = async (path: string): Promise<string[]> => {
    const text = await readFile(path, "utf8");
    assert.ok(text === "" || text.endsWith("\n"));
    return text.split("\n").slice(0, -1);
  };

  for (const fsync of [true, false]) {
    test(`consume() appends one line of OTLP JSON per batch with fsync ${fsync}`, async () => {
      const path = newPath();
      const exporter = await open(path, testSettings(), { fsync });
      await exporter.consume(makeRecords(2, "a"), never);
      // Acknowledged means written: nothing waits for shutdown.
      assert.equal((await lines(path)).length, 1);
      await Promise.all(["b", "c", "d"].map((prefix) => exporter.consume(makeRecords(1, prefix), never)));
      await exporter.shutdown(never);
      const batches = (await lines(path)).map((line) => recordsOf(JSON.parse(line)));
      assert.deepEqual(
        batches.map((records) => records.map((record) => record.attributes["o365.id"])),
        [["a-0", "a-1"], ["b-0"], ["c-0"], ["d-0"]],
      );
      assert.equal(batches[0]?.[0]?.body, makeRecords(1, "a")[0]?.body);
    });
  }

  test("warns of a file that every user can read or change, and of none that it makes itself", async () => {
    const path = newPath();
    const warnings = (): readonly string[] =>
      (factory.check?.(factory.config.parse({ path }), 0) ?? []).map(
        ({ severity, message }) => `${severity} ${message}`,
      );
    assert.deepEqual(warnings(), []);
    await (await open(path)).shutdown(never);
    assert.deepEqual(warnings(), []);
    await chmod(path, 0o644);
    assert.match(
      warnings()[0] ?? "",
      /^warning every user of this machine can read ".*", and it holds the audit trail/,
    );
    await chmod(path, 0o602);
    assert.match(warnings()[0] ?? "", /^warning every user of this machine can change/);
  });

  test("start() makes the file with mode 0600", async () => {
    const path = newPath();
    const exporter = await open(path);
    await exporter.shutdown(never);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test("start() keeps whole lines and appends behind them", async () => {
    const path = newPath();
    await (await open(path)).shutdown(never);
    await appendFile(path, '{"first":1}\n');
    const exporter = await open(path);
    await exporter.consume(makeRecords(1), never);
    await exporter.shutdown(never);
    assert.equal((await lines(path))[0], '{"first":1}');
    assert.equal((await lines(path)).length, 2);
  });

  for (const [name, content, expected] of [
    ["behind whole lines", '{"a":1}\n{"b":', '{"a":1}\n'],
    ["longer than a block", `{"a":1}\n${"x".repeat(200_000)}`, '{"a":1}\n'],
    ["without any whole line", "x".repeat(70_000), ""],
  ] as const) {
    test(`start() cuts off a last line without end ${name}, and says so`, async () => {
      const path = newPath();
      await writeFile(path, content);
      const settings = testSettings();
      const exporter = await open(path, settings);
      assert.equal(await readFile(path, "utf8"), expected);
      assert.deepEqual(
        settings.lines.map(({ level, fields }) => [level, fields["bytes"]]),
        [["warn", content.length - expected.length]],
      );
      await exporter.consume(makeRecords(1), never);
      await exporter.shutdown(never);
      for (const line of await lines(path)) assert.doesNotThrow(() => JSON.parse(line));
    });
  }

  for (const [name, path] of [
    ["its folder is missing", "absent/out.jsonl"],
    ["it is a folder", "."],
  ] as const) {
    test(`start() rejects when ${name}`, async () => {
      const exporter = factory.create(testSettings(), factory.config.parse({ path: join(directory, path) }));
      await assert.rejects(exporter.start(), { code: ErrorCode.storage, message: /^Cannot open .*; check/ });
    });
  }

  test("start() rejects for what is no regular file", async () => {
    const exporter = factory.create(testSettings(), factory.config.parse({ path: "/dev/null" }));
    await assert.rejects(exporter.start(), { code: ErrorCode.storage, message: /not a regular file/ });
  });
});

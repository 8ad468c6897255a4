import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { FileConfig, Rotation } from "../../../exporters/file/config.ts";
import { factory } from "../../../exporters/file/factory.ts";
import { RotatingFile } from "../../../exporters/file/rotating-file.ts";
import { makeRecord } from "../../support/log-records.ts";
import { eventually } from "../../support/eventually.ts";
import { recordsOf } from "../../support/otlp-record.ts";
import { testSettings } from "../../support/test-settings.ts";

const root = mkdtempSync(join(tmpdir(), "rotating-file-"));

let folders = 0;
const NOW = Date.UTC(2026, 10, 25, 10);
const DAY_MS = 86_400_000;

interface Bench {
  readonly folder: string;
  readonly path: string;
  readonly file: RotatingFile;
  readonly untidy: unknown[];
  readonly deleted: number[];
  nowMs: number;
}

async function bench(rotation: Partial<Rotation> = {}, before: Readonly<Record<string, string>> = {}): Promise<Bench> {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(before)) writeFileSync(join(folder, name), text);
  const path = join(folder, "out.jsonl");
  const config: FileConfig = {
    path,
    fsync: false,
    rotation: { maxBytes: 10, maxBackups: Infinity, maxAgeMs: Infinity, compression: "none", ...rotation },
  };
  const untidy: unknown[] = [];
  const deleted: number[] = [];
  const made = { folder, path, untidy, deleted, nowMs: NOW };
  const reports = {
    cut: () => {},
    deleted: (files: number) => void deleted.push(files),
    untidy: (error: unknown) => void untidy.push(error),
  };
  const file = new RotatingFile(config, reports, () => result.nowMs);
  const result: Bench = { ...made, file };
  await file.open();
  return result;
}

const append = (file: RotatingFile, ...lines: readonly string[]): Promise<void> =>
  file.append(lines.map((line) => Buffer.from(line)));

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );

suite("RotatingFile", () => {
  test("begins a new file before it would grow beyond the limit, and names the former one by the time", async () => {
    const { file, folder } = await bench();
    await append(file, "aaaa");
    await append(file, "bbbb");
    await append(file, "cccc");
    await append(file, "d");
    await file.close();
    assert.deepEqual(contents(folder), {
      "out-2026-11-25T10-00-00.000.jsonl": "aaaa\nbbbb\n",
      "out.jsonl": "cccc\nd\n",
    });
  });

  test("writes a larger batch as a whole, and never an empty file beside it", async () => {
    const { file, folder } = await bench();
    await append(file, "x".repeat(50));
    await append(file, "y");
    await file.close();
    assert.deepEqual(Object.values(contents(folder)), [`${"x".repeat(50)}\n`, "y\n"]);
  });

  test("never overwrites a former file of the same time", async () => {
    const { file, folder } = await bench();
    for (const line of ["first", "second", "third", "fourth"]) await append(file, `${line}-long`);
    await file.close();
    assert.deepEqual(contents(folder), {
      "out-2026-11-25T10-00-00.000.jsonl": "first-long\n",
      "out-2026-11-25T10-00-00.001.jsonl": "second-long\n",
      "out-2026-11-25T10-00-00.002.jsonl": "third-long\n",
      "out.jsonl": "fourth-long\n",
    });
  });

  test("counts what was there at the start", async () => {
    const { file, folder } = await bench({}, { "out.jsonl": "12345678\n" });
    await append(file, "ab");
    await file.close();
    assert.deepEqual(Object.values(contents(folder)), ["12345678\n", "ab\n"]);
  });

  test("compresses former files, also those that an earlier run left plain, and nothing of others", async () => {
    const { file, folder } = await bench(
      { compression: "gzip" },
      {
        "out-2026-11-01T00-00-00.000.jsonl": "old\n",
        "out-2026-11-02T00-00-00.000.jsonl.gz.unfinished": "half",
        "out-notes.jsonl": "mine\n",
        "other-2026-11-01T00-00-00.000.jsonl": "theirs\n",
      },
    );
    await append(file, "aaaaaaaa");
    await append(file, "bbbbbbbb");
    await eventually(
      () =>
        readdirSync(folder).filter((name) => name.endsWith(".gz")).length === 2 &&
        !readdirSync(folder).includes("out-2026-11-25T10-00-00.000.jsonl"),
      () => readdirSync(folder).join(),
    );
    await file.close();
    assert.equal(gunzipSync(readFileSync(join(folder, "out-2026-11-01T00-00-00.000.jsonl.gz"))).toString(), "old\n");
    assert.equal(
      gunzipSync(readFileSync(join(folder, "out-2026-11-25T10-00-00.000.jsonl.gz"))).toString(),
      "aaaaaaaa\n",
    );
    assert.equal(statSync(join(folder, "out-2026-11-25T10-00-00.000.jsonl.gz")).mode & 0o777, 0o600);
    assert.ok(
      readdirSync(folder).includes("out-notes.jsonl") &&
        readdirSync(folder).includes("other-2026-11-01T00-00-00.000.jsonl"),
    );
  });

  test("deletes former files beyond max_backups and max_days, compressed ones too, and tells how many", async () => {
    const former = {
      "out-2026-11-01T00-00-00.000.jsonl.gz": "",
      "out-2026-11-23T00-00-00.000.jsonl": "",
      "out-2026-11-24T00-00-00.000.jsonl": "",
    };
    const byAge = await bench({ maxAgeMs: 3 * DAY_MS }, former);
    await byAge.file.close();
    assert.deepEqual(byAge.deleted, [1]);
    const byCount = await bench({ maxBackups: 2 }, former);
    await append(byCount.file, "aaaaaaaa");
    await append(byCount.file, "bbbbbbbb");
    await byCount.file.close();
    assert.deepEqual(byCount.deleted, [1, 1]);
    assert.deepEqual(Object.keys(contents(byCount.folder)), [
      "out-2026-11-24T00-00-00.000.jsonl",
      "out-2026-11-25T10-00-00.000.jsonl",
      "out.jsonl",
    ]);
  });

  test("lets go of a file that somebody else moved away, and begins a new one", async () => {
    const { file, folder, path } = await bench({ maxBytes: 1000 });
    await append(file, "before");
    renameSync(path, join(folder, "moved.jsonl"));
    await append(file, "after");
    await file.close();
    assert.deepEqual(contents(folder), { "moved.jsonl": "before\n", "out.jsonl": "after\n" });
  });

  test("goes on after a rotation that failed, and loses nothing", async () => {
    const { file, folder, path } = await bench();
    await append(file, "aaaaaaaa");
    // A folder in the place of the file cannot be opened as one.
    renameSync(path, join(folder, "moved.jsonl"));
    mkdirSync(path);
    await assert.rejects(append(file, "bbbbbbbb"));
    rmSync(path, { recursive: true });
    await append(file, "bbbbbbbb");
    await file.close();
    assert.deepEqual(contents(folder), { "moved.jsonl": "aaaaaaaa\n", "out.jsonl": "bbbbbbbb\n" });
  });
});

suite("file with rotation", () => {
  after(() => rmSync(root, { recursive: true }));

  test("holds every acknowledged record once, over all its files", async () => {
    folders += 1;
    const folder = join(root, String(folders));
    mkdirSync(folder);
    const never = new AbortController().signal;
    const config = factory.config.parse({
      path: join(folder, "out.jsonl"),
      fsync: false,
      rotation: { max_megabytes: 1, compression: "gzip" },
    });
    const exporter = factory.create(testSettings(), config);
    await exporter.start();
    const ids = Array.from({ length: 60 }, (_, index) => `r-${index}`);
    for (const id of ids) await exporter.consume([makeRecord(id, { body: "x".repeat(100_000) })], never);
    await exporter.shutdown(never);
    const texts = readdirSync(folder)
      .filter((name) => !name.endsWith(".unfinished"))
      .map((name) => {
        const bytes = readFileSync(join(folder, name));
        assert.ok(name.endsWith(".gz") || bytes.length <= 1024 * 1024, name);
        return name.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
      });
    assert.ok(texts.length >= 6);
    const found = texts
      .flatMap((text) => text.split("\n").slice(0, -1))
      .flatMap((line) => recordsOf(JSON.parse(line)))
      .map(({ attributes }) => String(attributes["o365.id"]));
    assert.deepEqual(found.toSorted(), ids.toSorted());
  });
});

import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, suite, test } from "node:test";
import { DeadLetterFiles, deadLetterFolder, fileName } from "../../../collector/delivery/dead-letter-files.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";

const root = mkdtempSync(join(tmpdir(), "otel-o365-dead-letters-"));

let directories = 0;
interface Setup {
  readonly directory: string;
  readonly files: DeadLetterFiles;
  /** `path cutBytes` of each repair. */
  readonly repairs: string[];
}

function setUp(limits: { readonly maxBytes?: number; readonly maxFileBytes?: number } = {}): Setup {
  const directory = join(root, String((directories += 1)));
  const repairs: string[] = [];
  const options = { directory, maxBytes: 1000, ...limits };
  const files = new DeadLetterFiles(options, "otlp_http/siem", (path, bytes) =>
    repairs.push(`${basename(path)} ${bytes}`),
  );
  return { directory, files, repairs };
}

const line = (text: string): Uint8Array => Buffer.from(text);
const read = (directory: string, name: string): string => readFileSync(join(deadLetterFolder(directory), name), "utf8");

suite("dead-letter files", () => {
  after(() => rmSync(root, { recursive: true }));

  test("append() makes nothing before the first line, then a folder and a file for the owner alone", async () => {
    const { directory, files } = setUp();
    assert.equal(existsSync(directory), false);
    await files.append([line("a"), line("b")]);
    await Promise.all([files.append([line("c")]), files.append([line("d")])]);
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "a\nb\nc\nd\n");
    assert.equal(statSync(files.path).mode & 0o777, 0o600);
    assert.equal(statSync(deadLetterFolder(directory)).mode & 0o777, 0o700);
  });

  test("append() cuts off the half line that a kill left behind", async () => {
    const { directory, files, repairs } = setUp();
    await files.append([line("a")]);
    appendFileSync(files.path, '{"resourceLo');
    await files.append([line("b")]);
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "a\nb\n");
    assert.deepEqual(repairs, ["otlp_http%2Fsiem.jsonl 12"]);
  });

  test("append() begins a new file when the current one is full, and numbers the old ones", async () => {
    const { directory, files } = setUp({ maxFileBytes: 6 });
    for (const text of ["aa", "bb", "cc", "dd", "a line longer than a file"]) await files.append([line(text)]);
    assert.equal(read(directory, "otlp_http%2Fsiem.1.jsonl"), "aa\nbb\n");
    assert.equal(read(directory, "otlp_http%2Fsiem.2.jsonl"), "cc\ndd\n");
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "a line longer than a file\n");
  });

  test("append() refuses at the limit over all files, deletes nothing, and goes on when files were moved away", async () => {
    const { directory, files } = setUp({ maxBytes: 10, maxFileBytes: 4 });
    const folder = deadLetterFolder(directory);
    for (const text of ["aaa", "bbb"]) await files.append([line(text)]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "otlp_http%2Fsiem2.jsonl"), "of another exporter");
    await assert.rejects(files.append([line("ccc")]), (error) => {
      assert.ok(error instanceof CollectorError && error.code === ErrorCode.storage);
      assert.match(error.message, /^Cannot set aside .* limit of 10 bytes; .*storage::max_dead_letter_bytes$/);
      return true;
    });
    await files.append([line("c")]);
    assert.deepEqual(
      ["otlp_http%2Fsiem.1.jsonl", "otlp_http%2Fsiem.2.jsonl", "otlp_http%2Fsiem.jsonl"].map((name) =>
        read(directory, name),
      ),
      ["aaa\n", "bbb\n", "c\n"],
    );
    renameSync(join(folder, "otlp_http%2Fsiem.1.jsonl"), join(directory, "done.jsonl"));
    renameSync(files.path, join(directory, "done-too.jsonl"));
    await files.append([line("ddd")]);
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "ddd\n");
  });

  test("append() writes the lines once more when the file is moved away between opening and writing it", async () => {
    const directory = join(root, String((directories += 1)));
    const moved = join(directory, "moved.jsonl");
    const files = new DeadLetterFiles({ directory, maxBytes: 1000 }, "otlp_http/siem", (path) => {
      renameSync(path, moved);
    });
    await files.append([line("a")]);
    appendFileSync(files.path, "half a line: its repair is told when the file is open already");
    await files.append([line("b")]);
    assert.equal(readFileSync(moved, "utf8"), "a\nb\n");
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "b\n");
  });

  test("append() lets files go that are moved away while it looks at them", async () => {
    const { directory, files } = setUp();
    await files.append([line("a")]);
    symlinkSync("gone", join(deadLetterFolder(directory), "otlp_http%2Fsiem.1.jsonl"));
    await files.append([line("b")]);
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "a\nb\n");
  });

  test("append() says what to do when the file cannot be written, and recovers", async () => {
    const { directory, files } = setUp();
    mkdirSync(directory);
    writeFileSync(deadLetterFolder(directory), "in the way");
    await assert.rejects(files.append([line("a")]), (error) => {
      assert.ok(error instanceof CollectorError && error.code === ErrorCode.storage);
      assert.match(error.message, /^Cannot write dead letters to ".*siem\.jsonl": .*EEXIST.*; make room/);
      return true;
    });
    rmSync(deadLetterFolder(directory));
    await files.append([line("a")]);
    assert.equal(read(directory, "otlp_http%2Fsiem.jsonl"), "a\n");
  });

  test("fileName() gives each id a name of its own that no numbered file of another has", () => {
    const ids = ["file", "file/a", "file/a.1", "file/a%2E1", "file_a", "file/..", "file/../x", "file/é", "file/a(b)"];
    ids.push(`file/${"x".repeat(300)}`, `file/${"x".repeat(301)}`, `file/${"é".repeat(1000)}`);
    const names = ids.map(fileName);
    assert.equal(new Set(names).size, ids.length);
    for (const name of names) assert.match(name, /^[\w%-]{1,200}$/);
    assert.equal(fileName("file/a.1"), "file%2Fa%2E1");
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { z } from "zod";
import { CollectorError } from "../../collector/errors.ts";
import { StateFile } from "../../collector/state-file.ts";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-state-"));

let files = 0;
const newFile = (folder: string = directory): StateFile<{ n: number }> =>
  new StateFile(join(folder, `${(files += 1)}.json`), z.strictObject({ n: z.int() }));

suite("StateFile", () => {
  after(() => rmSync(directory, { recursive: true }));

  test("read() gives what write() wrote last, and undefined before that", async () => {
    const file = newFile();
    assert.equal(await file.read(), undefined);
    await Promise.all([file.write({ n: 1 }), file.write({ n: 2 }), file.write({ n: 3 })]);
    assert.deepEqual(await file.read(), { n: 3 });
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
  });

  test("write() resolves only once that value or a later one is in the file", async () => {
    const file = newFile();
    const writes = Array.from({ length: 20 }, (_, n) => n).map(async (n) => {
      await file.write({ n });
      assert.ok(JSON.parse(readFileSync(file.path, "utf8")).n >= n);
    });
    await Promise.all(writes);
  });

  test("read() refuses what it did not write, and says what to do", async () => {
    for (const text of ["", "{", '{"n":"1"}']) {
      const file = newFile();
      writeFileSync(file.path, text);
      await assert.rejects(file.read(), (error) => {
        assert.ok(error instanceof CollectorError);
        assert.match(error.message, /^Cannot read ".*\.json": .*; restore it, or delete it/s);
        return true;
      });
    }
  });

  test("write() says why it failed, leaves the file as it was, and works again later", async () => {
    const folder = mkdtempSync(join(directory, "sub-"));
    const file = newFile(folder);
    await file.write({ n: 1 });
    // Where the next state is written before it takes the place of the last one.
    mkdirSync(`${file.path}.new`);
    await assert.rejects(file.write({ n: 5 }), /^CollectorError: Cannot write ".*\.json": .*EISDIR.*; make room/);
    rmdirSync(`${file.path}.new`);
    assert.deepEqual(await file.read(), { n: 1 });
    await file.write({ n: 2 });
    assert.deepEqual(await file.read(), { n: 2 });
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import { makeDirectory } from "../../../collector/storage/make-directory.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-make-"));

suite("makeDirectory()", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("makes every missing level, for its owner alone", () => {
    const path = join(folder, "a", "b", "c");
    makeDirectory(path);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "a")).mode & 0o777, 0o700);
  });

  test("leaves a directory that is there as it is", () => {
    makeDirectory(folder);
    makeDirectory(folder);
  });

  test("says so when a file is in the way, at any level", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "below")]) {
      assert.throws(
        () => makeDirectory(path),
        (error) => error instanceof CollectorError && error.message.includes("it is a file"),
      );
    }
  });

  test("fails, and does not hang, where nothing can be made", { skip: process.platform !== "linux" }, () => {
    assert.throws(
      () => makeDirectory("/proc/otel-o365/state"),
      (error) => error instanceof CollectorError && error.code === ErrorCode.storage,
    );
  });
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { ErrorCode } from "../../collector/errors.ts";
import {
  findCallable,
  findExport,
  importModule,
  makeInstance,
  missingModule,
  requireModule,
} from "../../collector/modules.ts";

suite("modules", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "modules-"));
    await writeFile(
      join(directory, "esm.mjs"),
      "export class A { constructor(x) { this.x = x; } }; export const make = (x) => ({ x }); export const n = 1;",
    );
    await writeFile(join(directory, "common.cjs"), "exports.make = function (x) { return { x }; };");
    await writeFile(join(directory, "typed.ts"), "export const make = (x: number): { x: number } => ({ x });");
    await writeFile(join(directory, "awaiting.mjs"), "await 1; export const a = 1;");
    await writeFile(join(directory, "needy.mjs"), 'import "not-installed-anywhere"; export const a = 1;');
  });
  after(() => rm(directory, { recursive: true }));

  for (const [file, name] of [
    ["./esm.mjs", "A"],
    ["./esm.mjs", "make"],
    ["./common.cjs", "make"],
    ["./typed.ts", "make"],
  ] as const) {
    test(`makes an object out of ${name} of ${file}, imported or required`, async () => {
      const reference = { module: file, export: name, directory };
      for (const exports of [await importModule(file, directory), requireModule(file, directory)]) {
        const made = makeInstance(findCallable(exports, reference), [5], reference);
        assert.deepEqual({ ...(made as object) }, { x: 5 });
      }
    });
  }

  test("findExport() gives undefined for what is not there", async () => {
    assert.equal(findExport(await importModule("./esm.mjs", directory), "nope"), undefined);
  });

  for (const [file, says] of [
    ["./absent.mjs", /^Cannot load module "\.\/absent\.mjs": it was not found from .*; correct the path$/],
    [
      "absent-package",
      /^Cannot load module "absent-package": it was not found from .*; run npm install absent-package there$/,
    ],
    [
      "./needy.mjs",
      /^Cannot load module "\.\/needy\.mjs": Cannot find package 'not-installed-anywhere' imported from .*; install what it imports beside it$/,
    ],
  ] as const) {
    test(`say what to do about ${file}`, async () => {
      await assert.rejects(importModule(file, directory), { code: ErrorCode.config, message: says });
      assert.throws(() => requireModule(file, directory), { code: ErrorCode.config, message: says });
    });
  }

  test("requireModule() says what to do about a top-level await", () => {
    assert.throws(() => requireModule("./awaiting.mjs", directory), {
      message: 'Cannot load module "./awaiting.mjs": it awaits at its top level; move the await into a function',
    });
  });

  test("missingModule() finds what import() would find", () => {
    for (const module of ["./esm.mjs", "zod", "@opentelemetry/sdk-logs"])
      assert.equal(missingModule(module, directory), undefined);
    assert.match(missingModule("./absent.mjs", directory) ?? "", /^was not found from .*; correct the path$/);
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { version } from "../../collector/version.ts";
import { nodeBinary } from "../support/node-versions.ts";
import { npm } from "../support/npm.ts";
import { packedPackage } from "../support/packed-package.ts";
import { javascript, typescript } from "./programs.ts";

const SUPPORTED = [22, 24, 26];
const TOO_OLD = 20;

const folder = mkdtempSync(join(tmpdir(), "otel-o365-pack-"));

/** What a package of ours may hold; anything else in it is a leak or a mistake. */
const SHIPPED =
  /^(bin|deploy|dist|docs|emulator\/data|examples)\/|(^|\/)README\.md$|^(package\.json|LICENSE|CHANGELOG\.md|SECURITY\.md|collector\.example\.yaml)$/;

function install(): void {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  npm(["install", "--prefer-offline", packedPackage().tarball], folder);
  writeFileSync(join(folder, "program.mjs"), javascript);
  writeFileSync(join(folder, "program.mts"), typescript);
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(major: number, args: readonly string[], nodeOptions = ""): Ended {
  const env = { ...process.env, NODE_OPTIONS: nodeOptions };
  return spawnSync(nodeBinary(major), args, { cwd: folder, encoding: "utf8", env });
}

/** Makes every Node that begins write its own flags to standard error, a line each. */
const TELL_FLAGS = "--import=data:text/javascript,console.error(`flags:${process.execArgv}`)";
/** The same with what the allocator reads. */
const TELL_MALLOC =
  "--import=data:text/javascript,console.error(Object.keys(process.env).filter((key)=>/^MALLOC/.test(key)).map((key)=>key+process.env[key]).sort().join())";

const BIN = join("node_modules", ".bin", "otel-o365");

suite("the packed package", () => {
  before(install);
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("holds what it should and nothing else", () => {
    const root = join(folder, "node_modules", "otel-o365");
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
    assert.deepEqual(
      files.filter((file) => !SHIPPED.test(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file)),
      [],
    );
    for (const file of ["LICENSE", "README.md", "bin/otel-o365.mjs", "dist/collector/cli/main.js"]) {
      assert.ok(files.includes(file), file);
    }
  });

  test("brings each OpenTelemetry package once", () => {
    const copies = npm(["ls", "--all", "--parseable", "@opentelemetry/sdk-logs"], folder).trim().split("\n");
    assert.equal(new Set(copies).size, 1);
  });

  test("type-checks a .mts program, its own declarations included", () => {
    const compiler = resolve("node_modules", "typescript", "bin", "tsc");
    // What the program itself would install: the types of Node.
    cpSync(resolve("node_modules", "@types", "node"), join(folder, "node_modules", "@types", "node"), {
      recursive: true,
    });
    cpSync(resolve("node_modules", "undici-types"), join(folder, "node_modules", "undici-types"), { recursive: true });
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
    const { status, stdout } = runNode(24, [compiler, ...options, "--lib", "es2024,esnext.disposable", "program.mts"]);
    assert.equal(stdout, "");
    assert.equal(status, 0);
  });

  for (const major of SUPPORTED) {
    for (const program of ["program.mjs", "program.mts"]) {
      test(`runs ${program} on Node ${major}`, () => {
        const { status, stdout, stderr } = runNode(major, [program]);
        assert.equal(stdout, `otel-o365 ${version} works\n`, stderr);
        assert.equal(status, 0);
      });
    }

    test(`can be required on Node ${major}`, () => {
      const { stdout, stderr } = runNode(major, ["-e", 'console.log(typeof require("otel-o365").loadConfig)']);
      assert.equal(stdout, "function\n", stderr);
    });

    test(`runs the command on Node ${major} without a warning of Node's own`, () => {
      const { status, stdout, stderr } = runNode(major, [BIN, "components"]);
      assert.equal(stderr, "");
      assert.match(stdout, /^receiver +o365 /m);
      assert.equal(status, 0);
      // Running loads node:sqlite, which announces itself as experimental.
      const absent = runNode(major, [BIN, "--config", "absent.yaml"]);
      assert.equal(absent.status, 2);
      assert.match(absent.stderr, /^absent\.yaml:1:1: [^\n]*\n$/);
    });
  }

  test(`says what is wrong on Node ${TOO_OLD}`, () => {
    const command = runNode(TOO_OLD, [BIN, "--version"]);
    assert.equal(command.status, 1);
    assert.match(command.stderr, /^Cannot run otel-o365: this is Node 20\.\S+; use Node 22\.19 or newer .*\n$/);
    for (const entry of [
      "otel-o365",
      "otel-o365/receiver",
      "otel-o365/processors",
      "otel-o365/exporters",
      "otel-o365/extensions",
      "otel-o365/emulator",
    ]) {
      const program = runNode(TOO_OLD, ["--input-type=module", "-e", `import ${JSON.stringify(entry)}`]);
      assert.equal(program.status, 1);
      assert.match(
        program.stderr,
        /Error: Cannot load otel-o365: this is Node 20\.\S+; use Node 22\.19 or newer/,
        entry,
      );
    }
  });

  test("starts over once, with a small young generation", { skip: process.platform === "win32" }, () => {
    const { stdout, stderr } = runNode(24, [BIN, "--version"], TELL_FLAGS);
    assert.equal(stderr, "flags:\nflags:--max-semi-space-size=8,--min-semi-space-size=8,--heap-growing-percent=60\n");
    assert.equal(stdout, `${version}\n`);
  });

  test("starts over with an allocator that gives back, unless it is set already", (context) => {
    if (process.platform === "win32") return context.skip();
    const { stderr } = runNode(24, [BIN, "--version"], TELL_MALLOC);
    assert.equal(stderr, "\nMALLOC_ARENA_MAX2,MALLOC_MMAP_THRESHOLD_131072,MALLOC_TRIM_THRESHOLD_131072\n");
    process.env["MALLOC_ARENA_MAX"] = "7";
    try {
      assert.match(runNode(24, [BIN, "--version"], TELL_MALLOC).stderr, /\nMALLOC_ARENA_MAX7,/);
    } finally {
      delete process.env["MALLOC_ARENA_MAX"];
    }
  });

  for (const [where, args, options] of [
    ["as a flag", ["--max-semi-space-size=4"], TELL_FLAGS],
    ["in NODE_OPTIONS", [], `--max-semi-space-size=4 ${TELL_FLAGS}`],
  ] as const) {
    test(`does not start over where the young generation is chosen already (${where})`, () => {
      const { stdout, stderr } = runNode(24, [...args, BIN, "--version"], options);
      assert.equal(stderr, `flags:${args.join()}\n`);
      assert.equal(stdout, `${version}\n`);
    });
  }
});

test("the package's entry points exist in the sources", () => {
  const manifest: { exports: Record<string, { default?: string }> } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const entry of Object.values(manifest.exports)) {
    const source = entry.default?.replace(/^\.\/dist\/entry\/(\w+)\.js$/, "$1/index.ts");
    if (source !== undefined) assert.ok(existsSync(source), source);
  }
});

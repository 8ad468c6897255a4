import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { suite, test } from "node:test";

const ROOMS = ["collector", "receiver", "processors", "exporters", "extensions", "sdk", "emulator"] as const;
const files = globSync(
  "{collector,receiver,processors,exporters,extensions,sdk,emulator,demo,bench,chaos,fuzz,scripts,test}/**/*.ts",
  {
    exclude: ["test/lint-canary/**"],
  },
).map((file) => file.replaceAll("\\", "/"));

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Path from the root; undefined for packages and built-in modules. */
  readonly target: string | undefined;
}

// Static, re-exporting, side-effect and dynamic imports. Types count: they are how a room leans on another.
const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*["']([^"'\n]+)["']/g;

const imports: readonly Import[] = files.flatMap((file) => {
  const source = readFileSync(file, "utf8").replaceAll(/^\s*(?:\/\/|\*).*$/gm, "");
  return [...source.matchAll(IMPORT)].map(([, specifier = ""]) => ({
    file,
    specifier,
    target: specifier.startsWith(".") ? normalize(join(dirname(file), specifier)).replaceAll("\\", "/") : undefined,
  }));
});

/** The component that a file belongs to: `receiver`, `processors/xdr`; undefined for what is no component's. */
function componentOf(path: string): string | undefined {
  const [room = "", name = ""] = path.split("/");
  // What programs import is put together there.
  if (name === "index.ts") return undefined;
  if (room === "receiver") return room;
  return ["processors", "exporters", "extensions"].includes(room) ? `${room}/${name}` : undefined;
}

const isIn = (path: string | undefined, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path?.startsWith(folder) === true);

/** Every import that `breaks` picks, as `file -> specifier`. */
function offenders(breaks: (one: Import) => boolean): readonly string[] {
  return imports.filter(breaks).map(({ file, specifier }) => `${file} -> ${specifier}`);
}

suite("architecture", () => {
  test("finds the imports it judges", () => {
    assert.ok(imports.length > 100);
    assert.ok(imports.some(({ file, target }) => file === "collector/service.ts" && target === "collector/graph.ts"));
    assert.ok(
      imports.some(({ file, target }) => file === "collector/cli/main.ts" && target === "collector/components.ts"),
    );
  });

  test("only components.ts connects the runtime to components", () => {
    const entry = ["collector/components.ts"];
    assert.deepEqual(
      offenders(
        ({ file, target }) =>
          isIn(file, "collector/") &&
          !entry.includes(file) &&
          isIn(target, "receiver/", "processors/", "exporters/", "extensions/"),
      ),
      [],
    );
  });

  test("components import nothing of each other", () => {
    assert.deepEqual(
      offenders(({ file, target }) => {
        const own = componentOf(file);
        const other = target === undefined ? undefined : componentOf(target);
        return own !== undefined && other !== undefined && own !== other;
      }),
      [],
    );
  });

  test("components know the contracts of the runtime, not its parts that run them", () => {
    const closed = [
      "collector/cli/",
      "collector/delivery/",
      "collector/components.ts",
      "collector/create-service.ts",
      "collector/graph.ts",
      "collector/replay/",
      "collector/index.ts",
      "collector/service.ts",
      "collector/config/load.ts",
      "collector/storage/sqlite",
    ];
    assert.deepEqual(
      offenders(({ file, target }) => componentOf(file) !== undefined && isIn(target, ...closed)),
      [],
    );
  });

  test("only what programs import leads to the parts for programs of the SDK", () => {
    const entries = ["receiver/index.ts", "processors/index.ts"];
    assert.deepEqual(
      offenders(
        ({ file, target }) =>
          isIn(file, ...ROOMS) && !isIn(file, "sdk/") && !entries.includes(file) && isIn(target, "sdk/"),
      ),
      [],
    );
  });

  test("the emulator imports nothing of the product", () => {
    assert.deepEqual(
      offenders(({ file, target }) => isIn(file, "emulator/") && target !== undefined && !isIn(target, "emulator/")),
      [],
    );
  });

  test("the product imports the emulator for the command emulate only", () => {
    assert.deepEqual(
      offenders(
        ({ file, target }) =>
          isIn(file, ...ROOMS) && !isIn(file, "emulator/", "collector/cli/emulate") && isIn(target, "emulator/"),
      ),
      [],
    );
  });

  test("the product imports neither tests, demo, bench, chaos, fuzz nor scripts", () => {
    assert.deepEqual(
      offenders(
        ({ file, target }) =>
          isIn(file, ...ROOMS) && isIn(target, "test/", "demo/", "bench/", "chaos/", "fuzz/", "scripts/"),
      ),
      [],
    );
  });

  test("relative imports name a file that exists, with its ending", () => {
    assert.deepEqual(
      offenders(({ target }) => target !== undefined && !(/\.(ts|mjs)$/.test(target) && existsSync(target))),
      [],
    );
  });

  test("nothing is imported by a path that source and package do not share", () => {
    assert.deepEqual(
      offenders(
        ({ file, specifier }) =>
          // The programs of the packaging test stand outside: they are what a user writes.
          file !== "test/packaging/programs.ts" && (specifier.startsWith("#") || /^otel-o365(\/|$)/.test(specifier)),
      ),
      [],
    );
    const urls = files.filter(
      (file) => isIn(file, ...ROOMS) && /new URL\(\s*["']\.{1,2}\//.test(readFileSync(file, "utf8")),
    );
    assert.deepEqual(urls, []);
  });

  test("only the process of the command line ends the process", () => {
    const ending = files.filter((file) => isIn(file, ...ROOMS) && /\bprocess\.exit\(/.test(readFileSync(file, "utf8")));
    assert.deepEqual(ending, ["collector/cli/process.ts"]);
  });

  test("hooks stand within a suite: outside one they run for every test of the process, whatever file it is in", () => {
    const hook = /^(before|after|beforeEach|afterEach)\(/m;
    const outside = files.filter((file) => file.endsWith(".test.ts") && hook.test(readFileSync(file, "utf8")));
    assert.deepEqual(outside, []);
  });

  test("tests mirror the tree: each has a counterpart, or is about the folder that it mirrors", () => {
    const free = ["support/", "contract/", "pipeline/", "packaging/", "peers/", "architecture.test.ts"].map(
      (name) => `test/${name}`,
    );
    const orphans = files
      .filter((file) => file.startsWith("test/") && file.endsWith(".test.ts") && !isIn(file, ...free))
      .filter((file) => !existsSync(`${subject(file)}.ts`) && !isAbout(dirname(subject(file)), file));
    assert.deepEqual(orphans, []);
  });
});

/** `test/collector/graph.test.ts` tests `collector/graph.ts`; `x.timing.test.ts` is one more file about `x.ts`. */
function subject(file: string): string {
  const path = file.slice("test/".length);
  return join(dirname(path), path.slice(path.lastIndexOf("/") + 1).split(".")[0] ?? "").replaceAll("\\", "/");
}

/** A test of several files together is about a folder when that exists and the test uses its room. */
function isAbout(folder: string, file: string): boolean {
  const room = `${folder.split("/")[0] ?? ""}/`;
  return existsSync(folder) && imports.some((one) => one.file === file && isIn(one.target, room));
}

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { ErrorCode } from "../../collector/errors.ts";
import { loadPlugin } from "../../collector/load-plugin.ts";
import { version } from "../../collector/version.ts";

const directory = mkdtempSync(join(tmpdir(), "load-plugin-"));

let files = 0;
function write(source: string): string {
  files += 1;
  const name = `./plugin-${files}.mjs`;
  writeFileSync(join(directory, name), source);
  return name;
}

/** A plugin whose only factory has the given members beside or instead of good ones. */
function withFactory(members: string): string {
  return `export const plugin = { apiVersion: 1, create: ({ z }) => [{ kind: "processor", type: "acme", description: "Acme", stability: "alpha", config: z.strictObject({}), create() {}, ${members} }] };`;
}

suite("loadPlugin()", () => {
  after(() => rmSync(directory, { recursive: true }));

  test("gives the factories, made with what plugins are given", () => {
    const source = `export const plugin = { apiVersion: 1, create: (api) => [{ kind: "exporter", type: "acme", description: api.version, stability: "beta",
      config: api.z.strictObject({ wait: api.fields.duration().prefault("5s") }), create: () => new api.errors.PermanentError("x") }] };`;
    const [factory] = loadPlugin(write(source), directory);
    assert.deepEqual([factory?.kind, factory?.type, factory?.description], ["exporter", "acme", version]);
    assert.deepEqual(factory?.config.parse({}), { wait: 5000 });
  });

  for (const [name, source, says] of [
    [
      "a missing export",
      "export const other = 1;",
      'it exports no "plugin"; export const plugin = { apiVersion, create }',
    ],
    [
      "a plugin of no form",
      "export const plugin = { create: () => [] };",
      'its "plugin" lacks apiVersion or create(); give it both, as the template does',
    ],
    [
      "a plugin for a later contract",
      "export const plugin = { apiVersion: 2, create: () => [] };",
      `it was written for version 2 of the plugin contract, and otel-o365 ${version} has version 1; update otel-o365, or take an older plugin`,
    ],
    [
      "a plugin for an earlier contract",
      "export const plugin = { apiVersion: 0, create: () => [] };",
      `it was written for version 0 of the plugin contract, and otel-o365 ${version} has version 1; update the plugin, or take an older otel-o365`,
    ],
    [
      "a create() that throws",
      'export const plugin = { apiVersion: 1, create() { throw new Error("boom"); } };',
      "its create() threw: boom; correct the plugin, or ask who wrote it",
    ],
    [
      "no factories",
      "export const plugin = { apiVersion: 1, create: () => [] };",
      "its create() returned no list of factories; return the factories in a list",
    ],
    [
      "a promise of factories",
      "export const plugin = { apiVersion: 1, create: async () => [] };",
      "its create() returned no list of factories; return the factories in a list",
    ],
    [
      "a factory without kind",
      withFactory('kind: "sink"'),
      "factory 1 of its list has no kind of receiver, processor, exporter or extension; correct the plugin, or ask who wrote it",
    ],
    [
      "a factory with a type that YAML cannot name",
      withFactory('type: "a-b"'),
      "factory 1 of its list has no type of letters, digits and underscores; correct the plugin, or ask who wrote it",
    ],
    [
      "a factory without config",
      withFactory("config: {}"),
      'factory 1 of its list ("acme") has no config that is a schema of zod 4; correct the plugin, or ask who wrote it',
    ],
    [
      "a factory without create()",
      withFactory("create: 5"),
      'factory 1 of its list ("acme") has no create(); correct the plugin, or ask who wrote it',
    ],
    [
      "a factory without description",
      withFactory("description: undefined"),
      'factory 1 of its list ("acme") has no description; correct the plugin, or ask who wrote it',
    ],
    [
      "a factory without stability",
      withFactory('stability: "good"'),
      'factory 1 of its list ("acme") has no stability of alpha, beta or stable; correct the plugin, or ask who wrote it',
    ],
    [
      "no object",
      "export const plugin = { apiVersion: 1, create: () => [null] };",
      "factory 1 of its list is no object; correct the plugin, or ask who wrote it",
    ],
  ] as const) {
    test(`says what to do about ${name}`, () => {
      const specifier = write(source);
      assert.throws(() => loadPlugin(specifier, directory), {
        code: ErrorCode.config,
        message: `Cannot use plugin "${specifier}": ${says}`,
      });
    });
  }

  test("says what to do about a module that is not there", () => {
    assert.throws(() => loadPlugin("./absent.mjs", directory), {
      message: `Cannot load module "./absent.mjs": it was not found from ${directory}; correct the path`,
    });
  });
});

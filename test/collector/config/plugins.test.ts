import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import type { AnyFactory } from "../../../collector/component.ts";
import { secret } from "../../../collector/config/fields.ts";
import { loadConfig } from "../../../collector/config/load.ts";
import type { ConfigResult } from "../../../collector/config/model.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import { fakeRegistry } from "./fake-registry.ts";

const acme: AnyFactory = {
  kind: "processor",
  type: "acme",
  description: "Acme",
  stability: "alpha",
  config: z.strictObject({
    size: z.int().min(1).describe("Size"),
    key: secret().optional(),
    bad: z
      .string()
      .refine(() => {
        throw new Error("topsecret");
      })
      .optional(),
  }),
  create: () => {
    throw new Error("not here");
  },
};

const PLUGINS: Readonly<Record<string, readonly AnyFactory[]>> = {
  "./acme.mjs": [acme],
  twin: [{ ...acme, type: "batch" }],
  watch: [
    {
      kind: "extension",
      type: "acme_watch",
      description: "Watches",
      stability: "alpha",
      config: z.strictObject({ every: z.int().default(5) }),
      create: () => assert.fail("not here"),
    },
  ],
};

function load(plugins: string, processor: string): ConfigResult {
  const text = [
    plugins,
    "receivers: { o365: { tenant_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0001, client_id: c } }",
    "exporters: { debug: }",
    `processors: { ${processor} }`,
    `service: { pipelines: { logs: { receivers: [o365], processors: [${processor.split(":")[0]}], exporters: [debug] } } }`,
  ].join("\n");
  return loadConfig([{ path: "f.yaml", text }], fakeRegistry, {
    env: {},
    nowMs: 0,
    offlineChecks: true,
    loadPlugin: (specifier) => {
      const found = PLUGINS[specifier];
      if (found !== undefined) return found;
      throw new CollectorError(
        ErrorCode.config,
        `Cannot load module "${specifier}": it was not found; correct the path`,
      );
    },
  });
}

const problemsOf = (plugins: string, processor: string): readonly string[] =>
  load(plugins, processor).problems.map((problem) => formatProblem(problem));

suite("plugins", () => {
  test("brings extensions, checked and run like others", () => {
    const text = (settings: string): string =>
      [
        "plugins: [watch]",
        "receivers: { o365: { tenant_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0001, client_id: c } }",
        "exporters: { debug: }",
        `extensions: { acme_watch/one: { ${settings} } }`,
        "service: { extensions: [acme_watch/one], pipelines: { logs: { receivers: [o365], exporters: [debug] } } }",
      ].join("\n");
    const loaded = (settings: string): ConfigResult =>
      loadConfig([{ path: "f.yaml", text: text(settings) }], fakeRegistry, {
        env: {},
        nowMs: 0,
        offlineChecks: true,
        loadPlugin: (specifier) => PLUGINS[specifier] ?? [],
      });
    assert.deepEqual(loaded("").config?.extensions.get("acme_watch/one")?.config, { every: 5 });
    assert.match(
      loaded("evry: 5").problems.map(formatProblem).join(),
      /acme_watch\/one::evry: unknown key; did you mean "every"/,
    );
  });

  test("bring components that are configured like the others", () => {
    const { config, problems } = load("plugins: [./acme.mjs]", "acme/one: { size: 5 }");
    assert.deepEqual(problems, []);
    assert.deepEqual(config?.processors.get("acme/one")?.config, { size: 5 });
    assert.equal(config.processors.get("acme/one")?.factory, acme);
  });

  test("have mistakes in their components reported like the others", () => {
    assert.deepEqual(problemsOf("plugins: [./acme.mjs]", "acme: { size: 0, sise: 1, key: '' }"), [
      "f.yaml:4:29: processors::acme::size: must be at least 1: current value is 0",
      'f.yaml:4:32: processors::acme::sise: unknown key; did you mean "size"?',
      "f.yaml:4:46: processors::acme::key: must not be empty: current value is [REDACTED]",
    ]);
  });

  test("that are not there are one problem, with its place; what only follows from it is left out", () => {
    assert.deepEqual(problemsOf("plugins: [./acme.mjs, ./gone.mjs]", "gone: { size: 5 }"), [
      'f.yaml:1:23: plugins::1: Cannot load module "./gone.mjs": it was not found; correct the path',
    ]);
    assert.deepEqual(problemsOf("plugins: ./acme.mjs", "acme: { size: 5 }"), [
      'f.yaml:1:10: plugins: must be a list: current value is "./acme.mjs"; write it as a list: [./acme.mjs]',
    ]);
  });

  test("cannot take a type that exists", () => {
    assert.deepEqual(problemsOf("plugins: [twin]", "batch: { size: 5 }"), [
      'f.yaml:1:11: plugins::0: Cannot use plugin "twin": it brings the processor "batch", which exists already; give it another type',
    ]);
    assert.deepEqual(problemsOf("plugins: [./acme.mjs, ./acme.mjs]", "acme: { size: 5 }"), [
      'f.yaml:1:23: plugins::1: Cannot use plugin "./acme.mjs": it brings the processor "acme", which exists already; give it another type',
    ]);
  });

  test("may have a schema that throws", () => {
    assert.deepEqual(problemsOf("plugins: [./acme.mjs]", "acme: { size: 1, bad: x }"), [
      'f.yaml:4:15: processors::acme: Cannot check the component: its schema threw Error; report this to whoever wrote processor "acme"',
    ]);
  });
});

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import type { ExporterFactory } from "../../../collector/component.ts";
import { configSchema } from "../../../collector/config/json-schema.ts";
import { createRegistry } from "../../../collector/config/registry.ts";
import { fakeRegistry } from "./fake-registry.ts";
import { fits } from "./json-schema-checker.ts";

const folder = join(import.meta.dirname, "golden");
const schema = JSON.parse(JSON.stringify(configSchema(fakeRegistry)));

function read(name: string): unknown {
  return parse(readFileSync(join(folder, name), "utf8"), { merge: true });
}

suite("configSchema()", () => {
  const accepted = readdirSync(folder).filter((name) => /^(valid|variable-unset|component-unused)/.test(name));
  for (const name of accepted) {
    test(`accepts ${name}`, () => assert.equal(fits(read(name), schema), true));
  }

  // What only the collector itself can know (references between parts, files, variables) is not here.
  const refused =
    /^(unknown-|number-|fraction-|duration-without|empty-|option-|string-|list-where|component-type|component-in-wrong|required-key(s-of|-m|-in)|discriminat|record-key|union|guid-|service-(of|set)|sections|pipeline-of-|pipeline-id|pipelines-(empty|of)|extension-with|list-of)/;
  for (const name of readdirSync(folder).filter((name) => refused.test(name))) {
    test(`refuses ${name}`, () => assert.equal(fits(read(name), schema), false));
  }

  test("carries descriptions, defaults, stability and the mark of secrets", () => {
    const { $defs, properties } = schema;
    assert.deepEqual($defs["receiver.o365"].properties.concurrency, {
      description: "Requests at a time",
      default: 4,
      anyOf: [{ type: "integer", minimum: 1, maximum: 64 }, { $ref: "#/$defs/substitution" }],
    });
    assert.equal($defs["receiver.o365"].properties.poll_interval.default, "1m");
    assert.equal($defs["exporter.otlp_http"].properties.api_key.writeOnly, true);
    const exporters = properties.exporters.anyOf[0].patternProperties;
    assert.deepEqual(Object.keys(exporters), ["^(debug)(/[^\\s*]+)?$", "^(otlp_http|otlphttp)(/[^\\s*]+)?$"]);
    assert.equal(exporters["^(debug)(/[^\\s*]+)?$"].description, "Prints records");
  });

  test("keeps the references of a recursive component schema whole", () => {
    interface Tree {
      readonly children?: readonly Tree[] | undefined;
      readonly size: number;
    }
    const tree: z.ZodType<Tree> = z.lazy(() =>
      z.strictObject({ children: z.array(tree).optional(), size: z.number() }),
    );
    const factory: ExporterFactory<Tree> = {
      kind: "exporter",
      type: "tree",
      description: "A tree",
      stability: "alpha",
      config: tree,
      create: () => assert.fail("never created"),
    };
    const recursive = configSchema(createRegistry([factory]));
    const good = { exporters: { tree: { size: 1, children: [{ size: "${env:SIZE}", children: [] }] } } };
    const bad = { exporters: { tree: { size: 1, children: [{ size: 1, children: [{}] }] } } };
    assert.equal(fits(good, recursive), true);
    assert.equal(fits(bad, recursive), false);
  });
});

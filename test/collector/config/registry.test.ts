import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import type { ExporterFactory } from "../../../collector/component.ts";
import { createRegistry } from "../../../collector/config/registry.ts";
import { fakeRegistry } from "./fake-registry.ts";

function exporter(type: string, aliases: readonly string[] = []): ExporterFactory<unknown> {
  return {
    kind: "exporter",
    type,
    aliases,
    description: "",
    stability: "alpha",
    config: z.unknown(),
    create: () => assert.fail("never created"),
  };
}

suite("createRegistry()", () => {
  test("finds factories by type and by other spellings, within their kind", () => {
    assert.equal(fakeRegistry.exporters.get("otlphttp")?.type, "otlp_http");
    assert.equal(fakeRegistry.exporters.get("batch"), undefined);
    assert.deepEqual(fakeRegistry.exporters.types, ["debug", "otlp_http", "otlphttp"]);
    assert.deepEqual(
      fakeRegistry.processors.factories.map((factory) => factory.type),
      ["batch", "transform"],
    );
  });

  test("throws TypeError when two factories claim a type", () => {
    assert.throws(() => createRegistry([exporter("a"), exporter("b", ["a"])]), TypeError);
  });

  test("throws TypeError when a type cannot be written in YAML", () => {
    assert.throws(() => createRegistry([exporter("a/b")]), TypeError);
  });
});

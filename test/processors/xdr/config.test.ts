import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { z } from "zod";
import { config } from "../../../processors/xdr/config.ts";

suite("xdr configuration", () => {
  test("has a default for everything", () => {
    assert.deepEqual(config.parse({}), {
      antivirus: true,
      emailCopy: false,
      tenantId: undefined,
      prefix: "xdr.",
      sensorId: undefined,
      originalData: "body",
      extensions: "all",
      mapping: undefined,
      emitUnverified: false,
    });
  });

  const wrong: { yaml: unknown; message: RegExp }[] = [
    { yaml: { anti_virus: true }, message: /anti_virus/ },
    { yaml: { antivirus: "yes" }, message: /boolean/ },
    { yaml: { tenant_id: 11_063 }, message: /put the number in quotes/ },
    { yaml: { tenant_id: "a:b" }, message: /no blanks and no colons/ },
    { yaml: { sensor_id: "" }, message: /must not be empty/ },
    { yaml: { original_data: "raw" }, message: /original_data/ },
    { yaml: { extensions: "some" }, message: /extensions/ },
  ];
  for (const { yaml, message } of wrong) {
    test(`refuses ${JSON.stringify(yaml)}`, () => {
      const result = config.safeParse(yaml);
      assert.ok(!result.success);
      assert.match(JSON.stringify(result.error.issues), message);
    });
  }

  test("is what the README says", () => {
    const readme = readFileSync("processors/xdr/README.md", "utf8");
    const schema = z.toJSONSchema(config, { io: "input" });
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      assert.ok(typeof property === "object");
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${key}\` |`));
      assert.ok(row !== undefined, key);
      const cells = row.split("|").map((cell) => cell.trim().replaceAll("`", ""));
      assert.equal(
        cells[3],
        property.default === undefined ? "" : JSON.stringify(property.default).replaceAll('"', ""),
        key,
      );
      assert.equal(cells[5], property.description, key);
    }
    const rows = readme.match(/^\| `\w+` \|(?=.*\| no \|)/gm) ?? [];
    assert.equal(rows.length, Object.keys(schema.properties ?? {}).length);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createRegistry, factories } from "../../collector/index.ts";
import { serviceSchema } from "../../collector/config/service-schema.ts";
import { configTable } from "../support/config-table.ts";
import { readDifferences } from "./differences.ts";
import { askOurs, readProbes } from "./probes.ts";

const probes = readProbes();
const differences = readDifferences();

suite("docs/collector-differences.md, as far as otel-o365 is concerned", () => {
  test("has no row that nobody is asked about", () => {
    const known = new Set(probes.map(({ component, name }) => `${component} ${name}`));
    assert.deepEqual(
      differences.filter(({ component, name }) => !known.has(`${component} ${name}`)),
      [],
    );
  });

  test("says what otel-o365 refuses; it takes everything else", () => {
    const refused = differences.filter(({ taker }) => taker === "Collector");
    const listed = new Set(refused.map(({ component, name }) => `${component} ${name}`));
    for (const probe of probes.filter(({ name }) => name !== "")) {
      const says = askOurs([probe]);
      assert.equal(
        says !== "",
        listed.has(`${probe.component} ${probe.name}`),
        `${probe.component} ${probe.name}: ${says}`,
      );
    }
  });

  test("asks about every key that otel-o365 has", () => {
    const registry = createRegistry(factories);
    for (const component of new Set(probes.map((probe) => probe.component))) {
      const [section = "", type = ""] = component.split("::");
      const set = Object.entries(registry).find(([name]) => name === section)?.[1];
      const schema = section === "service" ? serviceSchema : set?.get(type)?.config;
      assert.ok(schema !== undefined, component);
      const asked = probes
        .filter((probe) => probe.component === component)
        .map((probe) => JSON.stringify(probe.config));
      const keys = configTable(schema).map((row) => /^\| `([^`]+)`/.exec(row)?.[1]?.split(".").at(-1));
      const missing = keys.filter(
        (key) => key !== "pipelines" && key !== "extensions" && !asked.some((text) => text.includes(`"${key}":`)),
      );
      assert.deepEqual(missing, [], component);
    }
  });
});

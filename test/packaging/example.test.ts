import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { factories } from "../../collector/components.ts";
import { loadConfig } from "../../collector/config/load.ts";
import type { ConfigResult } from "../../collector/config/model.ts";
import { createRegistry } from "../../collector/config/registry.ts";

const FILE = "collector.example.yaml";
const text = readFileSync(FILE, "utf8");

/** The variables that the head of the file explains. */
const documented = [...text.matchAll(/^# {3}([A-Z][A-Z0-9_]+) {2,}\S/gm)].map(([, name = ""]) => name);

const values: Readonly<Record<string, string>> = {
  O365_TENANT_ID: "11111111-2222-3333-4444-555555555555",
  O365_CLIENT_ID: "66666666-7777-8888-9999-000000000000",
  SIEM_ENDPOINT: "https://otlp.example.com:4318",
  SIEM_TOKEN: "token",
};

function load(env: Readonly<Record<string, string>>): ConfigResult {
  return loadConfig([{ path: FILE }], createRegistry(factories), { env, nowMs: 0, offlineChecks: false });
}

suite(FILE, () => {
  test("loads without an error or a warning", () => {
    const { config, problems } = load(values);
    assert.deepEqual(problems, []);
    assert.deepEqual(config?.pipelines[0]?.exporters, ["otlp_http/siem", "debug"]);
  });

  test("explains each variable that it uses, and no other", () => {
    const used = [...text.replaceAll(/^\s*#.*$/gm, "").matchAll(/\$\{env:(\w+)/g)].map(([, name = ""]) => name);
    assert.deepEqual(documented.toSorted(), [...new Set(used)].toSorted());
  });

  test("cannot be used before each variable is set", () => {
    for (const name of documented) {
      const { config, problems } = load(Object.fromEntries(Object.entries(values).filter(([other]) => other !== name)));
      assert.equal(config, undefined);
      assert.ok(
        problems.some(({ message }) => message.includes(name)),
        name,
      );
    }
  });
});

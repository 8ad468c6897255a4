import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import { secret } from "../../../collector/config/fields.ts";
import { holdsSecret } from "../../../collector/config/schema-walk.ts";
import { createRegistry, factories, formatProblem, loadConfig } from "../../../collector/index.ts";

suite("schema-walk", () => {
  test("holdsSecret() ends for a schema that is made of itself, and finds a secret in one", () => {
    assert.equal(holdsSecret([z.json()]), false);
    const tree = (key: z.ZodType): z.ZodType => {
      // As z.json() does, the getter makes another schema each time.
      const node: z.ZodType = z.lazy(() => z.object({ below: z.array(node), key }));
      return node;
    };
    assert.equal(holdsSecret([tree(z.string())]), false);
    assert.equal(holdsSecret([tree(secret())]), true);
  });

  for (const args of ["[{ url: http://127.0.0.1:4318/v1/logs, headers: { a: [1, true, null] } }]", "[x, 1]", "[]"]) {
    test(`a configuration takes args: ${args}`, () => {
      const text = `
receivers:
  o365:
    tenant_id: 00000000-0000-4000-8000-000000000000
    client_id: 00000000-0000-4000-8000-000000000000
    certificate_file: certificate.pem
    private_key_file: key.pem
processors: { sdk: { module: ./mine.mjs, export: Mine, args: ${args} } }
exporters: { sdk: { args: ${args} } }
service: { pipelines: { logs: { receivers: [o365], processors: [sdk], exporters: [sdk] } } }
`;
      const options = { env: {}, nowMs: 0, offlineChecks: false };
      const { problems } = loadConfig([{ path: "a.yaml", text }], createRegistry(factories), options);
      assert.deepEqual(problems.map(formatProblem), []);
    });
  }
});

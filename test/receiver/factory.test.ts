import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { factory } from "../../receiver/factory.ts";

suite("factory", () => {
  test("checks the certificate pair offline", () => {
    const config = factory.config.parse({
      tenant_id: "11111111-2222-4333-8444-555555555555",
      client_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
      certificate_file: "no-such-cert.pem",
      private_key_file: "no-such-key.pem",
    });
    const problems = factory.check?.(config, Date.now()) ?? [];
    assert.deepEqual(
      problems.map(({ path, severity }) => [path, severity]),
      [
        [["certificate_file"], "error"],
        [["private_key_file"], "error"],
      ],
    );
  });
});

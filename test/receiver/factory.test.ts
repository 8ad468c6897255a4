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

  test("says what it keeps in the ledger, in the units of the contract", () => {
    const config = factory.config.parse({
      tenant_id: "11111111-2222-4333-8444-55555555555A",
      client_id: "AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee",
      certificate_file: "no-such-cert.pem",
      private_key_file: "no-such-key.pem",
      content_types: ["Audit.General"],
      poll_interval: "2m",
      initial_lookback: "3h",
      relist: "30m",
    });
    assert.deepEqual(factory.ledgerUse?.(config), {
      owner: {
        cloud: "commercial",
        tenantId: "11111111-2222-4333-8444-55555555555a",
        clientId: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
      },
      contentTypes: ["Audit.General"],
      pollIntervalMs: 120_000,
      initialLookbackMs: 10_800_000,
      relistMs: 1_800_000,
    });
  });

  test("checks the files of tls offline", () => {
    const config = factory.config.parse({
      tenant_id: "11111111-2222-4333-8444-555555555555",
      client_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
      certificate_file: "no-such-cert.pem",
      private_key_file: "no-such-key.pem",
      tls: { ca_file: "package.json" },
    });
    const problem = (factory.check?.(config, Date.now()) ?? []).find(({ path }) => path[0] === "tls");
    assert.deepEqual(problem?.path, ["tls", "ca_file"]);
    assert.match(problem?.message ?? "", /holds no PEM certificate/);
  });
});

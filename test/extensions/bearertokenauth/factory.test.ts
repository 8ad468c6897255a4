import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { ClientAuthenticator } from "../../../collector/component.ts";
import { factory } from "../../../extensions/bearertokenauth/factory.ts";
import { checkExtensionContract } from "../../contract/extension-contract.ts";
import { testSettings } from "../../support/test-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "bearertokenauth-"));
const never = new AbortController().signal;

function create(config: object): ClientAuthenticator {
  const health = (): never => assert.fail("nobody asks");
  const { authenticator } = factory.create({ ...testSettings(), health }, factory.config.parse(config));
  assert.ok(authenticator);
  return authenticator;
}

suite("bearertokenauth", () => {
  after(() => rmSync(folder, { recursive: true }));

  const cases = [
    { name: "with Bearer in front", config: { token: "t" }, sent: { authorization: "Bearer t" } },
    { name: "with another word", config: { token: "t", scheme: "ApiKey" }, sent: { authorization: "ApiKey t" } },
    { name: "alone in its own header", config: { token: "t", scheme: "", header: "X-Key" }, sent: { "x-key": "t" } },
  ];
  for (const { name, config, sent } of cases) {
    test(`sends the token ${name}`, async () => assert.deepEqual(await create(config).headers(never), sent));
  }

  test("takes the token from a file before any other, and again when it changes", async () => {
    const filename = join(folder, "token");
    writeFileSync(filename, "one\n");
    utimesSync(filename, 1, 1);
    const authenticator = create({ token: "not this", filename });
    const sent = await authenticator.headers(never);
    assert.deepEqual(sent, { authorization: "Bearer one" });
    assert.equal(authenticator.refused(sent), false);
    writeFileSync(filename, "two\n");
    utimesSync(filename, 2, 2);
    assert.equal(authenticator.refused(sent), true);
    assert.deepEqual(await authenticator.headers(never), { authorization: "Bearer two" });
  });

  test("refuses to be without a token, and a server's keys", () => {
    assert.match(factory.config.safeParse({}).error?.message ?? "accepted", /give token or filename/);
    assert.match(factory.config.safeParse({ token: "t", tokens: [] }).error?.message ?? "accepted", /is for servers/);
    const [problem] = factory.check?.(factory.config.parse({ filename: join(folder, "none") }), 0) ?? [];
    assert.deepEqual(problem?.path, ["filename"]);
  });
});

checkExtensionContract("bearertokenauth", () =>
  factory.create({ ...testSettings(), health: () => assert.fail("nobody asks") }, factory.config.parse({ token: "t" })),
);

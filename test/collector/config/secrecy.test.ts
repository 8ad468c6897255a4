import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { assert as assertProperty, constantFrom, property } from "fast-check";
import { loadConfig } from "../../../collector/config/load.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import { Secret } from "../../../collector/config/secret.ts";
import { fakeRegistry } from "./fake-registry.ts";

const TENANT = "00000000-0000-0000-0000-000000000001";
const CORE = "s3cr3tc0r3";

// Where a secret may come to stand, by intent or by mistake. $ is the secret.
const PLACES = [
  "api_key: $",
  "api_key: [$]",
  "api_key: {$: 1}",
  'api_key: "$"',
  "api_key: '$'",
  "api_key: |\n      $",
  "headers: $",
  "headers: [$]",
  "headers: {Authorization: $}",
  "headers:\n      Authorization: $",
  "headers:\n      Authorization: Bearer $",
  "headers:\n      Authorization: {token: $}",
  "headers:\n      bad name: $",
  "auth: $",
  "auth: {type: bearer, token: $}",
  "auth: {type: bearer, token: [$]}",
  "auth: {type: basic, password: $}",
  "auth: {type: baisc, password: $}",
  "api_key: x\n    auth: {type: bearer, token: $}",
  "ratio: 1\n      api_key $",
  "apikey: $",
  "tls: $",
  "api_key: $\n    api_key: $",
  "ratio: ${env:SECRET}",
  "compression: ${env:SECRET}",
  "tls: ${env:SECRET}",
  "proxy: {url: a, from_environment: ${file:/secret}}",
  "proxy: {url: a, from_environment: '${file:/secret}'}",
  "api_key: ${env:UNSET:-$}",
  "ratio: ${env:UNSET:-$}",
];

// What a secret may start or end with, and what YAML and substitution make of it. (With ": " after it, it can be a key; keys are shown.)
const DECORATIONS = ["", "*", "&", "!", "@", "`", "$", "${", "}", "%", "'", '"', "#", " #", "[", "{", ",", "\t"].concat(
  ["-", "- ", "?", "|", ">", "\\", "123", "~", "=", "ü", "\u0007"],
);

function load(place: string, secret: string): ReturnType<typeof loadConfig> {
  const text = `receivers:
  o365: {tenant_id: ${TENANT}, client_id: app}
exporters:
  otlp_http:
    endpoint: https://\${env:CORE}.example/leak
    ${place.replaceAll(/\$(?!\{)/g, () => secret)}
service:
  pipelines:
    logs: {receivers: [o365], exporters: [otlp_http]}
`;
  const options = { env: { SECRET: secret, CORE }, readFile: () => secret, nowMs: 0, offlineChecks: true };
  return loadConfig([{ path: "file.yaml", text }], fakeRegistry, options);
}

function printed(result: ReturnType<typeof loadConfig>): string {
  // The endpoint is no secret key: as part of the configuration it holds what it was told.
  const config = { ...Object(result.config?.exporters.get("otlp_http")?.config), endpoint: undefined };
  return [
    ...result.problems.map(formatProblem),
    JSON.stringify(result.problems),
    inspect(config, { depth: 10, showHidden: true }),
    JSON.stringify(config),
  ].join("\n");
}

suite("A secret is not printed", () => {
  for (const place of PLACES) {
    test(`when it stands as ${JSON.stringify(place)}`, () => {
      const secrecy = property(constantFrom(": ", ...DECORATIONS), constantFrom(...DECORATIONS), (before, after) => {
        const text = printed(load(place, `${before}${CORE}${after}`));
        assert.ok(!text.includes(CORE), text);
      });
      assertProperty(secrecy, { numRuns: 60 });
    });
  }

  test("by conversion, concatenation, JSON or inspection of Secret", () => {
    const secret = new Secret(CORE);
    const routes = [
      String(secret),
      ["", secret].join(),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true }),
      inspect({ nested: [secret] }),
      Object.entries(secret).join(),
      JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    ];
    assert.ok(!routes.join().includes(CORE));
    assert.equal(secret.reveal(), CORE);
  });
});

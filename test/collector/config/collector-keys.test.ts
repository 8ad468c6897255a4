import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stringify } from "yaml";
import { createRegistry, factories, formatProblem, loadConfig } from "../../../collector/index.ts";
import {
  COLLECTOR_LOGS_KEYS,
  COLLECTOR_METRICS_KEYS,
  COLLECTOR_RESOURCE_KEYS,
  COLLECTOR_TELEMETRY_KEYS,
  COLLECTOR_TLS_KEYS,
} from "../../../collector/config/collector-keys.ts";

/** What is said of a configuration with these values. */
function problemsOf(tls: object, telemetry: object): readonly string[] {
  const id = "00000000-0000-4000-8000-000000000001";
  const text = stringify({
    receivers: { o365: { tenant_id: id, client_id: id, certificate_file: "c", private_key_file: "k" } },
    exporters: { otlp_http: { endpoint: "https://a.example", tls } },
    service: { telemetry, pipelines: { logs: { receivers: ["o365"], exporters: ["otlp_http"] } } },
  });
  const options = { env: {}, nowMs: 0, offlineChecks: false };
  const { problems } = loadConfig([{ path: "a.yaml", text }], createRegistry(factories), options);
  return problems.map((problem) => formatProblem(problem).replace(/^a\.yaml:\d+:\d+: /, ""));
}

suite("A key that the Collector has and we have not", () => {
  const places: readonly (readonly [
    place: string,
    keys: object,
    within: (value: object) => readonly [object, object],
  ])[] = [
    ["exporters::otlp_http::tls", COLLECTOR_TLS_KEYS, (value) => [value, {}]],
    ["service::telemetry", COLLECTOR_TELEMETRY_KEYS, (value) => [{}, value]],
    ["service::telemetry::logs", COLLECTOR_LOGS_KEYS, (logs) => [{}, { logs }]],
    ["service::telemetry::metrics", COLLECTOR_METRICS_KEYS, (metrics) => [{}, { metrics }]],
    ["service::telemetry::resource", COLLECTOR_RESOURCE_KEYS, (resource) => [{}, { resource }]],
  ];
  for (const [place, keys, within] of places) {
    test(`under ${place} is told as such, with what to do`, () => {
      assert.ok(Object.keys(keys).length > 0);
      for (const key of Object.keys(keys)) {
        const [problem = "", ...others] = problemsOf(...within({ [key]: "x" }));
        assert.deepEqual(others, []);
        assert.ok(problem.startsWith(`${place}::${key}: is a key of the Collector that otel-o365 does not have, as `));
        assert.match(problem, /; (?:remove|write|name|put) .+$/);
      }
    });
  }

  test("never shows a private key", () => {
    const problems = problemsOf({ key_pem: "s3cret", cert_pem: "s3cret", ca_pem: "s3cret" }, {});
    assert.equal(problems.length, 3);
    assert.doesNotMatch(problems.join(), /s3cret/);
  });

  test("is not proposed to whoever misspells another", () => {
    assert.deepEqual(problemsOf({ ca_pen: "x" }, {}), [
      "exporters::otlp_http::tls::ca_pen: unknown key; known keys are ca_file, cert_file, key_file, insecure_skip_verify",
    ]);
  });
});

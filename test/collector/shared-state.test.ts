import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stringify } from "yaml";
import { createRegistry, factories, formatProblem, loadConfig } from "../../collector/index.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { buildGraph } from "../../collector/graph.ts";
import { InFlightBudget } from "../../collector/in-flight-budget.ts";
import { FakeComponents } from "../support/fake-components.ts";
import { fakeGraph, fakeStorage } from "../support/fake-graph.ts";
import { testSettings } from "../support/test-settings.ts";

const TENANT = "11111111-2222-4333-8444-555555555555";
const APP = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

function problems(first: Readonly<Record<string, unknown>>, second: Readonly<Record<string, unknown>>): string[] {
  const receiver = { tenant_id: TENANT, client_id: APP, certificate_file: "c.pem", private_key_file: "k.pem" };
  const text = stringify({
    receivers: { "o365/a": { ...receiver, ...first }, "o365/b": { ...receiver, ...second } },
    exporters: { debug: {} },
    service: {
      pipelines: {
        "logs/a": { receivers: ["o365/a"], exporters: ["debug"] },
        "logs/b": { receivers: ["o365/b"], exporters: ["debug"] },
      },
    },
  });
  const options = { env: {}, nowMs: 0, offlineChecks: false };
  return loadConfig([{ path: "c.yaml", text }], createRegistry(factories), options).problems.map(formatProblem);
}

suite("findSharedState()", () => {
  test("refuses two receivers of one tenant and application, because one would settle what the other collects", () => {
    const [problem, ...others] = problems(
      { content_types: ["Audit.Exchange"] },
      { content_types: ["Audit.General"], tenant_id: TENANT.toUpperCase() },
    );
    assert.match(problem ?? "", /^c\.yaml:\d+:\d+: receivers::o365\/b: collects what "o365\/a" collects already/);
    assert.match(problem ?? "", /; make one receiver of the two/);
    assert.deepEqual(others, []);
  });

  test("accepts another application, tenant or cloud", () => {
    for (const other of [{ client_id: TENANT }, { tenant_id: APP }, { cloud: "gcc" }]) {
      assert.deepEqual(problems({}, other), [], JSON.stringify(other));
    }
  });

  test("keeps a graph that was not read from a file from being built, too", () => {
    const fakes = new FakeComponents();
    const { receivers, ...rest } = fakeGraph(fakes, ["logs: r1 r2 > > e1"]);
    const shared = new Map(
      [...receivers].map(([id, one]) => [id, { ...one, factory: { ...one.factory, stateKey: () => "tenant t" } }]),
    );
    assert.throws(
      () =>
        buildGraph(
          { ...rest, receivers: shared },
          {
            settings: (_kind, id) => testSettings({ id }),
            health: () => assert.fail("nobody asks"),
            storage: () => fakeStorage(),
            inFlight: (shares) => new InFlightBudget(1_048_576, shares),
            deliver: (_settings, exporter) => exporter,
            created: () => undefined,
          },
        ),
      (error) => error instanceof CollectorError && error.code === ErrorCode.config && /"r2".*"r1"/.test(error.message),
    );
    assert.deepEqual(fakes.calls, []);
  });
});

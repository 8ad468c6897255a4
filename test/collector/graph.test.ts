import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createNoopMeter } from "@opentelemetry/api";
import { systemClock } from "../../collector/clock.ts";
import type { ClientAuthenticator, ExporterFactory, ExtensionFactory } from "../../collector/component.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { InFlightBudget } from "../../collector/in-flight-budget.ts";
import { branchName, buildGraph, type Graph, type GraphContext, type GraphNode } from "../../collector/graph.ts";
import { FakeComponents } from "../support/fake-components.ts";
import { fakeGraph, fakeStorage, LogRecorder } from "../support/fake-graph.ts";

const signal = new AbortController().signal;

const context: GraphContext = {
  settings: (_kind, id) => ({
    id,
    logger: new LogRecorder(),
    meter: createNoopMeter(),
    clock: systemClock,
    reportStatus: () => {},
    random: () => 0,
  }),
  health: () => assert.fail("nobody asks"),
  storage: () => fakeStorage(),
  inFlight: (shares) => new InFlightBudget(1_048_576, shares),
  deliver: (_settings, exporter) => exporter,
  created: () => {},
};

function build(
  fakes: FakeComponents,
  pipelines: readonly string[],
  overrides: Partial<GraphContext> = {},
): Graph & { readonly created: readonly GraphNode[] } {
  const created: GraphNode[] = [];
  const graph = buildGraph(fakeGraph(fakes, pipelines), {
    ...context,
    created: (node) => created.push(node),
    ...overrides,
  });
  return { ...graph, created };
}

suite("buildGraph()", () => {
  test("gives a receiver one branch per pipeline and exporter that it feeds", () => {
    const fakes = new FakeComponents();
    build(fakes, ["logs: r1 > > e1 e2", "logs/raw: r1 r2 > > e2"]);
    const names = (id: string) => fakes.branches.get(id)?.map(({ name }) => name);
    assert.deepEqual(names("r1"), ["logs>e1", "logs>e2", "logs/raw>e2"]);
    assert.deepEqual(names("r2"), ["logs/raw>e2"]);
  });

  test("makes processors per branch, and receivers and exporters once", () => {
    const fakes = new FakeComponents();
    build(fakes, ["logs: r1 > p1 p2 > e1 e2", "logs/raw: r1 > p1 > e2"]);
    const count = (id: string) => fakes.calls.filter((call) => call === `create ${id}`).length;
    assert.deepEqual(["r1", "p1", "p2", "e1", "e2"].map(count), [1, 3, 2, 1, 1]);
  });

  test("sends a branch's records through its processors in order, to its own exporter only", async () => {
    const fakes = new FakeComponents();
    build(fakes, ["logs: r1 > p1 p2 > e1 e2"]);
    fakes.calls.length = 0;
    await fakes.branches.get("r1")?.[1]?.consume([], signal);
    assert.deepEqual(fakes.calls, ["consume p1", "consume p2", "consume e2"]);
  });

  test("hands an exporter's failure back to the caller of the branch", async () => {
    const fakes = new FakeComponents({ e1: { consume: () => Promise.reject(new Error("backend is away")) } });
    build(fakes, ["logs: r1 > p1 > e1 e2"]);
    const [dead, alive] = fakes.branches.get("r1") ?? [];
    await assert.rejects(async () => dead?.consume([], signal), /backend is away/);
    await alive?.consume([], signal);
  });

  test("puts delivery in front of each exporter once, however many pipelines share it", async () => {
    const fakes = new FakeComponents();
    const wrapped: string[] = [];
    build(fakes, ["logs: r1 > > e1", "logs/raw: r1 > p1 > e1"], {
      deliver: (settings, exporter) => {
        wrapped.push(settings.id);
        return { ...exporter, consume: async () => void fakes.calls.push("deliver") };
      },
    });
    fakes.calls.length = 0;
    for (const branch of fakes.branches.get("r1") ?? []) await branch.consume([], signal);
    assert.deepEqual(wrapped, ["e1"]);
    assert.deepEqual(fakes.calls, ["deliver", "consume p1", "deliver"]);
  });

  test("opens the storage once, and not without a receiver", () => {
    let opened = 0;
    const storage = () => {
      opened += 1;
      return fakeStorage();
    };
    build(new FakeComponents(), ["logs: > > e1"], { storage });
    assert.equal(opened, 0);
    build(new FakeComponents(), ["logs: r1 r2 > > e1"], { storage });
    assert.equal(opened, 1);
  });

  test("makes one budget of what may be in flight, with a share for each branch of each receiver", () => {
    const asked: number[] = [];
    const inFlight = (shares: number): InFlightBudget => {
      asked.push(shares);
      return new InFlightBudget(1_048_576, shares);
    };
    build(new FakeComponents(), ["logs: > > e1"], { inFlight });
    assert.deepEqual(asked, []);
    build(new FakeComponents(), ["logs: r1 r2 > > e1 e2", "logs/raw: r1 > > e1"], { inFlight });
    assert.deepEqual(asked, [5]);
  });

  test("names the component whose factory fails, and keeps the code of the cause", () => {
    const cause = new CollectorError(ErrorCode.config, "Cannot read tls::ca_file");
    const fakes = new FakeComponents({
      p1: {
        create: () => {
          throw cause;
        },
      },
    });
    const created: GraphNode[] = [];
    assert.throws(() => build(fakes, ["logs: r1 > p1 > e1"], { created: (node) => created.push(node) }), {
      name: "CollectorError",
      code: ErrorCode.config,
      message: 'Cannot create processor "p1": Cannot read tls::ca_file',
      cause,
    });
    assert.deepEqual(
      created.map(({ id }) => id),
      ["e1"],
    );
  });

  test("hands an exporter the authenticator of the extension that it names, and refuses one that does not run", () => {
    const fakes = new FakeComponents();
    const authenticator: ClientAuthenticator = { headers: async () => ({}), refused: () => false };
    const given: unknown[] = [];
    const factory: ExporterFactory<unknown> = {
      ...fakes.exporter,
      authenticator: () => "x1",
      create: (settings, config) => {
        given.push(settings.authenticator);
        return fakes.exporter.create(settings, config);
      },
    };
    const extension: ExtensionFactory<unknown> = {
      ...fakes.extension,
      create: (settings, config) => ({ ...fakes.extension.create(settings, config), authenticator }),
    };
    const config = fakeGraph(fakes, ["logs: > > e1"], ["x1"]);
    const one = { id: "e1", type: "fake", name: "e1", config: {} };
    const exporters = new Map([["e1", { ...one, factory }]]);
    const extensions = new Map([["x1", { ...one, id: "x1", name: "x1", factory: extension }]]);
    buildGraph({ ...config, exporters, extensions }, context);
    assert.deepEqual(given, [authenticator]);
    assert.throws(() => buildGraph({ ...config, exporters, extensions: new Map() }, context), {
      code: ErrorCode.config,
      message: /^Cannot create exporter "e1": it signs in with "x1", which is no extension that runs.*; add it to /,
    });
  });

  test("refuses a pipeline that names what nobody defines", () => {
    const config = { ...fakeGraph(new FakeComponents(), ["logs: > p1 > e1"]), processors: new Map() };
    const never: GraphContext = { ...context, settings: () => assert.fail() };
    assert.throws(() => buildGraph({ ...config, exporters: new Map() }, never), /Cannot create exporter "e1"/);
  });
});

suite("branchName()", () => {
  test("joins the ids of pipeline and exporter", () => {
    assert.equal(branchName("logs/siem", "otlp_http/siem"), "logs/siem>otlp_http/siem");
  });
});

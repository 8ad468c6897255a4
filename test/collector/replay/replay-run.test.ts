import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createReplayRun } from "../../../collector/replay/replay-run.ts";
import { FakeComponents } from "../../support/fake-components.ts";
import { fakeGraph, fakeStorage, LogRecorder } from "../../support/fake-graph.ts";

suite("createReplayRun()", () => {
  test("runs extensions that sign in, and none that the collector beside it has a port for", async () => {
    const fakes = new FakeComponents();
    const graph = fakeGraph(fakes, ["logs: > > e1"], ["x1", "x2"]);
    const extensions = new Map(
      [...(graph.extensions ?? [])].map(([id, one]) => [
        id,
        { ...one, factory: { ...one.factory, authenticates: id === "x1" } },
      ]),
    );
    const { service } = createReplayRun({
      config: {
        processors: graph.processors,
        exporters: graph.exporters,
        extensions,
        storage: { directory: "state", maxDeadLetterBytes: 0 },
        shutdownTimeoutMs: 1000,
        maxInFlightBytes: 1_048_576,
      },
      pipelines: graph.pipelines,
      sources: new Map(),
      directory: "replay",
      openStorage: () => fakeStorage(),
      trustsRefusals: false,
      logger: new LogRecorder(),
    });
    await service.start();
    await service.shutdown();
    assert.deepEqual(
      fakes.calls.filter((call) => call.startsWith("start ")),
      ["start x1", "start e1"],
    );
  });
});

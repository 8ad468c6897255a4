import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Service, type ServiceContext } from "../../collector/service.ts";
import { FakeComponents } from "../support/fake-components.ts";
import { fakeGraph, fakeStorage, LogRecorder } from "../support/fake-graph.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";

const SHUTDOWN_TIMEOUT_MS = 30_000;

interface Setup {
  readonly service: Service;
  readonly clock: ManualClock;
  readonly log: LogRecorder;
}

function setUp(
  fakes: FakeComponents,
  pipelines: readonly string[],
  overrides: Partial<ServiceContext> = {},
  extensions: readonly string[] = [],
): Setup {
  const clock = new ManualClock();
  const log = new LogRecorder();
  const config = {
    ...fakeGraph(fakes, pipelines, extensions),
    storage: { directory: "state", maxDeadLetterBytes: 1_048_576 },
    shutdownTimeoutMs: SHUTDOWN_TIMEOUT_MS,
    maxInFlightBytes: 1_048_576,
  };
  const service = new Service(config, {
    logger: log,
    clock,
    deliver: (_settings, exporter) => exporter,
    openStorage: (directory) => {
      fakes.calls.push(`open storage ${directory}`);
      return fakeStorage(fakes.calls);
    },
    ...overrides,
  });
  return { service, clock, log };
}

/** Never ends by itself. */
const hang = (): Promise<void> => new Promise(() => {});

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

suite("Service.start()", () => {
  test("starts exporters first, then processors from the last to the first, receivers last", async () => {
    const fakes = new FakeComponents();
    const { service, log } = setUp(fakes, ["logs: r1 r2 > p1 p2 > e1 e2"]);
    await service.start();
    const started = fakes.calls.filter((call) => call.startsWith("start "));
    assert.deepEqual(
      started.map((call) => call.slice("start ".length)),
      ["e1", "e2", "p2", "p1", "p2", "p1", "r1", "r2"],
    );
    assert.deepEqual(log.lines, [
      { level: "info", message: "Started", fields: { pipelines: ["logs"], receivers: 2, exporters: 2 } },
    ]);
  });

  test("warns when the ledger of the storage was lost and is begun anew", async () => {
    const fakes = new FakeComponents();
    const openStorage = () => ({ ...fakeStorage(), ledgerWasLost: true });
    const { service, log } = setUp(fakes, ["logs: r1 > e1"], { openStorage });
    await service.start();
    const [line] = log.lines;
    assert.deepEqual([line?.level, line?.message], ["warn", "Ledger was lost and is begun anew"]);
    assert.match(String(line?.fields["remedy"]), /initial_lookback: 7d/);
  });

  test("starts extensions before everything else, and stops them last and in the opposite order", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: r1 > p1 > e1"], {}, ["x1", "x2"]);
    await service.start();
    await service.shutdown();
    const order = (what: string): readonly string[] =>
      fakes.calls.filter((call) => call.startsWith(what)).map((call) => call.slice(what.length));
    assert.deepEqual(order("create ").slice(0, 2), ["x1", "x2"]);
    assert.deepEqual(order("start "), ["x1", "x2", "e1", "p1", "r1"]);
    assert.deepEqual(order("shutdown "), ["r1", "p1", "e1", "x2", "x1"]);
  });

  test("does not start when an extension does not, and says which", async () => {
    const fakes = new FakeComponents({ x1: { start: () => Promise.reject(new Error("the port is in use")) } });
    const { service } = setUp(fakes, ["logs: r1 > > e1"], {}, ["x1"]);
    await assert.rejects(service.start(), { message: 'Cannot start extension "x1": the port is in use' });
    assert.ok(!fakes.calls.includes("start e1"));
    assert.ok(fakes.calls.includes("shutdown x1"));
  });

  test("starts once however often it is called", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    await Promise.all([service.start(), service.start()]);
    assert.equal(fakes.calls.filter((call) => call === "start r1").length, 1);
  });

  test("opens the storage only when there is a receiver", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: > > e1"]);
    await service.start();
    assert.deepEqual(fakes.calls, ["create e1", "start e1"]);
  });

  test("shuts down everything and names the component when one fails to start", async () => {
    const fakes = new FakeComponents({ p1: { start: () => Promise.reject(new Error("port 4318 is in use")) } });
    const { service } = setUp(fakes, ["logs: r1 > p1 > e1"]);
    await assert.rejects(service.start(), {
      code: "OTEL_O365_INTERNAL",
      message: 'Cannot start processor "p1": port 4318 is in use',
    });
    assert.deepEqual(fakes.calls.slice(fakes.calls.indexOf("start e1")), [
      "start e1",
      "start p1",
      "shutdown r1",
      "shutdown p1",
      "shutdown e1",
      "close storage, failed",
    ]);
    assert.equal(await service.shutdown(), true);
    assert.equal(fakes.calls.filter((call) => call === "shutdown e1").length, 1);
  });

  test("shuts down what exists when a factory fails", async () => {
    const fakes = new FakeComponents({
      r1: {
        create: () => {
          throw new Error("no");
        },
      },
    });
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    await assert.rejects(service.start(), /Cannot create receiver "r1": no/);
    assert.deepEqual(fakes.calls.slice(-2), ["shutdown e1", "close storage, failed"]);
  });

  test("does nothing after shutdown()", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    await service.shutdown();
    await service.start();
    assert.deepEqual(fakes.calls, []);
  });
});

suite("Service.shutdown()", () => {
  test("stops receivers first, then processors from the first to the last, then exporters, and closes the storage last", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: r1 > p1 p2 > e1"]);
    await service.start();
    fakes.calls.length = 0;
    assert.equal(await service.shutdown(), true);
    assert.deepEqual(fakes.calls, ["shutdown r1", "shutdown p1", "shutdown p2", "shutdown e1", "close storage"]);
  });

  test("waits for a component to settle before it stops the next one down the flow", async () => {
    const receiver = Promise.withResolvers<void>();
    const fakes = new FakeComponents({ r1: { shutdown: () => receiver.promise } });
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    await service.start();
    const stopping = service.shutdown();
    await settle();
    assert.equal(fakes.calls.at(-1), "shutdown r1");
    receiver.resolve();
    assert.equal(await stopping, true);
    assert.equal(fakes.calls.at(-1), "close storage");
  });

  test("returns the same outcome when it is called twice", async () => {
    const fakes = new FakeComponents();
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    await service.start();
    assert.deepEqual(await Promise.all([service.shutdown(), service.shutdown()]), [true, true]);
    assert.equal(fakes.calls.filter((call) => call === "shutdown r1").length, 1);
  });

  test("gives everything together one deadline, aborts the signal then, and still stops the rest", async () => {
    const fakes = new FakeComponents({ r1: { shutdown: untilAborted } });
    const { service, clock, log } = setUp(fakes, ["logs: r1 > p1 > e1"]);
    await service.start();
    const stopping = service.shutdown();
    await clock.advance(SHUTDOWN_TIMEOUT_MS - 1);
    assert.equal(fakes.calls.at(-1), "shutdown r1");
    await clock.advance(1);
    assert.equal(await stopping, false);
    assert.deepEqual(fakes.calls.slice(-3), ["shutdown p1", "shutdown e1", "close storage"]);
    const late = log.lines.filter(({ message }) => message === "Not settled before the shutdown deadline");
    assert.deepEqual(
      late.map(({ fields }) => fields),
      [{ component: "r1", kind: "receiver" }],
    );
    assert.equal(clock.sleeping, 0);
  });

  test("does not wait for the deadline when all that is owed was tried once more in vain", async () => {
    const fakes = new FakeComponents({ r1: { shutdown: untilAborted }, e1: { consume: hang } });
    const dead = { hurry: () => {}, inVain: true };
    const { service, clock, log } = setUp(fakes, ["logs: r1 > > e1"], {
      deliver: (_settings, exporter) => ({
        start: () => exporter.start(),
        shutdown: (signal) => exporter.shutdown(signal),
        consume: (records, signal) => exporter.consume(records, signal),
        ...dead,
      }),
    });
    await service.start();
    void fakes.branches.get("r1")?.[0]?.consume([], new AbortController().signal);
    const stopping = service.shutdown();
    await clock.advance(0);
    assert.equal(await stopping, false);
    assert.equal(fakes.calls.at(-1), "close storage");
    assert.deepEqual(log.lines.find(({ message }) => message.startsWith("Not waiting any longer"))?.fields, {
      branches: ["logs>e1"],
    });
    assert.equal(clock.sleeping, 0);
  });

  test("leaves a component behind that ignores the signal", async () => {
    const fakes = new FakeComponents({ p1: { shutdown: hang } });
    const { service, clock } = setUp(fakes, ["logs: r1 > p1 > e1"]);
    await service.start();
    const stopping = service.shutdown();
    await clock.advance(SHUTDOWN_TIMEOUT_MS + 1000);
    assert.equal(await stopping, false);
    assert.deepEqual(fakes.calls.slice(-2), ["shutdown e1", "close storage"]);
  });

  test("goes on when a component fails to stop, and says so", async () => {
    const error = new Error("cannot flush");
    const fakes = new FakeComponents({ r1: { shutdown: () => Promise.reject(error) } });
    const { service, log } = setUp(fakes, ["logs: r1 > > e1"]);
    await service.start();
    assert.equal(await service.shutdown(), false);
    assert.deepEqual(fakes.calls.slice(-2), ["shutdown e1", "close storage"]);
    assert.deepEqual(
      log.lines.find(({ level }) => level === "error"),
      { level: "error", message: "Shutdown failed", fields: { component: "r1", kind: "receiver", error } },
    );
  });

  test("waits for the component that is being started, and starts no other", async () => {
    const exporter = Promise.withResolvers<void>();
    const fakes = new FakeComponents({ e1: { start: () => exporter.promise } });
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    const starting = service.start();
    await settle();
    const stopping = service.shutdown();
    await settle();
    assert.equal(fakes.calls.at(-1), "start e1");
    exporter.resolve();
    await starting;
    assert.equal(await stopping, true);
    assert.equal(fakes.calls.includes("start r1"), false);
    assert.equal(fakes.calls.includes("shutdown e1"), true);
  });

  test("does not wait for itself when a start fails while it stops", async () => {
    const exporter = Promise.withResolvers<void>();
    const fakes = new FakeComponents({ e1: { start: () => exporter.promise } });
    const { service } = setUp(fakes, ["logs: r1 > > e1"]);
    const starting = service.start();
    await settle();
    const stopping = service.shutdown();
    exporter.reject(new Error("no"));
    await assert.rejects(starting, /Cannot start exporter "e1": no/);
    assert.equal(await stopping, true);
  });
});

suite("Service.statuses()", () => {
  test("holds what components reported, processors with their branch", async () => {
    const fakes = new FakeComponents({
      p1: { start: ({ reportStatus }) => reportStatus({ status: "ok" }) },
      r1: {
        start: ({ reportStatus }) =>
          reportStatus({ status: "recoverable_error", aspect: "Audit.General", message: "m" }),
      },
    });
    const { service, clock, log } = setUp(fakes, ["logs: r1 > p1 > e1"]);
    await service.start();
    const sinceMs = clock.now();
    assert.deepEqual(service.statuses(), [
      {
        component: "p1",
        branch: "logs>e1",
        aspect: undefined,
        status: "ok",
        message: undefined,
        code: undefined,
        reason: undefined,
        sinceMs,
      },
      {
        component: "r1",
        branch: undefined,
        aspect: "Audit.General",
        status: "recoverable_error",
        message: "m",
        code: undefined,
        reason: "m",
        sinceMs,
      },
    ]);
    assert.equal(log.lines.filter(({ fields }) => fields["component"] === "r1").length, 1);
  });
});

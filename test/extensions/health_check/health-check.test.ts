import assert from "node:assert/strict";
import { createServer } from "node:net";
import { suite, test } from "node:test";
import type { CollectorHealth } from "../../../collector/health/collector-health.ts";
import { listen } from "../../../collector/listen.ts";
import { factory } from "../../../extensions/health_check/factory.ts";
import { checkExtensionContract } from "../../contract/extension-contract.ts";
import { freePort } from "../../support/free-port.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const NOW = Date.UTC(2026, 6, 21, 12);
const WELL: CollectorHealth = {
  phase: "running",
  startedMs: NOW - 90_000,
  healthy: true,
  alive: true,
  integrations: [{ id: "o365/a", state: "healthy", troubles: [], gap: false }],
  problems: [],
};
const ILL: CollectorHealth = {
  ...WELL,
  healthy: false,
  integrations: [
    { id: "o365/a", state: "healthy", troubles: [], gap: true },
    { id: "o365/b", state: "bad_credentials", troubles: ["Cannot sign in: …; renew the certificate"], gap: false },
  ],
};

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks a running extension. */
async function ask(
  health: CollectorHealth,
  requests: readonly (readonly [path: string, method?: string])[],
  config: object = {},
): Promise<readonly Answered[]> {
  const port = await freePort();
  const settings = { ...testSettings({ clock: new ManualClock(NOW) }), health: () => health };
  const extension = factory.create(settings, factory.config.parse({ endpoint: `localhost:${port}`, ...config }));
  await extension.start();
  const answers: Answered[] = [];
  try {
    for (const [path, method = "GET"] of requests) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      const text = await response.text();
      answers.push({ status: response.status, body: text === "" ? {} : JSON.parse(text) });
    }
  } finally {
    await extension.shutdown(AbortSignal.abort());
  }
  return answers;
}

const status = ({ status: code }: Answered): number => code;

suite("health_check", () => {
  test("answers as the Collector does, with the state beside", async () => {
    const [answer] = await ask(WELL, [["/"]]);
    assert.deepEqual(answer, {
      status: 200,
      body: {
        status: "Server available",
        upSince: "2026-07-21T11:58:30.000Z",
        uptime: "1m30s",
        state: "healthy",
        integrations: WELL.integrations,
      },
    });
  });

  test("answers 503 with the cause when an integration is not collected, and lives all the same", async () => {
    const [ready, live] = await ask(ILL, [["/"], ["/livez"]]);
    assert.equal(ready?.status, 503);
    assert.equal(ready?.body["status"], "Server not available");
    assert.equal(ready?.body["state"], "bad_credentials");
    assert.deepEqual(ready?.body["integrations"], ILL.integrations);
    assert.deepEqual([live?.status, live?.body["status"]], [200, "Server available"]);
    assert.equal(live?.body["integrations"], undefined);
  });

  test("is not alive when the collector hangs", async () => {
    const hanging = { ...ILL, alive: false, problems: ["Cannot tell how the integrations are"] };
    const [ready, live] = await ask(hanging, [["/"], ["/livez"]]);
    assert.deepEqual([ready?.status, live?.status], [503, 503]);
    assert.deepEqual(ready?.body["problems"], hanging.problems);
  });

  test("says that it starts or stops", async () => {
    const [answer] = await ask({ ...WELL, healthy: false, phase: "stopping" }, [["/"]]);
    assert.deepEqual([answer?.status, answer?.body["state"]], [503, "stopping"]);
  });

  test("keeps details to itself where it is told to", async () => {
    const [answer] = await ask(ILL, [["/"]], { details: false });
    assert.deepEqual(Object.keys(answer?.body ?? {}), ["status", "upSince", "uptime", "state"]);
    assert.equal(answer?.status, 503);
  });

  test("takes every path for / and only its own otherwise; queries do not count; nothing but reading", async () => {
    assert.deepEqual(
      (await ask(WELL, [["/any"], ["/?x=1"], ["/", "HEAD"], ["/", "POST"]])).map(status),
      [200, 200, 200, 405],
    );
    const config = { path: "/ready", liveness_path: "/live" };
    assert.deepEqual(
      (await ask(WELL, [["/ready"], ["/live?x"], ["/"], ["/livez"]], config)).map(status),
      [200, 200, 404, 404],
    );
  });

  test("does not start where somebody listens already, and says what to do", async () => {
    const other = createServer();
    const port = await listen(other, { host: "localhost", port: 0 }, { what: "nothing", key: "none" });
    const settings = { ...testSettings(), health: () => WELL };
    const extension = factory.create(settings, factory.config.parse({ endpoint: `localhost:${port}` }));
    await assert.rejects(extension.start(), {
      code: "OTEL_O365_CONFIG",
      message: `Cannot serve health checks at localhost:${port}: another program listens there already; stop it, or set extensions::health_check::endpoint to a free port`,
    });
    await extension.shutdown(AbortSignal.abort());
    await new Promise((resolve) => other.close(resolve));
  });

  const cases = [
    { name: "one path for both", config: { path: "/x", liveness_path: "/x" }, says: /must differ from path/ },
    { name: "no port", config: { endpoint: "localhost" }, says: /must be host and port/ },
    { name: "a port that is none", config: { endpoint: "localhost:70000" }, says: /must be host and port/ },
    { name: "a key of the Collector", config: { check_collector_pipeline: {} }, says: /is what path does; remove it/ },
  ];
  for (const { name, config, says } of cases) {
    test(`refuses ${name}`, () => {
      assert.match(factory.config.safeParse(config).error?.message ?? "accepted", says);
    });
  }

  test("takes the addresses that the Collector takes", () => {
    const endpointOf = (endpoint: string): unknown => factory.config.parse({ endpoint }).endpoint;
    assert.deepEqual(endpointOf("0.0.0.0:13133"), { host: "0.0.0.0", port: 13133 });
    assert.deepEqual(endpointOf(":1"), { host: undefined, port: 1 });
    assert.deepEqual(endpointOf("[::1]:80"), { host: "::1", port: 80 });
  });
});

suite("health_check lifecycle", () => {});

checkExtensionContract("health_check", () =>
  factory.create({ ...testSettings(), health: () => WELL }, factory.config.parse({ endpoint: "localhost:0" })),
);

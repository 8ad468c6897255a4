import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCollector, type TestCollector } from "../support/collector.ts";
import { freePort } from "../support/free-port.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

interface Answer {
  readonly status: number;
  readonly body: {
    readonly state?: string;
    readonly integrations?: readonly { readonly troubles: readonly string[] }[];
  };
}

/** Asks until the answer is what is waited for; gives the last one in any case. */
async function askUntil(url: string, isIt: (answer: Answer) => boolean): Promise<Answer> {
  const endMs = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(url);
    const answer: Answer = { status: response.status, body: JSON.parse(await response.text()) };
    if (isIt(answer) || Date.now() > endMs) return answer;
    await sleep(50);
  }
}

async function start(tenant: TestTenant, port: number): Promise<TestCollector> {
  return startCollector({
    receivers: { o365: tenant.receiver({ content_types: ["Audit.General"] }) },
    exporters: { file: { path: join(tenant.folder, "out.jsonl"), fsync: false } },
    extensions: { health_check: { endpoint: `localhost:${port}` } },
    storage: { directory: join(tenant.folder, "state") },
    service: { extensions: ["health_check"], pipelines: { logs: { receivers: ["o365"], exporters: ["file"] } } },
  });
}

suite("a collector with a health check", () => {
  test("is available while it collects", async () => {
    const tenant = await startTenant();
    const port = await freePort();
    const collector = await start(tenant, port);
    try {
      const answer = await askUntil(`http://127.0.0.1:${port}/`, ({ status }) => status === 200);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    } finally {
      await collector.stop();
      await tenant.close();
    }
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`), "it is gone with the collector");
  });

  test("is not available without the permission that it needs, says which, and is not to be restarted for it", async () => {
    const tenant = await startTenant({ roles: [] });
    const port = await freePort();
    const collector = await start(tenant, port);
    try {
      const url = `http://127.0.0.1:${port}`;
      const answer = await askUntil(url, ({ body }) => body.state === "bad_credentials");
      assert.deepEqual([answer.status, answer.body.state], [503, "bad_credentials"]);
      assert.match(answer.body.integrations?.[0]?.troubles.join() ?? "", /ActivityFeed\.Read/);
      assert.equal((await fetch(`${url}/livez`)).status, 200);
    } finally {
      await collector.stop();
      await tenant.close();
    }
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { startTenant } from "../../support/tenant.ts";

const MAIN = join(import.meta.dirname, "..", "..", "..", "collector", "cli", "main.ts");
const ARGS = ["--disable-warning=ExperimentalWarning", MAIN];
const closers: (() => Promise<unknown> | void)[] = [];

interface Printed {
  readonly code: number | null;
  readonly stdout: string;
}

async function run(...args: readonly string[]): Promise<Printed> {
  const child = spawn(process.execPath, [...ARGS, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const stdout = await text(child.stdout);
  await exited;
  return { code: child.exitCode, stdout };
}

suite("otel-o365 status beside a collector", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("tells what it does while it runs, and that it ended after a kill", async () => {
    const tenant = await startTenant({ content: [{ kind: "bulk", records: 200, recordsPerBlob: 10 }] });
    closers.push(() => tenant.close());
    const config = tenant.file(
      "collector.yaml",
      stringify({
        receivers: { "o365/contoso": tenant.receiver() },
        exporters: { file: { path: join(tenant.folder, "out.jsonl") } },
        storage: { directory: join(tenant.folder, "state") },
        service: {
          telemetry: { logs: { level: "error" } },
          pipelines: { logs: { receivers: ["o365/contoso"], exporters: ["file"] } },
        },
      }),
    );
    const before = await run("status", "--config", config);
    assert.equal(before.code, 7);
    assert.match(
      before.stdout,
      /Collector {2}not running: none has worked on this storage yet\nLedger {5}no ledger yet at [^]*\no365\/contoso {2}Ready\n/,
    );

    const collector = spawn(process.execPath, [...ARGS, "--config", config], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    closers.push(() => void collector.kill("SIGKILL"));
    let seen = await delivered(config, 200);
    for (let tries = 0; seen === undefined && tries < 100; tries += 1) {
      await sleep(100);
      seen = await delivered(config, 200);
    }
    assert.ok(seen !== undefined, "the collector has not delivered everything");
    const { collector: holder, integrations, ...head } = seen;
    assert.deepEqual([head["state"], head["gap"], head["exit_code"]], ["healthy", false, 0]);
    assert.deepEqual([holder.running, holder.process], [true, collector.pid]);
    assert.deepEqual(
      integrations[0].branches.map((branch: Record<string, unknown>) => [branch["name"], branch["owed"]]),
      [["logs>file", 0]],
    );

    collector.kill("SIGKILL");
    await once(collector, "exit");
    const killed = await run("status", "--storage", join(tenant.folder, "state"));
    assert.equal(killed.code, 7, "at once: the ledger still says Healthy");
    assert.match(
      killed.stdout,
      new RegExp(
        `Collector  not running since about .+: process ${collector.pid} on host ".+" was not stopped, .+; start`,
      ),
    );
    const again = spawn(process.execPath, [...ARGS, "--config", config], { stdio: ["ignore", "ignore", "inherit"] });
    closers.push(() => void again.kill("SIGKILL"));
    let code: number | null = killed.code;
    for (let tries = 0; code === killed.code && tries < 100; tries += 1) {
      await sleep(100);
      ({ code } = await run("status", "--config", config));
    }
    assert.equal(code, 0, "it runs again");
    again.kill("SIGTERM");
    await once(again, "exit");
    const stopped = await run("status", "--config", config);
    assert.equal(stopped.code, 8);
    assert.match(stopped.stdout, new RegExp(`not running: stopped at .+ ago\\); it was process ${again.pid} on host`));
  });
});

/** The report once so many records are delivered and nothing is pending; undefined before. */
// oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON, asserted on by the caller
async function delivered(config: string, records: number): Promise<any> {
  const { stdout } = await run("status", "--config", config, "--json");
  const report = JSON.parse(stdout);
  const types: readonly Record<string, number>[] = report.integrations[0].content_types;
  const sum = types.reduce((total, one) => total + (one["records"] ?? 0), 0);
  const covered = report.integrations[0].content_types.every(
    ({ coverage }: { coverage: unknown[] }) => coverage.length > 0,
  );
  return sum === records && covered && types.every((one) => one["pending"] === 0) ? report : undefined;
}

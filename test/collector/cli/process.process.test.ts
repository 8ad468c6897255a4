import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, suite, test } from "node:test";
import { text } from "node:stream/consumers";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-process-"));
const children: ChildProcess[] = [];

const FAKE_COLLECTOR = join(import.meta.dirname, "..", "..", "support", "fake-collector.ts");

function spawnCollector(args: readonly string[]): { readonly child: ChildProcess; readonly stderr: Readable } {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", FAKE_COLLECTOR, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  return { child, stderr: child.stderr };
}

let configs = 0;

/** A collector whose receiver is `fake/<name>`, and the log lines it writes. */
function startCollector(name: string, shutdownTimeout = "30s"): { child: ChildProcess; lines: AsyncIterator<string> } {
  configs += 1;
  const file = join(directory, `${configs}.yaml`);
  const pipeline = `{ receivers: [fake/${name}], exporters: [fake] }`;
  writeFileSync(
    file,
    [
      `receivers: { fake/${name}: {} }`,
      "exporters: { fake: {} }",
      `storage: { directory: ${JSON.stringify(join(directory, `state-${configs}`))} }`,
      `service: { shutdown_timeout: ${shutdownTimeout}, pipelines: { logs: ${pipeline} } }`,
    ].join("\n"),
  );
  const { child, stderr } = spawnCollector(["--config", file]);
  return { child, lines: createInterface(stderr)[Symbol.asyncIterator]() };
}

async function untilLogged(lines: AsyncIterator<string>, message: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { value, done } = await lines.next();
    assert.notEqual(done, true, `the collector ended before it logged "${message}"`);
    const line: Record<string, unknown> = JSON.parse(value);
    if (line["message"] === message) return line;
  }
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

suite("runProcess()", () => {
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`exits with 0 on ${signal} when everything settles`, async () => {
      const { child, lines } = startCollector("quick");
      await untilLogged(lines, "Started");
      child.kill(signal);
      await untilLogged(lines, "Stopped");
      assert.equal(await exitCode(child), 0);
    });
  }

  for (const name of ["slow", "deaf"]) {
    test(`exits with 3 when a ${name} component does not settle before the deadline`, async () => {
      const { child, lines } = startCollector(name, "1s");
      await untilLogged(lines, "Started");
      child.kill("SIGTERM");
      const late = await untilLogged(lines, "Not settled before the shutdown deadline");
      assert.equal(late["component"], `fake/${name}`);
      assert.equal(await exitCode(child), 3);
    });
  }

  test("exits with 3 at once on a second signal", async () => {
    const { child, lines } = startCollector("deaf", "1h");
    await untilLogged(lines, "Started");
    // Signals that come together are one request, so that the second one has to be repeated until it counts.
    const repeat = setInterval(() => child.kill("SIGTERM"), 50);
    try {
      await untilLogged(lines, "Stopped at once by a second signal; what was not delivered is collected again");
    } finally {
      clearInterval(repeat);
    }
    assert.equal(await exitCode(child), 3);
  });

  test("takes signals that come together for one request", async () => {
    const { child, lines } = startCollector("slow", "1s");
    await untilLogged(lines, "Started");
    child.kill("SIGINT");
    child.kill("SIGTERM");
    await untilLogged(lines, "Not settled before the shutdown deadline");
    assert.equal(await exitCode(child), 3);
  });

  test("exits with 1 and names the component that cannot start", async () => {
    const { child, lines } = startCollector("refusing");
    const line = await untilLogged(lines, "Cannot start the collector");
    assert.equal(line["error"], 'Cannot start receiver "fake/refusing": port 4318 is in use');
    assert.equal(await exitCode(child), 1);
  });

  for (const [name, origin] of [
    ["throwing", "uncaughtException"],
    ["rejecting", "unhandledRejection"],
  ] as const) {
    test(`exits with 1 and says so when nothing handles an error (${origin})`, async () => {
      const { child, lines } = startCollector(name);
      const line = await untilLogged(lines, "Stopped by an error that nothing handled; please report it");
      assert.equal(line["origin"], origin);
      assert.match(String(line["stack"]), /fake-collector/);
      assert.equal(await exitCode(child), 1);
    });
  }

  test("exits with 2 when a configuration file cannot be read", async () => {
    const { child, stderr } = spawnCollector(["--config", "absent.yaml"]);
    assert.match(await text(stderr), /^absent\.yaml:1:1: Cannot read the file/);
    assert.equal(await exitCode(child), 2);
  });
});

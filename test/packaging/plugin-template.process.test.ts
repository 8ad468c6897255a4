import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";

const TEMPLATE = resolve("examples/plugin");
const folder = mkdtempSync(join(tmpdir(), "plugin-template-"));
const children: ChildProcess[] = [];

/** What the guide tells people to type, one text per block. */
function guideBlocks(): readonly string[] {
  const guide = readFileSync(join(TEMPLATE, "README.md"), "utf8");
  return [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
}

/** The command of an installed package, as this checkout has it. */
function environment(port: number): NodeJS.ProcessEnv {
  const command = join(folder, "otel-o365");
  const main = resolve("collector/cli/main.ts");
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${main}" "$@"\n`,
  );
  chmodSync(command, 0o755);
  return { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, TEMPLATE, PORT: String(port) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts a block that runs until it is stopped; what it prints is in `output`. */
function start(block: string, cwd: string, env: NodeJS.ProcessEnv): { readonly child: ChildProcess; output: string } {
  // exec: so that a signal reaches the command, not the shell.
  const child = spawn("sh", ["-c", `exec ${block.trim().replace(/ &$/, "")}`], { cwd, env });
  children.push(child);
  const started = { child, output: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (started.output += String(chunk)));
  return started;
}

interface OtlpLine {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
      }[];
    }[];
  }[];
}

/** The owner of each record in an exported file. */
function ownersIn(file: string): readonly (string | undefined)[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"));
  return lines
    .map((line) => JSON.parse(line) as OtlpLine)
    .flatMap(({ resourceLogs }) => resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ attributes }) => attributes.find(({ key }) => key === "owner")?.value.stringValue);
}

suite("the plugin template", () => {
  after(async () => {
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    }
    rmSync(folder, { recursive: true });
  });

  test("runs when its guide is followed to the letter", async () => {
    const [copy = "", emulate = "", validate = "", run = "", ...more] = guideBlocks();
    assert.deepEqual(more, []);
    const env = environment(await freePort());
    assert.equal(spawnSync("sh", ["-e", "-c", copy], { cwd: folder, env }).status, 0);
    const cwd = join(folder, "acme-plugin");
    assert.doesNotMatch(readFileSync(join(cwd, "acme-plugin.mjs"), "utf8"), /example_owner/);

    const tenant = start(emulate, cwd, env);
    await eventually(
      () =>
        existsSync(join(cwd, "ca.pem")) &&
        existsSync(join(cwd, "certificate.pem")) &&
        tenant.output.includes("https://"),
      () => tenant.output,
    );
    const checked = spawnSync("sh", ["-e", "-c", validate], { cwd, env, encoding: "utf8" });
    assert.deepEqual([checked.stderr, checked.status], ["", 0]);

    const collector = start(run, cwd, env);
    const output = join(cwd, "out.jsonl");
    await eventually(
      () => ownersIn(output).length >= 50 || collector.child.exitCode !== null,
      () => collector.output,
      90_000,
    );
    collector.child.kill("SIGTERM");
    if (collector.child.exitCode === null) await once(collector.child, "exit");
    assert.equal(collector.child.exitCode, 0, collector.output);
    const owners = ownersIn(output);
    assert.ok(owners.length >= 50, collector.output);
    assert.ok(
      owners.every((owner) => owner === "team-a" || owner === "team-b"),
      String(owners.find((owner) => owner !== "team-a" && owner !== "team-b")),
    );
  });
});

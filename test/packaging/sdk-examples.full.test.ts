import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { eventually } from "../support/eventually.ts";
import { npm } from "../support/npm.ts";
import { type OtlpSink, startOtlpSink } from "../support/otlp-sink.ts";
import { dependenciesOf, packedPackage } from "../support/packed-package.ts";
import { sdkTypescript } from "./programs.ts";

const EXAMPLES = ["sdk-processor", "sdk-receiver"] as const;

/** The lines of the SDK that the examples run with: as they name them, and the one before. */
const LINES: readonly { readonly name: string; readonly versions: Readonly<Record<string, string>> }[] = [
  { name: "the current line of the SDK", versions: {} },
  {
    name: "the 0.223 line of the SDK",
    versions: {
      "@opentelemetry/api": "1.9.1",
      "@opentelemetry/exporter-logs-otlp-http": "0.223.1",
      "@opentelemetry/sdk-logs": "0.223.1",
    },
  },
];

const folder = mkdtempSync(join(tmpdir(), "otel-o365-examples-"));
const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];

/** The examples in an empty folder, with the tarball and the given versions. One installation for all: they name the same. */
function install(tarball: string, name: string, versions: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, `${name.includes("0.223") ? "old" : "new"}-`));
  const dependencies = Object.assign(
    {},
    ...EXAMPLES.map((example) => dependenciesOf(`examples/${example}/package.json`)),
  );
  for (const example of EXAMPLES) cpSync(join("examples", example), join(root, example), { recursive: true });
  const wanted = { ...dependencies, ...versions, "otel-o365": `file:${tarball}` };
  writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, dependencies: wanted }));
  npm(["install", "--prefer-offline"], root);
  return root;
}

function run(root: string, example: string, program: string, sink: OtlpSink): { child: ChildProcess; said: string } {
  const child = spawn(process.execPath, [program], {
    cwd: join(root, example),
    env: { ...process.env, NODE_OPTIONS: "", OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  closers.push(() => child.kill("SIGKILL"));
  const running = { child, said: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (running.said += String(chunk)));
  return running;
}

async function startSink(): Promise<OtlpSink> {
  const sink = await startOtlpSink();
  closers.push(() => sink.close());
  return sink;
}

suite("the examples for programs of the SDK, with the packed package", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  let tarball = "";
  before(() => {
    ({ tarball } = packedPackage());
  });

  for (const { name, versions } of LINES) {
    suite(name, () => {
      let root = "";
      before(() => {
        root = install(tarball, name, versions);
      });

      test("is what is installed", () => {
        const file = join(root, "node_modules", "@opentelemetry", "sdk-logs", "package.json");
        const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
        const named = dependenciesOf("examples/sdk-processor/package.json")["@opentelemetry/sdk-logs"];
        assert.equal(version, versions["@opentelemetry/sdk-logs"] ?? named);
      });

      test("fits by its types", () => {
        writeFileSync(join(root, "program.mts"), sdkTypescript);
        for (const types of ["@types/node", "undici-types"]) {
          cpSync(join("node_modules", types), join(root, "node_modules", types), { recursive: true });
        }
        const compiler = resolve("node_modules", "typescript", "bin", "tsc");
        const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", "node"];
        const args = [compiler, ...options, "--target", "es2024", "--lib", "es2024,esnext.disposable", "program.mts"];
        const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
        assert.deepEqual([stdout, status], ["", 0]);
      });

      test("sdk-processor maps records and exports all of them", async () => {
        const sink = await startSink();
        const running = run(root, "sdk-processor", "map-records.mjs", sink);
        const [code] = await once(running.child, "exit");
        assert.equal(code, 0, running.said);
        assert.match(running.said, /^100 records mapped and exported$/m);
        assert.equal(sink.recordCount, 100);
        for (const { attributes } of sink.accepted())
          assert.match(String(attributes["xdr.schema"]), /^(scwx\.|generic$)/);
      });

      test("sdk-receiver collects a tenant, settles what was exported and stops when asked", async () => {
        const sink = await startSink();
        const records = readFileSync(sampleRecordsFile(), "utf8").trim().split("\n").length;
        const running = run(root, "sdk-receiver", "collect.mjs", sink);
        const ids = (): ReadonlySet<unknown> =>
          new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"]));
        await eventually(
          () => ids().size >= records || running.child.exitCode !== null,
          () => `${ids().size} records: ${running.said}`,
        );
        running.child.kill("SIGTERM");
        const [code] = await once(running.child, "exit");
        assert.equal(code, 0, running.said);
        assert.match(running.said, /^Stopped; everything emitted is exported$/m);
        assert.equal(sink.recordCount, ids().size, "each record once");
        for (const { attributes } of sink.accepted()) {
          assert.ok(typeof attributes["xdr.schema"] === "string" && attributes["o365.integration"] === "o365");
        }
      });
    });
  }
});

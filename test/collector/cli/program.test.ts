import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, suite, test } from "node:test";
import { runCli } from "../../../collector/cli/program.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import { version } from "../../../collector/version.ts";
import { FakeComponents } from "../../support/fake-components.ts";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-cli-"));

const GOOD = [
  "receivers: { fake: {} }",
  "exporters: { fake: {} }",
  `storage: { directory: ${JSON.stringify(join(directory, "state"))} }`,
  "service: { pipelines: { logs: { receivers: [fake], exporters: [fake] } } }",
].join("\n");

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line; `signals` are sent as soon as somebody listens. */
async function cli(args: readonly string[], { signals = 0, fakes = new FakeComponents() } = {}): Promise<Outcome> {
  const stdout = new PassThrough({ encoding: "utf8" });
  const stderr = new PassThrough({ encoding: "utf8" });
  const emitter = new EventEmitter();
  emitter.on("newListener", (name: string) => {
    if (name === "SIGTERM" && signals > 0) setImmediate(() => emitter.emit("SIGTERM", "SIGTERM"));
  });
  const factories = () => Promise.resolve([fakes.receiver, fakes.processor, fakes.exporter]);
  const code = await runCli(args, factories, { stdout, stderr, env: {}, signals: emitter });
  assert.equal(emitter.listenerCount("SIGTERM"), 0);
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

suite("runCli()", () => {
  after(() => rmSync(directory, { recursive: true, force: true }));

  test("--version prints the version", async () => {
    assert.deepEqual(await cli(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("refuses a configuration file without --config of its own", async () => {
    const path = file("first.yaml", GOOD);
    for (const before of [["validate"], []]) {
      const { code, stderr, stdout } = await cli([...before, "--config", path, "second.yaml"]);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /unexpected argument "second\.yaml"; .*--config of its own/);
    }
  });

  test("--help shows commands, examples and exit codes", async () => {
    const { code, stdout } = await cli(["--help"]);
    assert.equal(code, 0);
    for (const part of ["validate", "components", "schema", "emulate", "Examples:", "Exit codes:", "--config <file>"]) {
      assert.ok(stdout.includes(part), part);
    }
  });

  const refused: readonly { name: string; args: readonly string[]; stderr: RegExp }[] = [
    { name: "no configuration is named", args: [], stderr: /no configuration file is named; add --config FILE/ },
    { name: "validate has no configuration", args: ["validate"], stderr: /cannot validate: no configuration file/ },
    {
      name: "a command is misspelt",
      args: ["validat"],
      stderr: /unknown command "validat"; did you mean "validate"\?/,
    },
    { name: "a command is unknown", args: ["x"], stderr: /unknown command "x"; the commands are validate, / },
    { name: "an option is unknown", args: ["--confg", "a"], stderr: /unknown option '--confg'/ },
    { name: "an option lacks its value", args: ["--config"], stderr: /argument missing/ },
    { name: "a file does not exist", args: ["-c", "absent.yaml"], stderr: /^absent\.yaml:1:1: Cannot read the file/ },
  ];
  for (const { name, args, stderr } of refused) {
    test(`ends with 2 and says why when ${name}`, async () => {
      const outcome = await cli(args);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, stderr);
      assert.equal(outcome.stdout, "");
    });
  }

  test("runs until a signal comes, and ends with 0", async () => {
    const fakes = new FakeComponents();
    // The port that metrics have by default may be taken on this machine, which is said.
    const quiet = file("quiet.yaml", "service: { telemetry: { metrics: { readers: [] } } }");
    const outcome = await cli(["--config", file("good.yaml", GOOD), "--config", quiet], { signals: 1, fakes });
    assert.equal(outcome.code, 0);
    assert.ok(fakes.calls.includes("shutdown fake"));
    const messages = outcome.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).message);
    assert.deepEqual([messages[0], messages.at(-1)], ["Started", "Stopped"]);
  });

  test("names the collector that has the storage, not the port that it has as well", async () => {
    const directory = file("storage-in-use", "");
    rmSync(directory);
    const storage = openStorage(directory);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const { port } = server.address() as AddressInfo;
    const readers = [{ pull: { exporter: { prometheus: { host: "localhost", port } } } }];
    const taken = JSON.stringify({ storage: { directory }, service: { telemetry: { metrics: { readers } } } });
    try {
      const { code, stderr } = await cli(["--config", file("good.yaml", GOOD), "--config", file("taken.yaml", taken)]);
      assert.equal(code, 1);
      const { error } = JSON.parse(stderr.trim());
      assert.match(
        error,
        /^Cannot use storage directory ".*": process \d+ on host ".*" holds it since .*; stop that collector/,
      );
    } finally {
      server.close();
      storage.close();
    }
  });

  test("merges the files of a folder by name, and those named before and after a command", async () => {
    const folder = join(directory, "folder");
    mkdirSync(folder);
    const [first = "", ...rest] = GOOD.split("\n");
    writeFileSync(join(folder, "1.yaml"), first);
    writeFileSync(join(folder, "2.yml"), rest.slice(1).join("\n"));
    writeFileSync(join(folder, "ignored.txt"), "{{{");
    const last = file("last.yaml", rest[0] ?? "");
    const outcome = await cli(["--config", folder, "validate", "--config", last]);
    assert.deepEqual(outcome, {
      code: 0,
      stdout: "ok: 1 pipeline, 1 receiver, 0 processors, 1 exporter; 0 warnings\n",
      stderr: "",
    });
  });

  test("warns of a configuration, and of a storage, that every user may write to", async () => {
    const folder = join(directory, "open");
    mkdirSync(folder);
    const path = join(folder, "collector.yaml");
    const storage = join(folder, "state");
    mkdirSync(storage);
    writeFileSync(path, GOOD.replace(join(directory, "state"), storage));
    const warned = async (): Promise<string> => (await cli(["validate", "--config", path])).stderr;
    assert.equal(await warned(), "");
    const ofFile = `${path}:1:1: warning: every user of this machine can change it, and with it run code as the collector; take the right away with "chmod o-w", from the file and its folder\n`;
    chmodSync(path, 0o646);
    assert.equal(await warned(), ofFile);
    chmodSync(path, 0o644);
    chmodSync(folder, 0o777);
    assert.equal(await warned(), ofFile, "another file can be put in its place");
    chmodSync(folder, 0o1777);
    assert.equal(await warned(), "", "not in a folder such as /tmp");
    chmodSync(storage, 0o1777);
    assert.match(
      await warned(),
      /^warning: storage::directory: every user of this machine can write to ".*state", and/,
    );
  });

  test("validate prints every mistake, then their number, and ends with 2", async () => {
    const path = file("bad.yaml", `${GOOD.replace("exporters: [fake]", "exporters: [fak]")}\nextra: 1`);
    const { code, stdout, stderr } = await cli(["validate", "--config", path]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /service::pipelines::logs::exporters.*fak/);
    assert.match(stderr, /extra/);
    assert.match(stderr, /not ok: 2 errors, \d+ warnings?\n$/);
  });

  test("validate runs offline checks, which running does not", async () => {
    const fakes = new FakeComponents();
    const check = () => [{ path: ["key_file"], message: "cannot be read" }];
    const exporter = { ...fakes.exporter, check };
    const path = file("good.yaml", GOOD);
    const broken = Object.assign(fakes, { exporter });
    assert.equal((await cli(["validate", "--config", path], { fakes: broken })).code, 2);
    assert.equal((await cli(["--config", path], { fakes: broken, signals: 1 })).code, 0);
  });

  test("validate --json prints the counts and problems as JSON", async () => {
    const good = await cli(["validate", "--json", "--config", file("good.yaml", GOOD)]);
    assert.deepEqual(JSON.parse(good.stdout), {
      valid: true,
      pipelines: 1,
      receivers: 1,
      processors: 0,
      exporters: 1,
      extensions: 0,
      problems: [],
    });
    const bad = await cli(["validate", "--json", "--config", file("bad.yaml", `${GOOD}\nextra: 1`)]);
    assert.equal(bad.code, 2);
    const { valid, problems } = JSON.parse(bad.stdout);
    assert.deepEqual([valid, problems.length, problems[0].path, problems[0].line], [false, 1, "extra", 5]);
  });

  test("components prints a table, and JSON when asked", async () => {
    const table = await cli(["components"]);
    assert.match(table.stdout, /^kind +type +stability +description\nreceiver +fake +beta +fake receiver\n/);
    const json = await cli(["components", "--json"]);
    assert.deepEqual(JSON.parse(json.stdout)[2], {
      kind: "exporter",
      type: "fake",
      aliases: [],
      stability: "beta",
      description: "fake exporter",
    });
  });

  test("schema prints a JSON Schema", async () => {
    const { code, stdout } = await cli(["schema"]);
    assert.equal(code, 0);
    assert.match(JSON.parse(stdout).$schema, /json-schema\.org/);
  });

  test("components and schema know what plugins of a configuration bring, however unfinished the rest is", async () => {
    const plugin = file(
      "acme.mjs",
      `export const plugin = { apiVersion: 1, create: ({ z }) => [{ kind: "processor", type: "acme", description: "Acme",
        stability: "alpha", config: z.strictObject({ acme_size: z.number() }), create: () => ({}) }] };`,
    );
    const config = file(
      "plugged.yaml",
      `plugins: [${JSON.stringify(plugin)}]\nreceivers: \${env:NOT_SET}\nunknown: 1\n`,
    );
    const table = await cli(["components", "--config", config]);
    assert.equal(table.stderr, "");
    assert.match(table.stdout, /^processor +acme +alpha +Acme$/m);
    assert.match((await cli(["--config", config, "schema"])).stdout, /"acme_size"/);
    assert.doesNotMatch((await cli(["schema"])).stdout, /"acme_size"/);
  });

  test("components and schema say what is wrong with a plugin", async () => {
    for (const command of ["components", "schema"]) {
      const { code, stdout, stderr } = await cli([command, "--config", file("lost.yaml", "plugins: [./lost.mjs]\n")]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /lost\.yaml:1:11: plugins::0: Cannot load module ".\/lost\.mjs": it was not found/);
    }
  });
});

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, suite, test } from "node:test";
import { stringify } from "yaml";
import { storageFacts } from "../../../collector/preflight/storage-facts.ts";
import { checkFacts } from "../../support/check-facts.ts";
import { cli } from "../../support/cli.ts";
import { withVariable } from "../../support/environment.ts";
import { startCloudTenant, type CloudTenant } from "../../support/cloud-tenant.ts";
import { startOtlpSink, type OtlpSink, type SinkAnswer } from "../../support/otlp-sink.ts";

const CONTENT = [{ kind: "bulk" as const, records: 40, recordsPerBlob: 10, pastMs: 3_600_000 }];

suite("otel-o365 check", () => {
  let tenant: CloudTenant;
  let sink: OtlpSink;
  let answer: SinkAnswer = { kind: "ok" };

  beforeEach(async () => {
    answer = { kind: "ok" };
    tenant = await startCloudTenant({ cloud: "gcc", content: CONTENT });
    sink = await startOtlpSink({ answer: () => answer });
  });
  afterEach(async () => {
    await sink.close();
    await tenant.close();
  });

  const backend = (): Record<string, unknown> => ({ "otlp_http/siem": { endpoint: sink.url } });

  test("prints one line per fact and, when nothing is wrong, that all is green", async () => {
    const config = tenant.configure({}, backend());
    const { code, stdout, stderr } = await cli(["check", "--config", config, "--start-subscriptions"]);
    assert.deepEqual([code, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n");
    assert.match(lines.at(-1) ?? "", /^all green: \d+ ok$/);
    for (const line of lines.slice(0, -1))
      assert.match(line, /^ok {4}(storage|o365\/contoso|otlp_http\/siem) {2}[a-z_]+/);
    assert.ok(lines.some((line) => line.includes("token audience: is for https://manage-gcc.office.com")));
    assert.ok(
      lines.some((line) => /backend: http:\/\/127\.0\.0\.1:\d+\/v1\/logs accepts an empty OTLP request/.test(line)),
    );
  });

  test("changes nothing in the tenant, and says what would be started", async () => {
    const { code, facts } = await checkFacts(["--config", tenant.configure()]);
    assert.equal(code, 0);
    const subscriptions = facts.filter(({ about }) => about.startsWith("subscription"));
    assert.equal(subscriptions.length, 4);
    for (const { level, message } of subscriptions) {
      assert.equal(level, "warn");
      assert.match(message, /was never started with this app; the collector starts it, or this command with --start/);
    }
    assert.match(facts.at(-1)?.message ?? "", /whether it is on cannot be told before a subscription is enabled/);
    assert.deepEqual(
      tenant.emulator.requests.filter(({ method, operation }) => method === "POST" && operation !== "token"),
      [],
    );
  });

  test("says so when the 15-minute rule forbids a start, which is no failure", async () => {
    const config = tenant.configure({ content_types: ["Audit.General"] });
    await checkFacts(["--config", config, "--start-subscriptions"]);
    const { tenant_id: tenantId, client_id: clientId } = tenant.receiver;
    tenant.emulator.disableSubscription(String(tenantId), String(clientId), "Audit.General");
    const { code, facts } = await checkFacts(["--config", config, "--start-subscriptions"]);
    assert.equal(code, 0);
    const found = facts.find(({ about }) => about === "subscription Audit.General");
    assert.equal(found?.level, "warn");
    assert.match(found.message, /the API allows one start in 15 minutes/);
  });

  test("points to the cloud when the root of another one misses a permission that the token carries", async () => {
    await tenant.close();
    tenant = await startCloudTenant({ cloud: "gcc", rules: { wrongRoot: "AF10001" } });
    const { facts } = await checkFacts(["--config", tenant.configure({ cloud: "commercial" })]);
    const found = facts.find(({ about }) => about === "subscription");
    assert.equal(found?.fields["code"], "AF10001");
    assert.match(found.message, /the token carries ActivityFeed\.Read.*, so this is the API root of another cloud/);
  });

  test("points to the cloud when the root of another one lists blobs that it does not know", async () => {
    await tenant.close();
    tenant = await startCloudTenant({ cloud: "gcc", content: CONTENT, rules: { wrongRoot: "AF20052" } });
    const config = tenant.configure({ cloud: "commercial" });
    const { code, facts } = await checkFacts(["--config", config, "--start-subscriptions"]);
    assert.equal(code, 1);
    const found = facts.find(({ about }) => about === "fetch");
    assert.deepEqual([found?.level, found?.fields["code"]], ["fail", "AF20052"]);
    assert.match(found?.message ?? "", /; check cloud: ids of another cloud are refused like this/);
  });

  test("warns when nothing was listed in 7 days, but not for DLP.All", async () => {
    await tenant.close();
    tenant = await startCloudTenant({ cloud: "dod" });
    const config = tenant.configure({ content_types: ["Audit.Exchange", "DLP.All"] });
    const { facts } = await checkFacts(["--config", config, "--start-subscriptions"]);
    assert.deepEqual(
      facts.filter(({ level }) => level !== "ok").map(({ about }) => about),
      ["content Audit.Exchange", "audit_log"],
    );
  });

  test("recognizes somebody else who answers in the place of Microsoft", async () => {
    tenant.emulator.faults.add({ match: { operation: "discovery" }, action: { kind: "html" }, times: "always" });
    const { code, facts } = await checkFacts(["--config", tenant.configure()]);
    assert.equal(code, 1);
    const found = facts.find(({ level }) => level === "fail");
    assert.equal(found?.about, "connection login.microsoftonline.com");
    assert.match(
      found.message,
      /somebody else answers in its place \(status 200, text\/html\); check endpoints, and whether a proxy/,
    );
    assert.ok(!facts.some(({ about }) => about === "token"), "no assertion may go to strangers");
  });

  test("says which proxy refuses", async () => {
    const strict = createServer().on("connect", (_request, socket) => {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    });
    await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
    const { port } = strict.address() as AddressInfo;
    try {
      const config = tenant.configure({ proxy: `http://user:geheim@127.0.0.1:${port}` });
      const { facts, report } = await checkFacts(["--config", config]);
      const found = facts.find(({ level }) => level === "fail");
      assert.match(found?.message ?? "", /the proxy refused the connection .*; check proxy and what it lets through/);
      assert.doesNotMatch(JSON.stringify(report), /geheim/);
    } finally {
      strict.close();
    }
  });

  const backends: readonly { readonly name: string; readonly answer: SinkAnswer; readonly message: RegExp }[] = [
    {
      name: "wants a credential",
      answer: { kind: "status", status: 401 },
      message: /401 Unauthorized; check the credential in headers/,
    },
    { name: "has another path", answer: { kind: "status", status: 404 }, message: /404 Not Found; check the path/ },
    {
      name: "is a login page",
      answer: { kind: "login" },
      message: /a web page, for example to sign in: check endpoint/,
    },
    { name: "refuses empty requests", answer: { kind: "status", status: 400 }, message: /400 Bad Request/ },
    { name: "is down", answer: { kind: "status", status: 503 }, message: /503 Service Unavailable; it is tried again/ },
  ];
  for (const { name, answer: given, message } of backends) {
    test(`fails with the remedy when the backend ${name}`, async () => {
      answer = given;
      const { code, facts } = await checkFacts(["--config", tenant.configure({}, backend()), "--only", "otlp_http/*"]);
      assert.equal(code, 1);
      assert.deepEqual(
        facts.map(({ level, about }) => [level, about]),
        [["fail", "backend"]],
      );
      assert.match(facts[0]?.message ?? "", message);
    });
  }

  test("--only checks what it names, and ends with 2 when it names nothing", async () => {
    const config = tenant.configure({}, backend());
    const { facts } = await checkFacts(["--config", config, "--only", "otlp_http/siem"]);
    assert.deepEqual(
      facts.map(({ about }) => about),
      ["backend"],
    );
    const { code, stderr } = await cli(["check", "--config", config, "--only", "o365/fabrikam"]);
    assert.equal(code, 2);
    assert.match(stderr, /no component is named "o365\/fabrikam"/);
  });

  test("--problems prints only what is not ok, and the last line names who has it", async () => {
    const config = tenant.configure({ client_id: tenant.receiver["tenant_id"] });
    const { stdout } = await cli(["check", "--config", config, "--problems"]);
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 2, stdout);
    assert.match(lines[0] ?? "", /^fail {2}o365\/contoso {2}token: Cannot sign in app/);
    assert.equal(lines[1], "not all green: 1 fail (o365/contoso), 0 warn, 6 ok");
  });

  test("--json gives levels, codes and counts", async () => {
    const { report, code } = await checkFacts([
      "--config",
      tenant.configure({ client_id: tenant.receiver["tenant_id"] }),
    ]);
    const { components, ...head } = report as { components: { id: string; kind: string }[] };
    assert.deepEqual(head, { version: 1, started_subscriptions: false, ok: 6, warn: 0, fail: 1, exit_code: code });
    assert.deepEqual(
      components.map(({ id, kind }) => [id, kind]),
      [
        ["storage", "storage"],
        ["o365/contoso", "receiver"],
      ],
    );
  });

  test("ends with 2 on a mistake in the configuration, like validate", async () => {
    const { code, stdout, stderr } = await cli(["check", "--config", tenant.configure({ tenant_id: "contoso" })]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /receivers::o365\/contoso::tenant_id: must be a GUID/);
  });

  test("asks for a configuration", async () => {
    const { code, stderr } = await cli(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /cannot check: no configuration file is named; add --config FILE/);
  });

  test("says that the proxy of the environment is no URL, and does not take the tenant for well", async () => {
    const path = tenant.configure({ proxy: undefined });
    const { code, stdout } = await withVariable("HTTPS_PROXY", "me:pa55word@proxy.example:3128", () =>
      cli(["check", "--config", path]),
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^fail {2}o365\/contoso {2}connection: Cannot use the proxy in HTTPS_PROXY of the environment/m,
    );
    assert.doesNotMatch(stdout, /pa55word/);
  });
});

suite("otel-o365 check of other components", () => {
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-check-"));
  after(() => rmSync(folder, { recursive: true }));

  /** Facts of a configuration whose receiver cannot be reached; nobody asks it. */
  async function facts(exporters: object, directory = join(folder, "state")) {
    const receiver = {
      tenant_id: "6b3c0a5e-0000-4000-8000-3f1d0c1e0001",
      client_id: "6b3c0a5e-0000-4000-8000-3f1d0c1e0001",
      certificate_file: "x",
      private_key_file: "y",
    };
    const config = join(folder, "collector.yaml");
    const pipelines = { logs: { receivers: ["o365"], exporters: Object.keys(exporters) } };
    writeFileSync(
      config,
      stringify({ receivers: { o365: receiver }, exporters, storage: { directory }, service: { pipelines } }),
    );
    return (await checkFacts(["--config", config, ...Object.keys(exporters).flatMap((id) => ["--only", id])])).facts;
  }

  test("tells whether a file can be written, and makes none", async () => {
    const [ok] = await facts({ file: { path: join(folder, "out.jsonl") } });
    assert.deepEqual([ok?.level, ok?.about], ["ok", "file"]);
    const [bad] = await facts({ file: { path: join(folder, "absent", "out.jsonl") } });
    assert.equal(bad?.level, "fail");
    assert.match(bad.message, /ENOENT.*; check that its folder exists and may be written/);
  });

  test("tells whether an SDK exporter can be loaded", async () => {
    const [ok] = await facts({ sdk: {} });
    assert.equal(ok?.level, "ok");
    assert.match(ok.message, /is loaded; whether its backend answers cannot be asked/);
    const [bad] = await facts({ sdk: { module: "no-such-module", export: "Exporter" } });
    assert.equal(bad?.level, "fail");
    assert.match(bad.message, /no-such-module/);
  });

  test("tells whether the storage can be used, and makes none", () => {
    const path = join(folder, "a", "b");
    const [ok] = storageFacts(path);
    assert.deepEqual([ok?.level, ok?.message], ["ok", `"${path}" can be written; no collector is running on it`]);
    assert.equal(existsSync(join(folder, "a")), false);
    writeFileSync(join(folder, "file"), "");
    const [bad] = storageFacts(join(folder, "file", "state"));
    assert.equal(bad?.level, "fail");
    assert.match(bad.message, /file" is no folder; set storage::directory/);
  });

  test("warns of a storage that everybody may write to", () => {
    const path = join(folder, "open");
    mkdirSync(path);
    chmodSync(path, 0o777);
    const [found] = storageFacts(path);
    assert.deepEqual(
      [found?.level, found?.message],
      [
        "warn",
        `every user of this machine can write to "${path}", and lead elsewhere what is written there; take the right away with "chmod 700"`,
      ],
    );
    chmodSync(path, 0o770);
    assert.equal(storageFacts(path)[0]?.level, "ok");
  });
});

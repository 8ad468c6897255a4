import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { loadConfig, type LoadOptions } from "../../../collector/config/load.ts";
import type { ConfigResult } from "../../../collector/config/model.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import type { ConfigSource } from "../../../collector/config/source.ts";
import { fakeRegistry } from "./fake-registry.ts";

const BASE = `receivers:
  o365/contoso:
    tenant_id: 00000000-0000-0000-0000-000000000001
    client_id: app
    content_types: [Audit.General, Audit.Exchange]
exporters:
  otlphttp/siem:
    endpoint: https://siem.example
    tls: {cert_file: c.pem, key_file: k.pem}
service:
  pipelines:
    logs:
      receivers: [o365/*]
      exporters: [otlphttp/siem]
`;

function load(texts: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): ConfigResult {
  const sources = Object.entries(texts).map(([path, text]): ConfigSource => ({ path, text }));
  return loadConfig(sources, fakeRegistry, { env: {}, nowMs: 0, offlineChecks: false, ...options });
}

function lines(result: ConfigResult): readonly string[] {
  return result.problems.map(formatProblem);
}

suite("loadConfig()", () => {
  test("yields components by id, pipelines with patterns resolved, and defaults", () => {
    const { config, problems } = load({ "a.yaml": BASE });
    assert.deepEqual(problems, []);
    assert.ok(config);
    const exporter = config.exporters.get("otlphttp/siem");
    assert.equal(exporter?.type, "otlp_http");
    assert.equal(exporter?.name, "siem");
    assert.equal(exporter?.factory, fakeRegistry.exporters.get("otlp_http"));
    assert.deepEqual(config.receivers.get("o365/contoso")?.config, {
      tenantId: "00000000-0000-0000-0000-000000000001",
      clientId: "app",
      pollIntervalMs: 60_000,
    });
    assert.deepEqual(config.pipelines, [
      { id: "logs", receivers: ["o365/contoso"], processors: [], exporters: ["otlphttp/siem"] },
    ]);
    assert.deepEqual(config.storage, { directory: "otel-o365-data", maxDeadLetterBytes: 1_073_741_824 });
    assert.equal(config.shutdownTimeoutMs, 30_000);
    assert.equal(config.maxInFlightBytes, 8_388_608);
    assert.deepEqual(config.telemetry, {
      logs: { level: "info", encoding: "auto" },
      metrics: { level: "normal", readers: undefined },
      resource: {},
    });
  });

  test("merges mappings deep and replaces lists and values by the later file", () => {
    const later = `receivers:
  o365/contoso: {client_id: other}
  o365/fabrikam: {tenant_id: 00000000-0000-0000-0000-000000000002, client_id: b}
storage: {directory: /data}
service: {shutdown_timeout: 5s, telemetry: {logs: {level: warn}}}
`;
    const last = "service: {telemetry: {logs: {encoding: json}}}\n";
    const { config, problems } = load({ "a.yaml": BASE, "b.yaml": later, "c.yaml": last });
    assert.deepEqual(problems, []);
    assert.deepEqual(config?.pipelines[0]?.receivers, ["o365/contoso", "o365/fabrikam"]);
    assert.equal(Reflect.get(config?.receivers.get("o365/contoso")?.config ?? {}, "clientId"), "other");
    assert.deepEqual(config?.telemetry.logs, { level: "warn", encoding: "json" });
    assert.equal(config?.shutdownTimeoutMs, 5000);
  });

  test("warns when what may be in flight is too little for so many receivers", () => {
    const tenants = Array.from(
      { length: 65 },
      (_, index) =>
        `  o365/t${index}: {tenant_id: 00000000-0000-0000-0000-0000000001${String(index).padStart(2, "0")}, client_id: b}`,
    );
    const many = ["receivers:", ...tenants].join("\n");
    const warnings = (limit: string): readonly string[] => {
      const service = `service: {max_in_flight_bytes: ${limit}}\n`;
      const { config, problems } = load({ "a.yaml": BASE, "b.yaml": many, "c.yaml": service });
      assert.ok(config);
      return problems.map(formatProblem);
    };
    assert.deepEqual(warnings("8388608"), [
      "c.yaml:1:11: warning: service::max_in_flight_bytes: 8388608 is too little for 66 ways from a receiver to an exporter, so that more would be held; set it to 8650752 or more, and see that there is memory for it",
    ]);
    assert.deepEqual(warnings("8650752"), []);
  });

  test("keeps a mapping over which a later file lays an empty value", () => {
    const { config, problems } = load({ "a.yaml": BASE, "b.yaml": "receivers:\nexporters:\n  otlphttp/siem:\n" });
    assert.deepEqual(problems, []);
    assert.equal(config?.receivers.size, 1);
  });

  test("names the file that each mistake stands in", () => {
    const later = `receivers:
  o365/contoso:
    content_types: [Audit.Exchnge]
    concurrency: x
exporters:
  otlphttp/siem:
    tls:
      key_fil: y
`;
    assert.deepEqual(lines(load({ "a.yaml": BASE.replace("client_id: app", "client_id: 1"), "b.yaml": later })), [
      'a.yaml:4:16: receivers::o365/contoso::client_id: must be a string: current value is 1; put it in quotes: "1"',
      'b.yaml:3:21: receivers::o365/contoso::content_types::0: must be one of "Audit.General", "Audit.Exchange": current value is "Audit.Exchnge"; did you mean "Audit.Exchange"?',
      'b.yaml:4:18: receivers::o365/contoso::concurrency: must be a number: current value is "x"',
      'b.yaml:8:7: exporters::otlphttp/siem::tls::key_fil: unknown key; did you mean "key_file"?',
    ]);
  });

  test("says what stands in for connectors", () => {
    assert.deepEqual(lines(load({ "a.yaml": BASE, "b.yaml": "connectors:\n  routing: {}\n" })), [
      'b.yaml:1:1: connectors: there are no connectors; a receiver may stand in several pipelines, each with a filter of its own: see "Several pipelines" in docs/configuration.md',
    ]);
  });

  test("does not ask for a variable whose value a later file replaces", () => {
    const result = load({
      "a.yaml": BASE.replace("app", "${env:NOPE}"),
      "b.yaml": "receivers: {o365/contoso: {client_id: b}}",
    });
    assert.deepEqual(result.problems, []);
  });

  test("reports syntax errors of all files, and nothing that may follow from them", () => {
    assert.deepEqual(lines(load({ "a.yaml": "receivers: 'x\n", "b.yaml": "a: b: c\n", "c.yaml": "zebra: 1\n" })), [
      "a.yaml:1:12: Cannot parse YAML: the quote or bracket that opens here is never closed; close it",
      'b.yaml:1:4: Cannot parse YAML: a value and a nested key cannot stand on one line; check the indentation, or quote a text that contains ": "',
    ]);
  });

  test("reports that no file was given", () => {
    assert.deepEqual(lines(load({})), ["Cannot load the configuration: no file was given; name one with --config"]);
  });

  test("reports a file that is not UTF-8 and accepts a byte order mark and CRLF", () => {
    const utf16 = Array.from(BASE, (character) => `${character}\0`).join("");
    assert.match(lines(load({ "a.yaml": utf16 })).join(), /^a\.yaml:1:1: Cannot read the file: it is not UTF-8 text/);
    assert.deepEqual(load({ "a.yaml": `\u{feff}${BASE.replaceAll("\n", "\r\n")}` }).problems, []);
  });

  test("runs offline checks only when asked to, with the time given", () => {
    const text = BASE.replace("client_id: app", "client_id: expired");
    assert.deepEqual(load({ "a.yaml": text }).problems, []);
    const { config, problems } = load({ "a.yaml": text }, { offlineChecks: true, nowMs: 42 });
    assert.equal(config, undefined);
    assert.deepEqual(problems, [
      {
        severity: "error",
        file: "a.yaml",
        line: 2,
        column: 3,
        path: "receivers::o365/contoso::certificate_file",
        message: 'expired at 42: "expired"',
      },
    ]);
    assert.deepEqual(JSON.parse(JSON.stringify(problems)), problems, "problems survive JSON");
  });

  test("takes no time for tens of thousands of aliases, and takes the last anchor of a name before each", () => {
    const many = `x: &a 1\ny: [${"*a, ".repeat(40_000)}*a]\n`;
    assert.match(lines(load({ "a.yaml": many })).join("\n"), /y: unknown key/);
    const twice = BASE.replace("client_id: app", "client_id: &a app").replace(
      "    content_types",
      "    poll_interval: &a 5s\n    content_types",
    );
    const { config, problems } = load({ "a.yaml": `${twice}storage: { directory: *a }\n` });
    assert.deepEqual(problems, []);
    assert.equal(config?.storage.directory, "5s");
  });

  test("stops at aliases that grow without end", () => {
    const rows = Array.from({ length: 9 }, (_, row) => `l${row + 1}: &l${row + 1} [${`*l${row}, `.repeat(9)}*l${row}]`);
    const result = load({ "a.yaml": `l0: &l0 x\n${rows.join("\n")}\n` });
    assert.match(lines(result).join("\n"), /more than 100000 values once its aliases are resolved/);
  });

  test("refuses keys of Object.prototype like any other unknown key", () => {
    const text = `${BASE}constructor: {}\n__proto__: {storage: {directory: x}}\n`;
    assert.deepEqual(
      load({ "a.yaml": text }).problems.map((problem) => problem.path),
      ["constructor", "__proto__"],
    );
    const inner = BASE.replace("client_id: app", "client_id: app\n    __proto__: {poll_interval: 1h}");
    assert.deepEqual(
      load({ "a.yaml": inner }).problems.map((problem) => problem.path),
      ["receivers::o365/contoso::__proto__"],
    );
  });
});

suite("loadConfig() and the file system", () => {
  test("reads files from disk and says what to do about one that is missing and a folder", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const [main, storage, missing] = ["main.yaml", "storage.yaml", "missing.yaml"].map((name) => join(folder, name));
    assert.ok(main !== undefined && storage !== undefined && missing !== undefined);
    writeFileSync(main, BASE);
    writeFileSync(storage, "storage: {directory: b}\n");
    const options = { env: {}, nowMs: 0, offlineChecks: false };
    const good = loadConfig([{ path: main }, { path: storage }], fakeRegistry, options);
    assert.equal(good.config?.storage.directory, "b");
    assert.deepEqual(lines(loadConfig([{ path: missing }, { path: folder }], fakeRegistry, options)), [
      `${missing}:1:1: Cannot read the file: it does not exist; check the path, which is relative to the working directory`,
      `${folder}:1:1: Cannot read the file: it is a folder without .yaml files; name a file, or add one with "otel-o365 integrations add"`,
    ]);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { factory } from "../../../exporters/otlp_http/factory.ts";

const parse = (config: object): ReturnType<typeof factory.config.parse> => factory.config.parse(config);

suite("otlp_http configuration", () => {
  for (const [config, url] of [
    [{ endpoint: "https://otlp.example.com" }, "https://otlp.example.com/v1/logs"],
    [{ endpoint: "https://otlp.example.com:4318/" }, "https://otlp.example.com:4318/v1/logs"],
    [{ endpoint: "http://127.0.0.1:3100/otlp//" }, "http://127.0.0.1:3100/otlp/v1/logs"],
    [{ endpoint: "https://a.example/x?key=1" }, "https://a.example/x/v1/logs?key=1"],
    [{ logs_endpoint: "https://a.example/ingest" }, "https://a.example/ingest"],
    [{ endpoint: "https://a.example", logs_endpoint: "https://b.example/ingest" }, "https://b.example/ingest"],
  ] as const) {
    test(`sends ${JSON.stringify(config)} to ${url}`, () => {
      assert.equal(parse(config).logsUrl.href, url);
    });
  }

  for (const [name, config, path, says] of [
    ["nothing", {}, "endpoint", /is required: set it/],
    ["no scheme", { endpoint: "localhost:4318" }, "endpoint", /starts with "http:\/\/"/],
    ["another scheme", { endpoint: "grpc://a.example" }, "endpoint", /starts with "http:\/\/"/],
    ["no URL", { endpoint: "otlp" }, "endpoint", /starts with "http:\/\/"/],
    ["a password in the URL", { endpoint: "https://me:pw@a.example" }, "endpoint", /authorization header/],
    ["a header of ours", { endpoint: "http://a.example", headers: { "Content-Type": "x" } }, "headers", /.*/],
    [
      "a line break in a header",
      { endpoint: "http://a.example", headers: { a: "b\r\nc: d" } },
      "headers",
      /HTTP does not allow/,
    ],
    ["an unknown key", { endpoint: "http://a.example", compresion: "none" }, "", /compresion/],
    [
      "the endpoint of another signal",
      { endpoint: "http://a.example", traces_endpoint: "http://b.example" },
      "traces_endpoint",
      /audit records are logs.*; remove it/,
    ],
    [
      "a size of the Collector's pool",
      { endpoint: "http://a.example", max_conns_per_host: 4 },
      "max_conns_per_host",
      /connections are kept and shared .*; remove it/,
    ],
    ["a short timeout", { endpoint: "http://a.example", timeout: "10ms" }, "timeout", /between 1s and 10m/],
  ] as const) {
    test(`refuses ${name}`, () => {
      const { error } = factory.config.safeParse(config);
      const [issue, ...others] = error?.issues ?? [];
      assert.deepEqual([issue?.path[0] ?? "", others.length], [path, 0], String(error));
      assert.match(`${issue?.message} ${JSON.stringify(issue)}`, says);
    });
  }

  test("keeps header values out of every print", () => {
    const config = parse({ endpoint: "http://a.example", headers: { authorization: "s3cret" } });
    assert.doesNotMatch(inspect(config, { depth: 9 }) + JSON.stringify(config), /s3cret/);
    assert.equal(config.headers["authorization"]?.reveal(), "s3cret");
  });

  for (const [config, path, severity] of [
    [{ endpoint: "http://a.example:4317" }, ["endpoint"], "warning"],
    [{ endpoint: "http://a.example/v1/logs" }, ["endpoint"], "warning"],
    [{ endpoint: "http://a.example", headers: { "X-Api-Key": "k" } }, ["headers", "X-Api-Key"], "warning"],
    [
      { endpoint: "http://a.example", header_files: { "x-a": { path: "/absent" } } },
      ["header_files", "x-a"],
      "warning",
    ],
    [{ endpoint: "https://a.example", tls: { ca_file: "/absent.pem" } }, ["tls", "ca_file"], undefined],
    [
      { endpoint: "https://a.example", tls: { insecure_skip_verify: true } },
      ["tls", "insecure_skip_verify"],
      "warning",
    ],
  ] as const) {
    test(`check() points out ${JSON.stringify(config)}`, () => {
      const problems = factory.check?.(parse(config), 0) ?? [];
      assert.deepEqual(
        problems.map((problem) => [problem.path, problem.severity]),
        [[path, severity]],
      );
    });
  }
});

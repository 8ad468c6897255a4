import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stringify } from "yaml";
import { z } from "zod";
import { createRegistry, factories, formatProblem, loadConfig } from "../../../collector/index.ts";
import { headersField } from "../../../collector/config/headers-field.ts";
import { secret } from "../../../collector/config/fields.ts";

/** What is said of an exporter with these headers, without the place. */
function problemsOf(headers: unknown, more: object = {}, exporter = "otlp_http"): readonly string[] {
  const id = "00000000-0000-4000-8000-000000000001";
  const text = stringify({
    receivers: { o365: { tenant_id: id, client_id: id, certificate_file: "c", private_key_file: "k" } },
    extensions: { bearertokenauth: { token: "t" } },
    exporters: { [exporter]: { endpoint: "https://a.example:4317", headers, ...more } },
    service: {
      extensions: ["bearertokenauth"],
      pipelines: { logs: { receivers: ["o365"], exporters: [exporter] } },
    },
  });
  const options = { env: {}, nowMs: 0, offlineChecks: false };
  const { problems } = loadConfig([{ path: "a.yaml", text }], createRegistry(factories), options);
  return problems.map((problem) => formatProblem(problem).replace(/^a\.yaml:\d+:\d+: exporters::\w+::/, ""));
}

suite("headersField()", () => {
  const field = headersField(z.string(), secret());

  test("takes a mapping and a list for the same", () => {
    const list = [
      { name: "authorization", value: "s3cret" },
      { name: "X-Scope", value: "soc" },
    ];
    for (const input of [{ authorization: "s3cret", "X-Scope": "soc" }, list]) {
      const headers = Object.entries(field.parse(input)).map(([name, value]) => [name, value.reveal()]);
      assert.deepEqual(headers, list.map(Object.values));
    }
    assert.deepEqual(field.parse([]), {});
    assert.deepEqual(problemsOf(list), []);
  });

  const faults: readonly (readonly [name: string, headers: unknown, says: readonly string[], more?: object])[] = [
    ["an item without name", [{ value: "s3cret" }], ['headers::0::name: is required; add "name"']],
    ["a misspelled key", [{ nmae: "a", value: "s3cret" }], ['headers::0::nmae: unknown key; did you mean "name"?']],
    [
      "a value that is no text",
      [{ name: "a", value: 5 }],
      ["headers::0::value: must be a string: current value is [REDACTED]; put it in quotes"],
    ],
    [
      "a name that the exporter writes itself",
      [{ name: "Content-Type", value: "s3cret" }],
      ['headers::0::name: is written by the exporter itself: current value is "Content-Type"; remove it'],
    ],
    [
      "a name that comes twice",
      [
        { name: "a", value: "s3cret" },
        { name: "A", value: "s3cret" },
      ],
      ['headers::1::name: is the name of an earlier header as well: current value is "A"; remove one of them'],
    ],
    ["texts", ["a: s3cret"], ["headers::0: must be a mapping of keys: current value is a single value"]],
    ["a text", "a: s3cret", ["headers: must be a mapping of keys or a list: current value is [REDACTED]"]],
    [
      "a credential beside auth",
      [{ name: "Authorization", value: "s3cret" }],
      ["headers::Authorization: is what auth sends; remove one of them"],
      { auth: { authenticator: "bearertokenauth" } },
    ],
  ];
  for (const [name, headers, says, more] of faults) {
    test(`says what is wrong with ${name}`, () => assert.deepEqual(problemsOf(headers, more), says));
  }

  test("says what gRPC does not take, in a mapping and in a list", () => {
    const bytes = "ends in -bin, which gRPC takes for bytes";
    const inMapping = problemsOf({ "trace-bin": "x", "grpc-timeout": "1S" }, {}, "otlp_grpc");
    assert.deepEqual(inMapping, [
      `headers::trace-bin: the key ${bytes}; give it another name`,
      "headers::grpc-timeout: the key is written by gRPC itself; remove it",
    ]);
    assert.deepEqual(problemsOf([{ name: "trace-bin", value: "x" }], {}, "otlp_grpc"), [
      `headers::0::name: ${bytes}: current value is "trace-bin"; give it another name`,
    ]);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { factories } from "../../../collector/components.ts";
import { loadConfig } from "../../../collector/config/load.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import { createRegistry } from "../../../collector/config/registry.ts";

/** The problems of a `filter:` whose keys are given, each with its place. */
function problemsOf(...filter: readonly string[]): readonly string[] {
  const text = [
    "receivers: { o365: { tenant_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0001, client_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0002, certificate_file: c, private_key_file: k } }",
    "exporters: { debug: }",
    "service: { pipelines: { logs: { receivers: [o365], processors: [filter], exporters: [debug] } } }",
    "processors:",
    "  filter:",
    ...filter.map((line) => `    ${line}`),
  ].join("\n");
  const { problems } = loadConfig([{ path: "f.yaml", text }], createRegistry(factories), {
    env: {},
    nowMs: 0,
    offlineChecks: false,
  });
  return problems.map((problem) => formatProblem(problem));
}

suite("filter configuration", () => {
  test("is accepted with conditions that compile", () => {
    assert.deepEqual(problemsOf("default: drop", "rules:", '  - keep: event_name == "UserLoggedIn"'), []);
  });

  test("reports every condition that does not compile, with file, line, column, path, value and remedy", () => {
    assert.deepEqual(
      problemsOf(
        "rules:",
        "  - drop: event_name == 5",
        "  - { name: noise, drop: 'resource.attributes[\"a\"] == nil' }",
        "  - keep: |",
        '      event_name == "a" &&',
        "      nope",
      ),
      [
        'f.yaml:7:15: processors::filter::rules::0::drop: is no valid condition: no such overload: string == int at character 1: current value is "event_name == 5"; give both sides the same type',
        'f.yaml:8:30: processors::filter::rules::1::drop: is OTTL, but a condition is CEL here: current value is "resource.attributes[\\"a\\"] == nil"; write resource["a"] == null',
        'f.yaml:9:15: processors::filter::rules::2::keep: is no valid condition: unknown variable: nope at line 2, character 1: current value is "event_name == \\"a\\" &&\\nnope\\n"; an expression sees attributes, resource, event_name, severity, body, body_text, and the severities by name (WARN); put texts in quotes',
      ],
    );
  });

  test("refuses rules that decide nothing, both or under one name", () => {
    assert.deepEqual(
      problemsOf(
        "rules:",
        "  - name: a",
        "  - { drop: 'true', keep: 'true' }",
        "  - { name: b, drop: 'true' }",
        "  - { name: b, drop: 'true' }",
      ),
      [
        "f.yaml:7:9: processors::filter::rules::0: needs either drop or keep, not both",
        "f.yaml:8:9: processors::filter::rules::1: needs either drop or keep, not both",
        'f.yaml:10:17: processors::filter::rules::3::name: is the name of another rule already: current value is "b"; choose one of its own',
      ],
    );
    assert.deepEqual(problemsOf("rules: []"), ["f.yaml:6:5: processors::filter::rules: must not be empty"]);
  });

  test("answers the keys of the Collector's filter with ours", () => {
    assert.deepEqual(
      problemsOf(
        "rules: [ { drop: 'true' } ]",
        "error_mode: ignore",
        "logs:",
        "  log_record:",
        `    - 'IsMatch(body, "it''s")'`,
        `    - attributes["a"] == "b"`,
        "log_conditions: [ severity_number < SEVERITY_NUMBER_WARN ]",
      ),
      [
        'f.yaml:7:17: processors::filter::error_mode: is a key of the Collector\'s filter: current value is "ignore"; remove it: a record whose condition fails is always kept and counted',
        "f.yaml:8:5: processors::filter::logs: is a key of the Collector's filter, whose conditions are OTTL; write rules: [{ drop: 'body_text.matches(\"it''s\")' }, { drop: 'attributes[\"a\"] == \"b\"' }]",
        "f.yaml:12:5: processors::filter::log_conditions: is a key of the Collector's filter, whose conditions are OTTL; write rules: [{ drop: 'severity < WARN' }]",
      ],
    );
  });

  test("a substituted condition is not printed", () => {
    const [problem = ""] = problemsOf("rules: [ { drop: '${env:RULE:-foo == \"hunter2\"}' } ]");
    assert.match(problem, /unknown variable: foo at character 1: current value comes from \$\{env:RULE\}/);
    assert.doesNotMatch(problem, /hunter2/);
  });
});

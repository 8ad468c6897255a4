import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import { factories } from "../../../collector/components.ts";
import { loadConfig } from "../../../collector/config/load.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import { createRegistry } from "../../../collector/config/registry.ts";
import type { JsonObject } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import type { XdrOptions } from "../../../processors/xdr/options.ts";
import type { OwnRows } from "../../../processors/xdr/tables/row.ts";

const COMMON = {
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  CreationTime: "2024-01-02T03:04:05",
  Operation: "Update user.",
  RecordType: 8,
  UserId: "ann@contoso.com",
};

function map(mapping: OwnRows, fields: JsonObject = {}, came: Attributes = {}, more: XdrOptions = {}): Attributes {
  return new XdrMapper({ ...more, mapping }).map({ record: { ...COMMON, ...fields }, attributes: came }).attributes;
}

suite("rows of the user's own", () => {
  test("fill attributes of their own", () => {
    const attributes = map(
      { cloudaudit: [{ to: "o365.department", from: "ExtendedProperties[Department]" }] },
      { ExtendedProperties: [{ Name: "Department", Value: "HR" }] },
    );
    assert.equal(attributes["o365.department"], "HR");
  });

  test("win over the built-in rows where they find something, which stand behind them elsewhere", () => {
    const mapping: OwnRows = { cloudaudit: [{ to: ["xdr.user_name", "user.name"], from: ["RealUser"], rule: "user" }] };
    assert.equal(map(mapping, { RealUser: "bob@contoso.com" })["xdr.user_name"], "bob@contoso.com");
    assert.equal(map(mapping)["xdr.user_name"], "ann@contoso.com");
  });

  test("replace the built-in rows when told to", () => {
    const mapping: OwnRows = { cloudaudit: [{ to: "xdr.user_name", from: ["RealUser"], replace: true }] };
    const attributes = map(mapping);
    assert.equal(attributes["xdr.user_name"], undefined);
    assert.equal(attributes["user.name"], "ann@contoso.com");
  });

  test("replace them for the kinds that they are for only", () => {
    const mapping: OwnRows = {
      cloudaudit: [{ to: "xdr.user_name", from: ["RealUser"], replace: true, when: { kinds: ["mailbox"] } }],
    };
    assert.equal(map(mapping)["xdr.user_name"], "ann@contoso.com");
    assert.equal(map(mapping, { RecordType: 2 })["xdr.user_name"], undefined);
  });

  test("drop attributes, mapped, kept and brought ones", () => {
    const mapping: OwnRows = { all: [{ to: ["user.email", "o365.secret", "o365.user_id"], drop: true }] };
    const attributes = map(mapping, { Secret: "x" }, { "o365.user_id": "ann@contoso.com", "o365.id": "1" });
    assert.equal(attributes["user.email"], undefined);
    assert.equal(attributes["o365.secret"], undefined);
    assert.equal(attributes["o365.user_id"], undefined);
    assert.equal(attributes["o365.id"], "1");
  });

  test("drop attributes under their conditions only", () => {
    const mapping: OwnRows = { all: [{ to: "user.email", drop: true, when: { operations: ["update user"] } }] };
    assert.equal(map(mapping)["user.email"], undefined);
    assert.equal(map(mapping, { Operation: "Add user." })["user.email"], "ann@contoso.com");
  });

  const conditions: { name: string; rows: OwnRows; fields: JsonObject; expected: unknown }[] = [
    {
      name: "kind",
      rows: { all: [{ to: "x", value: "y", when: { kinds: ["mailbox"] } }] },
      fields: {},
      expected: undefined,
    },
    {
      name: "outcome",
      rows: { all: [{ to: "x", value: "y", when: { outcomes: ["failure"] } }] },
      fields: { ResultStatus: "Failed" },
      expected: "y",
    },
    {
      name: "a field",
      rows: { all: [{ to: "x", value: "y", when: { field: { path: "Actor[Type=5].ID", in: ["ann@contoso.com"] } } }] },
      fields: { Actor: [{ Type: 5, ID: "ann@contoso.com" }] },
      expected: "y",
    },
    {
      name: "a field that must not be",
      rows: { all: [{ to: "x", value: "y", when: { not: { path: "Workload", in: ["Exchange"] } } }] },
      fields: { Workload: "Exchange" },
      expected: undefined,
    },
    {
      name: "a field without regard to case and a full stop, as operations",
      rows: { all: [{ to: "x", value: "y", when: { field: { path: "Operation", in: ["UPDATE USER"] } } }] },
      fields: {},
      expected: "y",
    },
    {
      name: "a field that must not be, in another case",
      rows: { all: [{ to: "x", value: "y", when: { not: { path: "Workload", in: ["exchange"] } } }] },
      fields: { Workload: "Exchange" },
      expected: undefined,
    },
    {
      name: "a source that does not count",
      rows: { all: [{ to: "x", from: ["First", "Second"], except: ["UserId", "'none'"] }] },
      fields: { First: "Ann@Contoso.com", Second: "b" },
      expected: "b",
    },
    {
      name: "who is left of a list",
      rows: { all: [{ to: "x", from: "People", rule: "emails", except: "UserId", only: true }] },
      fields: { People: ["ann@contoso.com", "bob@contoso.com", "Bob@contoso.com"] },
      expected: "bob@contoso.com",
    },
    {
      name: "a list of several",
      rows: { all: [{ to: "x", from: "People", rule: "emails", only: true }] },
      fields: { People: ["ann@contoso.com", "bob@contoso.com"] },
      expected: undefined,
    },
    {
      name: "an address that is all there is, unless it does not count",
      rows: { all: [{ to: "x", from: ["ClientIP", "ActorIpAddress"], rule: "address", except: "'10.0.0.1'" }] },
      fields: { ClientIP: "10.0.0.1:443", ActorIpAddress: "10.0.0.2" },
      expected: "10.0.0.2",
    },
    {
      name: "values",
      rows: { all: [{ to: "x", from: ["Level"], values: { "1": "low" } }] },
      fields: { Level: 1 },
      expected: "low",
    },
    {
      name: "join",
      rows: { all: [{ to: "x", from: ["First", "'and'", "Second"], join: " " }] },
      fields: { First: "a", Second: "b" },
      expected: "a and b",
    },
    { name: "another attribute", rows: { all: [{ to: "x", from: ["@o365.id"] }] }, fields: {}, expected: undefined },
    {
      name: "a context value",
      rows: { all: [{ to: "x", from: ["$outcome"], rule: "structure" }] },
      fields: {},
      expected: "unknown",
    },
  ];
  for (const { name, rows, fields, expected } of conditions) {
    test(`read ${name}`, () => {
      const mapper = new XdrMapper({ mapping: rows });
      // From the 64th record of a shape on another part of the mapper does it.
      for (let i = 0; i < 70; i += 1) {
        assert.equal(mapper.map({ record: { ...COMMON, ...fields } }).attributes["x"], expected, `record ${i}`);
      }
    });
  }

  test("use the names of the tables whatever the prefix", () => {
    const attributes = map({ cloudaudit: [{ to: "xdr.event_name", value: "E" }] }, {}, {}, { prefix: "taegis." });
    assert.equal(attributes["taegis.event_name"], "E");
    assert.equal(attributes["taegis.schema"], "scwx.cloudaudit");
    assert.ok(!Object.keys(attributes).some((name) => name.startsWith("xdr.")));
  });

  test("are refused when a program hands over one that cannot be used", () => {
    assert.throws(() => new XdrMapper({ mapping: { auth: [{ to: "xdr.nope", from: ["A"] }] } }), {
      name: "RangeError",
      message: /^Cannot use row auth\.0\.to of the mapping: it is no field of the schema auth; /,
    });
  });
});

/** The problems of an `xdr:` whose keys are given, each with its place. */
function problemsOf(...xdr: readonly string[]): readonly string[] {
  const text = [
    "receivers: { o365: { tenant_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0001, client_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0002, certificate_file: c, private_key_file: k } }",
    "exporters: { debug: }",
    "service: { pipelines: { logs: { receivers: [o365], processors: [xdr], exporters: [debug] } } }",
    "processors:",
    "  xdr:",
    ...xdr.map((line) => `    ${line}`),
  ].join("\n");
  const { problems } = loadConfig([{ path: "x.yaml", text }], createRegistry(factories), {
    env: {},
    nowMs: 0,
    offlineChecks: false,
  });
  return problems.map((problem) => formatProblem(problem).replace("processors::xdr::", ""));
}

suite("rows in YAML", () => {
  test("are accepted in every form", () => {
    assert.deepEqual(
      problemsOf(
        "prefix: taegis.",
        "mapping:",
        "  all:",
        "    - { to: user.email, drop: true }",
        "  auth:",
        "    - { to: xdr.application_name, from: [ApplicationName, ApplicationId], rule: application }",
        "  thirdpartyalert:",
        "    - to: [xdr.title, o365.title]",
        '      from: "Data[an]"',
        "      when: { kinds: [alert], operations: [AlertTriggered], outcomes: [success], field: { path: Status, in: [Active] } }",
        "    - { to: xdr.created_time_usec, from: Created, rule: time }",
        "  cloudaudit:",
        "    - { to: o365.risk, from: Risk, values: { '1': low, '2': high }, replace: true }",
        "    - { to: o365.what, from: [Workload, Operation], join: '/' }",
        "    - { to: o365.origin, value: cloud }",
      ),
      [],
    );
  });

  test("are accepted as the README shows them", () => {
    const readme = readFileSync("processors/xdr/README.md", "utf8");
    const [, example] = readme.slice(readme.indexOf("## Rows of your own")).split("```yaml");
    const lines = example?.split("```")[0]?.trim().split("\n").slice(2) ?? [];
    assert.ok(lines.length > 10);
    assert.deepEqual(problemsOf(...lines.map((line) => line.slice(4))), []);
  });

  const wrong: { name: string; yaml: readonly string[]; problem: string }[] = [
    {
      name: "a field that the schema does not have",
      yaml: ["mapping:", "  cloudaudit:", "    - { to: xdr.usr_name, from: UserId }"],
      problem:
        'x.yaml:8:17: mapping::cloudaudit::0::to: is no field of the schema cloudaudit: current value is "xdr.usr_name"; did you mean "xdr.user_name"?',
    },
    {
      name: "a field of another schema",
      yaml: ["mapping:", "  all:", "    - { to: [o365.x, xdr.title], from: Name }"],
      problem:
        'x.yaml:8:26: mapping::all::0::to::1: is a field of thirdpartyalert only: current value is "xdr.title"; put the row under that schema',
    },
    {
      name: "a field that is not confirmed",
      yaml: ["mapping:", "  auth:", "    - { to: xdr.source_user_name, from: UserId }"],
      problem:
        'x.yaml:8:17: mapping::auth::0::to: is a field whose name is not confirmed: current value is "xdr.source_user_name"; set emit_unverified: true to write it',
    },
    {
      name: "the schema itself",
      yaml: ["mapping:", "  auth:", "    - { to: xdr.schema, value: x }"],
      problem:
        'x.yaml:8:17: mapping::auth::0::to: cannot be mapped: current value is "xdr.schema"; every record has its schema there',
    },
    {
      name: "a time without its rule",
      yaml: ["mapping:", "  thirdpartyalert:", "    - { to: xdr.created_time_usec, from: Created }"],
      problem:
        'x.yaml:8:17: mapping::thirdpartyalert::0::to: holds microseconds or a number: current value is "xdr.created_time_usec"; use rule: time or rule: number',
    },
    {
      name: "a path that is none",
      yaml: ["mapping:", "  all:", '    - { to: o365.x, from: "A..b" }'],
      problem:
        'x.yaml:8:31: mapping::all::0::from: must be a path such as ClientIP, FileData.FilePath, ExtendedProperties[UserAgent], PolicyDetails[].PolicyName or Actor[Type=5].ID: current value is "A..b"; put a name with dots in brackets',
    },
    {
      name: "a value that nobody knows",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, from: [$outcom] }"],
      problem:
        'x.yaml:8:32: mapping::all::0::from::0: is no value that is known about a record: current value is "$outcom"; did you mean "outcome"?',
    },
    {
      name: "a rule that does not exist",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, from: A, rule: adress }"],
      problem: 'did you mean "address"?',
    },
    {
      name: "a kind that does not exist",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, value: y, when: { kinds: [signin] } }"],
      problem: 'did you mean "sign_in"?',
    },
    {
      name: "a schema that does not exist",
      yaml: ["mapping:", "  cloud_audit:", "    - { to: o365.x, value: y }"],
      problem: 'x.yaml:7:7: mapping::cloud_audit: unknown key; did you mean "cloudaudit"?',
    },
    {
      name: "a key that does not exist",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, form: A }"],
      problem: 'mapping::all::0::form: unknown key; did you mean "from"?',
    },
    {
      name: "a row that gives nothing",
      yaml: ["mapping:", "  all:", "    - { to: o365.x }"],
      problem: "x.yaml:8:11: mapping::all::0: needs from, value or drop: true",
    },
    {
      name: "a row that leaves out something of nothing",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, value: y, except: UserId }"],
      problem: "mapping::all::0::except: says what of the sources counts",
    },
    {
      name: "a path that is none among what does not count",
      yaml: ["mapping:", "  all:", '    - { to: o365.x, from: A, except: [UserId, "A..b"] }'],
      problem: "x.yaml:8:51: mapping::all::0::except::1: must be a path such as ClientIP",
    },
    {
      name: "a list for a field that holds one value",
      yaml: ["mapping:", "  cloudaudit:", "    - { to: xdr.user_name, from: Members, rule: users }"],
      problem: "mapping::cloudaudit::0::to: holds one value",
    },
    {
      name: "a row that drops and gives",
      yaml: ["mapping:", "  all:", "    - { to: o365.x, value: y, drop: true }"],
      problem: "mapping::all::0::drop: must stand alone",
    },
    {
      name: "a name that is none",
      yaml: ["mapping:", "  all:", '    - { to: "a b", value: y }'],
      problem: "mapping::all::0::to: must be the name of an attribute",
    },
    { name: "a prefix without a dot", yaml: ["prefix: taegis"], problem: 'with a dot at the end, such as "taegis."' },
    { name: "a prefix that is taken", yaml: ["prefix: o365.x."], problem: "must not begin with o365." },
  ];
  for (const { name, yaml, problem } of wrong) {
    test(`refuse ${name}, with its place, value and remedy`, () => {
      const problems = problemsOf(...yaml);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.ok(problems[0]?.includes(problem), problems[0]);
    });
  }

  test("are all checked in one run", () => {
    assert.equal(
      problemsOf("mapping:", "  all:", "    - { to: xdr.nope, from: A }", '    - { to: o365.x, from: "[" }').length,
      2,
    );
  });
});

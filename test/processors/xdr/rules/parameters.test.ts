import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonValue } from "../../../../collector/record.ts";
import { clearedNames, cmdletObject, parameters, ruleParameters } from "../../../../processors/xdr/rules/parameters.ts";

suite("parameters()", () => {
  const cases: { name: string; from: JsonValue; to: unknown }[] = [
    {
      name: "a list of pairs",
      from: [{ Name: "ForwardTo", Value: "x@example.com" }],
      to: { ForwardTo: "x@example.com" },
    },
    { name: "JSON text of a list", from: '[{"Name":"Force","Value":"True"}]', to: { Force: "True" } },
    { name: "a command line", from: '-Identity "case 1" -Purge:$true', to: { Identity: "case 1", Purge: "True" } },
    { name: "switches", from: "-Force -Confirm:$false", to: { Force: "True", Confirm: "False" } },
    { name: "a switch at the end", from: "-Name x -Force", to: { Name: "x", Force: "True" } },
    { name: "a value with blanks and no quotes", from: "-Name a b -Force", to: { Name: "a b", Force: "True" } },
    { name: "single quotes", from: "-Name 'a -Force b'", to: { Name: "a -Force b" } },
    { name: "doubled quotes", from: '-Name "a ""b"" c"', to: { Name: 'a "b" c' } },
    { name: "several values", from: '-Users "a@b.c","d@e.f"', to: { Users: '"a@b.c","d@e.f"' } },
    { name: "a script block", from: '-Filter {Name -eq "x"} -Force', to: { Filter: '{Name -eq "x"}', Force: "True" } },
    { name: "a negative number", from: "-Age -5 -Force", to: { Age: "-5", Force: "True" } },
    { name: "nothing", from: "-ForwardTo $null -Force", to: { Force: "True" } },
    { name: "a repeated name", from: "-A 1 -A 2", to: { A: "1" } },
    { name: "a quote that is not closed", from: '-Name "abc -Force', to: { Name: '"abc -Force' } },
    { name: "other text", from: "Identity case1", to: { value: "Identity case1" } },
    { name: "an empty text", from: "", to: undefined },
    { name: "a hyphen alone", from: "-", to: { value: "-" } },
  ];
  for (const { name, from, to } of cases) {
    test(`reads ${name}`, () => {
      assert.deepEqual(parameters(from), to);
    });
  }

  test("takes time in proportion to the text", () => {
    const long = `-A ${"-B ".repeat(50_000)}`;
    assert.ok(parameters(long) !== undefined);
  });
});

suite("ruleParameters()", () => {
  test("reads the actions of a rule", () => {
    const actions = '[{"ActionType":"Forward","Recipients":["x@example.com"]}]';
    assert.deepEqual(
      ruleParameters([
        { Name: "RuleName", Value: "." },
        { Name: "RuleActions", Value: actions },
        { Name: "RuleCondition", Value: '{( (SubjectProperty CONTAINS "invoice") )}' },
      ]),
      {
        RuleName: ".",
        RuleActions: [{ ActionType: "Forward", Recipients: ["x@example.com"] }],
        RuleCondition: '{( (SubjectProperty CONTAINS "invoice") )}',
      },
    );
  });

  test("reads the same from JSON text", () => {
    assert.deepEqual(ruleParameters('[{"Name":"RuleState","Value":"Enabled"}]'), { RuleState: "Enabled" });
  });
});

suite("clearedNames()", () => {
  test("reads command lines", () => {
    assert.deepEqual(clearedNames('-Identity x -ForwardTo $null -RedirectTo ""'), ["ForwardTo", "RedirectTo"]);
  });

  test("finds nothing where nothing was cleared", () => {
    assert.equal(clearedNames("-Identity x"), undefined);
    assert.equal(clearedNames(5), undefined);
  });
});

suite("cmdletObject()", () => {
  const cases: { name: string; from: JsonValue; to: string | undefined }[] = [
    { name: "a name", from: [{ Name: "Identity", Value: "Organization Management" }], to: "Organization Management" },
    { name: "a path", from: [{ Name: "Identity", Value: "EURPR01.PROD/contoso/All Staff" }], to: "All Staff" },
    { name: "a command line", from: '-Identity "eDiscoveryManager" -Member "x"', to: "eDiscoveryManager" },
    { name: "an id", from: [{ Name: "Identity", Value: "7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe" }], to: undefined },
    { name: "no identity", from: [{ Name: "Member", Value: "x" }], to: undefined },
    { name: "a path that ends", from: [{ Name: "Identity", Value: "EURPR01.PROD/" }], to: undefined },
    {
      name: "a name with a slash in it",
      from: [{ Name: "Identity", Value: "Creation of forwarding/redirect rule" }],
      to: "Creation of forwarding/redirect rule",
    },
    { name: "a name behind the tenant", from: [{ Name: "Identity", Value: "contoso.com\\Rule 1" }], to: "Rule 1" },
    {
      name: "a rule behind the path of its mailbox",
      from: [{ Name: "Identity", Value: "EURPR01.PROD/contoso/vic\\Rule 1" }],
      to: "Rule 1",
    },
    {
      name: "a folder with its mailbox",
      from: [{ Name: "Identity", Value: "vic@contoso.com:\\Inbox" }],
      to: "vic@contoso.com:\\Inbox",
    },
    { name: "a number", from: 5, to: undefined },
  ];
  for (const { name, from, to } of cases) {
    test(`reads ${name}`, () => {
      assert.equal(cmdletObject(from), to);
    });
  }
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeverityNumber } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import {
  compileCondition,
  compileValue,
  inCel,
  describeEvaluation,
  type Condition,
} from "../../../collector/cel/expression.ts";
import { RecordView } from "../../../collector/cel/record-view.ts";
import { makeRecord } from "../../support/log-records.ts";

const record = makeRecord("a", {
  eventName: "MailItemsAccessed",
  severityNumber: SeverityNumber.INFO,
  body: '{"Actor":[{"ID":"x","Type":5}],"Nested":{"Flag":true,"Null":null,"Empty":""},"Big":12345678901234567890,"List":[1,2]}',
  attributes: { "user.name": "Zoë@Contoso.example", "o365.record_type": 15, ratio: 1.5, flag: true, plain: "text" },
});

function condition(text: string): Condition {
  const compiled = compileCondition(text);
  if ("fault" in compiled) throw new Error(`${text}: ${compiled.fault}`);
  return compiled;
}

function holds(text: string, of: ReadableLogRecord = record): boolean {
  return condition(text).matches(new RecordView(of));
}

function valueOf(text: string): unknown {
  const compiled = compileValue(text);
  if ("fault" in compiled) throw new Error(`${text}: ${compiled.fault}`);
  return compiled.value(new RecordView(record));
}

function faultOf(text: string): string {
  const compiled = compileCondition(text);
  return "fault" in compiled ? compiled.fault : "none";
}

suite("compileCondition() makes a condition that holds for", () => {
  for (const text of [
    'event_name == "MailItemsAccessed" && severity < WARN',
    'attributes["o365.record_type"] == 15',
    'attributes["o365.record_type"] in [14, 15]',
    'attributes["o365.record_type"] + 1 == 16',
    "attributes.ratio > 1 && attributes.ratio < 2",
    "attributes.flag",
    'attributes["user.name"].lowerAscii().endsWith("@contoso.example")',
    'attributes["user.name"].matches("(?i)^zo.@contoso")',
    'resource["o365.integration"] == "o365/contoso"',
    'body.Actor.exists(a, a.ID == "x" && a.Type == 5)',
    "body.Nested.Flag",
    "1 in body.List && size(body.List) == 2",
    '"plain" in attributes && !("other" in attributes)',
    '"Flag" in body.Nested && !("Other" in body.Nested)',
    'attributes.exists(key, key.startsWith("user."))',
    'body_text.contains("12345678901234567890")',
  ]) {
    test(text, () => assert.equal(holds(text), true));
  }
});

suite("compileCondition() takes what is absent for null", () => {
  for (const text of [
    "attributes.missing == null",
    "null == attributes.missing",
    "body.Missing.Deeper.Still == null",
    "body.Nested.Null == null",
    "attributes.missing == body.Missing",
    '!(attributes.missing == "x") && attributes.missing != "x"',
    "!(attributes.missing > 1) && !(attributes.missing <= 1) && !(1 < attributes.missing)",
    '!attributes.missing.startsWith("a") && !attributes.missing.contains("") && !attributes.missing.matches(".*")',
    '!attributes.missing.lowerAscii().endsWith("")',
    '!body.Missing.exists(x, x == "a") && body.Missing.all(x, x == "a")',
    '!("a" in body.Missing) && !(attributes.missing in ["a"])',
    "size(body.Missing) == 0",
    "!attributes.missing",
  ]) {
    test(text, () => assert.equal(holds(text), true));
  }

  test("a condition that is absent as a whole does not hold", () => assert.equal(holds("attributes.missing"), false));

  test("but not what is there and empty", () => {
    assert.equal(holds('body.Nested.Empty == null || body.Nested.Empty != ""'), false);
  });

  test("in a record without body, event name and severity", () => {
    const { body: _body, eventName: _name, ...bare } = makeRecord("a");
    assert.equal(holds('body == null && body.Actor == null && body_text == ""', bare), true);
    assert.equal(holds('event_name == "" && severity == UNSPECIFIED', bare), true);
  });

  test("in a body that is no JSON object", () => {
    assert.equal(holds('body == "not JSON" && body_text == "not JSON"', makeRecord("a", { body: "not JSON" })), true);
    assert.equal(holds('body.Operation == "x"', makeRecord("a", { body: { Operation: "x" } })), true);
  });
});

suite("compileCondition() makes a condition that throws", () => {
  for (const [text, seen] of [
    ['attributes["o365.record_type"].startsWith("a")', "found no matching overload for 'int.startsWith(string)'"],
    ['attributes.flag < "a"', "no such overload: dyn<bool> < string"],
    ["attributes.plain && true", "Logical operator requires bool operands, got 'string'"],
    ["attributes.plain", "the condition gave string, not bool"],
    ["body.List[7] == 1", "No such key: index out of bounds, index 7 >= size 2"],
    ['attributes["o365.record_type"].matches("1")', "found no matching overload for 'int.matches(string)'"],
  ] as const) {
    test(text, () => {
      assert.throws(
        () => holds(text),
        (error) => {
          assert.equal(describeEvaluation(error), seen);
          return true;
        },
      );
    });
  }
});

suite("compileCondition() refuses", () => {
  for (const [text, fault] of [
    [
      "foo == 1",
      "is no valid condition: unknown variable: foo at character 1; an expression sees attributes, resource, event_name, severity, body, body_text, and the severities by name (WARN); put texts in quotes",
    ],
    [
      "event_name == 5",
      "is no valid condition: no such overload: string == int at character 1; give both sides the same type",
    ],
    [
      'event_name == "a" &&\n severity == "high"',
      "is no valid condition: no such overload: int == string at line 2, character 2; give both sides the same type",
    ],
    ["event_name", "is no condition: it gives string, not bool; compare it with something, as in event_name == …"],
    [
      'event_name == "x" &&',
      'is no valid condition: unexpected token: EOF at character 21; write it in CEL, for example event_name == "MailItemsAccessed"',
    ],
    [
      'attributes.user.name == "x"',
      'is no valid condition: a name with dots is one key, not a path; write attributes["user.name"]',
    ],
    [
      "has(body.Actor)",
      "is no valid condition: has() is not available: what is absent is null; write body.Actor != null",
    ],
    [
      'event_name.matches("a(?=b)")',
      "is no valid condition: the regular expression is not valid: invalid or unsupported Perl syntax: `(?=`; write it in RE2 syntax, which has no lookarounds and backreferences",
    ],
    [
      'body.List.exists(x, x.matches("("))',
      "is no valid condition: the regular expression is not valid: missing closing ): `(`; write it in RE2 syntax, which has no lookarounds and backreferences",
    ],
    [
      "event_name.matches(body_text)",
      "is no valid condition: matches() needs its pattern as a literal text, so that it is compiled once; write the pattern itself",
    ],
  ] as const) {
    test(text, () => assert.equal(faultOf(text), fault));
  }
});

suite("compileCondition() answers OTTL with CEL:", () => {
  for (const [ottl, cel] of [
    [
      'IsMatch(attributes["user.name"], "^svc and .*") and severity_number < SEVERITY_NUMBER_WARN',
      'attributes["user.name"].matches("^svc and .*") && severity < WARN',
    ],
    ['resource.attributes["a"] == "b"', 'resource["a"] == "b"'],
    ['log.attributes["a"] != nil', 'attributes["a"] != null'],
    ['not HasPrefix(event_name, "Mail") or body["a"] == nil', '!event_name.startsWith("Mail") || body["a"] == null'],
    ['HasSuffix(attributes["a"], "b")', 'attributes["a"].endsWith("b")'],
    ['IsMatch(body, "denied")', 'body_text.matches("denied")'],
    ["event_name == nil", 'event_name == ""'],
    ['ContainsValue(attributes["a"], "b")', '"b" in attributes["a"]'],
    ['Len(attributes["a"]) > 3', 'size(attributes["a"]) > 3'],
    ['IsString(attributes["a"])', 'type(attributes["a"]) == string'],
    ['ToLowerCase(attributes["a"]) == "b"', 'attributes["a"].lowerAscii() == "b"'],
  ] as const) {
    test(ottl, () => {
      assert.equal(faultOf(ottl), `is OTTL, but a condition is CEL here; write ${cel}`);
      assert.equal(faultOf(cel), "none");
      assert.equal(inCel(ottl), cel);
    });
  }

  test("and points to the documentation where there is no translation", () => {
    const text = 'Substring(body, 0, 3) == "abc"';
    assert.equal(faultOf(text), "is OTTL, but a condition is CEL here; docs/expressions.md has both side by side");
    assert.equal(inCel(text), undefined);
  });
});

suite("compileValue() gives values that fit into a record:", () => {
  for (const [text, value] of [
    ['attributes["o365.record_type"] + 1', 16],
    ["attributes.ratio * 2.0", 3],
    ['event_name + ":" + string(severity)', "MailItemsAccessed:9"],
    ["body.Nested", { Flag: true, Empty: "" }],
    ["body.Actor", [{ ID: "x", Type: 5 }]],
    ["body.List.map(x, x * 10)", [10, 20]],
    ['{"a": 1, "b": body.Missing, "c": [true]}', { a: 1, c: [true] }],
    ["attributes.missing", undefined],
    ["null", undefined],
    ["9007199254740993", "9007199254740993"],
    ["7u", 7],
    ['timestamp("2026-01-02T03:04:05Z")', "2026-01-02T03:04:05.000Z"],
    ['duration("90s")', "90s"],
  ] as const) {
    test(text, () => assert.deepEqual(valueOf(text), value));
  }

  test("and refuses what is no expression", () => {
    const compiled = compileValue("event_name +");
    assert.match("fault" in compiled ? compiled.fault : "", /^is no valid expression: /);
  });
});

suite("RecordView", () => {
  test("show() forgets the record before", () => {
    const view = new RecordView(record);
    const isMail = condition('event_name == "MailItemsAccessed" && body.List != null && attributes.flag == true');
    assert.equal(isMail.matches(view), true);
    assert.equal(isMail.matches(view.show(makeRecord("b"))), false);
    assert.equal(isMail.matches(view.show(record)), true);
  });
});

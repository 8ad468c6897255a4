import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import { auditRecordOf, type JsonObject } from "../../../collector/record.ts";
import { config } from "../../../processors/xdr/config.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { dropDetectedValues } from "../../../receiver/records/dlp-values.ts";
import { asReceived } from "./as-received.ts";

const MATCHED = "4111 1111 1111 1111";
const COMMON = {
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  CreationTime: "2024-01-02T03:04:05",
  OrganizationId: "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
  UserId: "ann@contoso.com",
};
const SIGN_IN = { ...COMMON, RecordType: 15, Operation: "UserLoggedIn", ApplicationId: "my-app" };
const CMDLET = {
  ...COMMON,
  RecordType: 1,
  Operation: "Set-Mailbox",
  Parameters: [{ Name: "Identity", Value: "vic" }],
  AppPoolName: "p",
};
const MALWARE = { ...COMMON, RecordType: 6, Operation: "FileMalwareDetected", VirusInfo: "Emotet" };
const THREAT = {
  ...COMMON,
  RecordType: 28,
  Operation: "TIMailData",
  P2Sender: "bob@example.com",
  DeliveryAction: "Blocked",
};
const MATCH = {
  ...COMMON,
  RecordType: 11,
  Operation: "DlpRuleMatch",
  PolicyDetails: [
    {
      PolicyName: "Cards",
      Rules: [
        {
          RuleName: "Many",
          ConditionsMatched: {
            SensitiveInformation: [
              {
                Count: 1,
                SensitiveInformationDetections: { DetectedValues: [{ Name: MATCHED, Value: `pay ${MATCHED}` }] },
              },
            ],
          },
        },
      ],
    },
  ],
};
const MATCH_TEXT = JSON.stringify(MATCH);

interface Mapped {
  readonly attributes: Attributes;
  readonly body: boolean;
}

/** A record as YAML options make of it: attributes, and whether its text stays in the body. */
function map(record: JsonObject | string, yaml: Record<string, unknown> = {}): Mapped {
  const text = typeof record === "string" ? record : JSON.stringify(record);
  const received = asReceived(text);
  const source = {
    record: auditRecordOf(received),
    text,
    attributes: received.attributes,
    integration: "o365/contoso",
  };
  const mapped = new XdrMapper(config.parse(yaml)).map(source);
  return { attributes: mapped.attributes, body: !mapped.dropBody };
}

interface OptionCase {
  readonly yaml: Record<string, unknown>;
  readonly record: JsonObject;
  readonly expected: Attributes;
}

const cases: readonly OptionCase[] = [
  { yaml: {}, record: MALWARE, expected: { "xdr.schema": "scwx.antivirus", "xdr.threat_name": "Emotet" } },
  {
    yaml: { antivirus: false },
    record: MALWARE,
    expected: { "xdr.schema": "scwx.thirdpartyalert", "xdr.title": "Emotet", "xdr.threat_name": undefined },
  },
  { yaml: {}, record: SIGN_IN, expected: { "xdr.tenant_id": undefined, "xdr.resource_id": undefined } },
  { yaml: { tenant_id: "11063" }, record: SIGN_IN, expected: { "xdr.tenant_id": "11063" } },
  {
    yaml: { prefix: "taegis." },
    record: SIGN_IN,
    expected: {
      "taegis.schema": "scwx.auth",
      "taegis.target_user_name": "ann@contoso.com",
      "xdr.schema": undefined,
      "user.name": "ann@contoso.com",
    },
  },
  { yaml: {}, record: SIGN_IN, expected: { "xdr.sensor_id": "o365/contoso" } },
  { yaml: { sensor_id: "emea" }, record: SIGN_IN, expected: { "xdr.sensor_id": "emea" } },
  {
    yaml: { extensions: "all" },
    record: CMDLET,
    expected: { "o365.parameters": { Identity: "vic" }, "o365.app_pool_name": "p" },
  },
  {
    yaml: { extensions: "common" },
    record: CMDLET,
    expected: { "o365.parameters": { Identity: "vic" }, "o365.app_pool_name": undefined },
  },
  {
    yaml: { extensions: "none" },
    record: CMDLET,
    expected: {
      "o365.parameters": undefined,
      "o365.app_pool_name": undefined,
      "o365.outcome": "unknown",
      "xdr.user_name": "ann@contoso.com",
    },
  },
  { yaml: {}, record: SIGN_IN, expected: { "xdr.event_time_fidelity": undefined } },
  { yaml: { emit_unverified: true }, record: SIGN_IN, expected: { "xdr.event_time_fidelity": "SECOND" } },
];

suite("options of the xdr processor", () => {
  for (const { yaml, record, expected } of cases) {
    test(`${JSON.stringify(yaml)} gives ${Object.keys(expected).join(", ")} for ${JSON.stringify(record["Operation"])}`, () => {
      const { attributes } = map(record, yaml);
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(attributes[name], value, name);
    });
  }

  test("tenant_id makes a resource id of six sections: event, schema, tenant, milliseconds, uuid", () => {
    const { attributes } = map(SIGN_IN, { tenant_id: "11063" });
    const sections = String(attributes["xdr.resource_id"]).split(":");
    assert.equal(sections.length, 6);
    assert.deepEqual(sections.slice(0, 5), [
      "event",
      "//priv",
      "scwx.auth",
      "11063",
      String(Date.UTC(2024, 0, 2, 3, 4, 5)),
    ]);
  });

  for (const [original_data, attribute, body] of [
    ["body", false, true],
    ["attribute", true, false],
    ["both", true, true],
    ["none", false, false],
  ] as const) {
    test(`original_data: ${original_data} leaves the text ${body ? "in" : "out of"} the body`, () => {
      const mapped = map(SIGN_IN, { original_data });
      assert.equal(mapped.attributes["xdr.original_data"], attribute ? JSON.stringify(SIGN_IN) : undefined);
      assert.equal(mapped.body, body);
    });

    test(`original_data: ${original_data} never copies what a rule matched into an attribute`, () => {
      for (const extensions of ["all", "common", "none"]) {
        // An escaped name is the same name.
        for (const text of [MATCH_TEXT, MATCH_TEXT.replace("DetectedV", "\\u0044etectedV")]) {
          const mapped = map(text, { original_data, extensions, emit_unverified: true });
          assert.ok(!JSON.stringify(mapped.attributes).includes(MATCHED));
          assert.equal(mapped.attributes["xdr.title"], "Cards");
          assert.equal(mapped.body, original_data !== "none");
        }
      }
    });
  }

  test("a match from which the receiver dropped the values keeps everything else", () => {
    const dropped = dropDetectedValues(JSON.stringify(MATCH))?.text ?? "";
    const { attributes, body } = map(dropped, { original_data: "attribute" });
    assert.equal(attributes["xdr.original_data"], dropped);
    assert.equal(body, false);
    assert.ok(!JSON.stringify(attributes).includes(MATCHED));
    assert.equal(attributes["security_rule.name"], "Many");
    assert.deepEqual(map(MATCH).attributes["o365.policy_details"], attributes["o365.policy_details"]);
  });

  test("email_copy gives a copy of a mail threat and of nothing else", () => {
    const mapper = new XdrMapper(config.parse({ email_copy: true }));
    assert.deepEqual(mapper.mapEmailCopy({ record: THREAT })?.attributes["xdr.from_email_address"], [
      "bob@example.com",
    ]);
    assert.equal(mapper.mapEmailCopy({ record: SIGN_IN }), undefined);
    assert.equal(mapper.mapEmailCopy({ record: null }), undefined);
  });

  test("emit_unverified writes enumerations of the mail copy whose values are not known", () => {
    const status = (yaml: Record<string, unknown>): unknown =>
      new XdrMapper(config.parse(yaml)).mapEmailCopy({ record: THREAT })?.attributes["xdr.status"];
    assert.equal(status({}), undefined);
    assert.equal(status({ emit_unverified: true }), "Blocked");
  });

  const { Id: _id, ...withoutId } = SIGN_IN;
  const { CreationTime: _time, ...withoutTime } = SIGN_IN;
  const { Operation: _operation, ...withoutOperation } = SIGN_IN;
  for (const record of ["{cut", "[]", "7", "", withoutId, withoutTime, withoutOperation]) {
    test(`${JSON.stringify(record).slice(0, 60)} is generic and keeps its text under every option`, () => {
      const text = typeof record === "string" ? record : JSON.stringify(record);
      for (const original_data of ["body", "attribute", "both"]) {
        const { attributes, body } = map(record, { original_data, tenant_id: "11063" });
        assert.equal(attributes["xdr.schema"], "generic");
        assert.equal(attributes["xdr.sensor_type"], "MICROSOFT_OFFICE_MANAGEMENT");
        assert.ok(body || text === "" || attributes["xdr.original_data"] === text);
        assert.equal(attributes["xdr.user_name"], undefined);
      }
    });
  }
});

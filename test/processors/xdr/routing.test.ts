import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonObject } from "../../../collector/record.ts";
import { RECORD_TYPES, recordTypeName, recordTypeNumber } from "../../../collector/record-types.ts";
import { type Kind, KINDS } from "../../../processors/xdr/kinds.ts";
import { RECORD_KINDS } from "../../../processors/xdr/record-kinds.ts";
import { readerOf } from "../../../processors/xdr/record-reader.ts";
import { ROUTES } from "../../../processors/xdr/routes.ts";
import { KindTeller } from "../../../processors/xdr/routing.ts";
import type { XdrSchema } from "../../../processors/xdr/schema/schemas.ts";

const AUTH = [9, 15, 275];
const ANTIVIRUS = [47];
const ALERTS = [11, 13, 28, 33, 40, 41, 51, 62, 63, 64, 78, 86, 89, 98, 99, 100, 107, 113, 294, 307];

function expectedSchema(type: number): XdrSchema {
  if (AUTH.includes(type)) return "auth";
  if (ANTIVIRUS.includes(type)) return "antivirus";
  return ALERTS.includes(type) ? "thirdpartyalert" : "cloudaudit";
}

function record(fields: JsonObject): JsonObject {
  return {
    Id: "5f7d2f6c-0000-4000-8000-000000000001",
    CreationTime: "2024-01-02T03:04:05",
    Operation: "Done",
    ...fields,
  };
}

function kindOfFields(fields: JsonObject, contentType?: string): Kind {
  const whole = record(fields);
  return new KindTeller().kindOf(readerOf(whole), recordTypeNumber(whole["RecordType"]), contentType);
}

function schemaOf(fields: JsonObject, contentType?: string): string {
  return KINDS[kindOfFields(fields, contentType)].schema;
}

suite("record kinds", () => {
  test("name each published record type once, and no other", () => {
    const listed = RECORD_KINDS.flatMap(({ types }) => types).toSorted((a, b) => a - b);
    assert.deepEqual(
      listed,
      RECORD_TYPES.map(([value]) => value).toSorted((a, b) => a - b),
    );
  });

  test("are all in use", () => {
    const used = new Set(["generic", ...RECORD_KINDS.map(({ kind }) => kind), ...ROUTES.map(({ kind }) => kind)]);
    assert.deepEqual([...used].toSorted(), Object.keys(KINDS).toSorted());
  });
});

suite("KindTeller", () => {
  test("knows the schema of every published record type, by number, numeric text and name", () => {
    assert.equal(RECORD_TYPES.length, 473);
    for (const [type, name] of RECORD_TYPES) {
      const schema = expectedSchema(type);
      assert.equal(schemaOf({ RecordType: type }), schema, `${type}`);
      assert.equal(schemaOf({ RecordType: String(type) }), schema, `"${type}"`);
      assert.equal(schemaOf({ RecordType: name }), schema, name);
      assert.equal(schemaOf({ RecordType: name.toUpperCase() }), schema, name);
    }
  });

  const cases: { name: string; fields: JsonObject; contentType?: string; schema: string }[] = [
    { name: "a directory sign-in", fields: { RecordType: 8, Operation: "UserLoggedIn" }, schema: "auth" },
    { name: "a failed directory sign-in", fields: { RecordType: 8, Operation: "userloginfailed" }, schema: "auth" },
    {
      name: "an account logon of the directory",
      fields: { RecordType: 8, Operation: "PasswordLogonCookieCopy", AzureActiveDirectoryEventType: 0 },
      schema: "auth",
    },
    {
      name: "a directory change that carries the event type of a logon",
      fields: { RecordType: 8, Operation: "Add User.", AzureActiveDirectoryEventType: 0 },
      schema: "cloudaudit",
    },
    { name: "a mailbox sign-in", fields: { RecordType: 2, Operation: "MailboxLogin" }, schema: "auth" },
    { name: "malware in a file", fields: { RecordType: 6, Operation: "FileMalwareDetected" }, schema: "antivirus" },
    { name: "a session of Teams", fields: { RecordType: 25, Operation: "TeamsSessionStarted" }, schema: "cloudaudit" },
    { name: "a session of SharePoint", fields: { RecordType: 4, Operation: "SignInEvent" }, schema: "cloudaudit" },
    {
      name: "any type under DLP.All",
      fields: { RecordType: 263 },
      contentType: "DLP.All",
      schema: "thirdpartyalert",
    },
    { name: "a type nobody published", fields: { RecordType: 99_999 }, schema: "cloudaudit" },
    { name: "no type", fields: {}, schema: "cloudaudit" },
    { name: "a sign-in of an unknown type", fields: { RecordType: 9999, Operation: "UserLoggedIn" }, schema: "auth" },
    { name: "a sign-out without a type", fields: { Operation: "UserLoggedOff" }, schema: "auth" },
    { name: "a rule match of an unknown type", fields: { Operation: "DLPRuleMatch" }, schema: "thirdpartyalert" },
    { name: "a type that is no number", fields: { RecordType: { a: 1 } }, schema: "cloudaudit" },
    { name: "no Id", fields: { Id: "" }, schema: "generic" },
    { name: "an Id that says nothing", fields: { Id: "Not Available" }, schema: "generic" },
    { name: "no Operation", fields: { Operation: null }, schema: "generic" },
    { name: "no CreationTime", fields: { CreationTime: " " }, schema: "generic" },
  ];
  for (const { name, fields, contentType, schema } of cases) {
    test(`sends ${name} to ${schema}`, () => {
      assert.equal(schemaOf(fields, contentType), schema);
    });
  }

  test("sends what is no record to generic", () => {
    assert.equal(new KindTeller().kindOf(readerOf({}), 15, "Audit.AzureActiveDirectory"), "generic");
  });

  test("tells the same whatever record it saw before", () => {
    const content = "Audit.General";
    const asked = cases.flatMap(({ fields, contentType }) => [
      { fields, contentType },
      { fields: { ...fields, Id: "another" }, contentType },
      { fields, contentType: contentType === undefined ? content : undefined },
      { fields: { ...fields, PolicyDetails: [{ Rules: [{}] }], Workload: "OneDrive" }, contentType },
    ]);
    const teller = new KindTeller();
    for (const first of asked) {
      for (const { fields, contentType } of [first, ...asked.slice(0, 8), first]) {
        const whole = record(fields);
        const kind = teller.kindOf(readerOf(whole), recordTypeNumber(whole["RecordType"]), contentType);
        assert.equal(kind, kindOfFields(fields, contentType), JSON.stringify([fields, contentType]));
      }
    }
  });

  const kinds: { name: string; fields: JsonObject; contentType?: string; kind: string }[] = [
    {
      name: "a type nobody published by workload",
      fields: { RecordType: 99_999, Workload: "OneDrive" },
      kind: "sharepoint",
    },
    { name: "a workload in another case", fields: { Workload: "onedrive" }, kind: "sharepoint" },
    { name: "a workload nobody knows", fields: { RecordType: 99_999, Workload: "Nowhere" }, kind: "other" },
    {
      name: "a published type whatever its workload",
      fields: { RecordType: 154, Workload: "Exchange" },
      kind: "message_portal",
    },
    {
      name: "activity on a device that no rule matched",
      fields: { RecordType: 63, Operation: "FileRead", DeviceName: "desk-1" },
      kind: "endpoint",
    },
    {
      name: "activity on a device with empty policies, also under DLP.All",
      fields: { RecordType: 63, Operation: "FileRead", DeviceName: "desk-1", PolicyMatchInfo: {}, PolicyDetails: [] },
      contentType: "DLP.All",
      kind: "endpoint",
    },
    {
      name: "activity on a device that a rule matched",
      fields: { RecordType: 63, Operation: "FilePrinted", DeviceName: "desk-1", PolicyMatchInfo: { PolicyName: "x" } },
      kind: "dlp",
    },
    {
      name: "the same under the undocumented type",
      fields: { RecordType: 108, Operation: "FilePrinted", PolicyDetails: [{ PolicyName: "x" }] },
      kind: "dlp",
    },
    {
      name: "a change of a detection rule",
      fields: { RecordType: 113, Operation: "EditCustomDetection" },
      kind: "other",
    },
    { name: "a custom detection", fields: { RecordType: 113, Operation: "Detected" }, kind: "detection" },
    {
      name: "a match in another application (263)",
      fields: { RecordType: 263, Operation: "Upload", PolicyDetails: [{ PolicyName: "x" }] },
      kind: "dlp",
    },
    { name: "classification without a match (276)", fields: { RecordType: 276 }, kind: "other" },
    { name: "an insight that is an alert (42)", fields: { RecordType: 42, AlertId: "1" }, kind: "detection" },
    {
      name: "an insight that is none (42)",
      fields: { RecordType: 42, Operation: "InsightGenerated" },
      kind: "compliance",
    },
    { name: "a simulated attack (85)", fields: { RecordType: 85, AttackSimEvent: 6 }, kind: "attack_simulation" },
    { name: "an alert of app governance", fields: { RecordType: 115, AlertId: "1" }, kind: "detection" },
    { name: "no alert of app governance", fields: { RecordType: 115 }, kind: "other" },
    { name: "an alert of an unknown type", fields: { RecordType: 9999, Operation: "AlertUpdated" }, kind: "alert" },
    { name: "something with an alert's id", fields: { RecordType: 9999, AlertId: "1" }, kind: "detection" },
    { name: "a cmdlet that has an alert's id", fields: { RecordType: 18, AlertId: "1" }, kind: "compliance" },
    { name: "mail data of an unknown type", fields: { Operation: "TIMailData" }, kind: "mail_threat" },
    {
      name: "a sign-out among directory records",
      fields: { RecordType: 8, Operation: "UserLoggedOff" },
      kind: "sign_in",
    },
  ];
  for (const { name, fields, contentType, kind } of kinds) {
    test(`takes ${name} for ${kind}`, () => {
      assert.equal(kindOfFields(fields, contentType), kind);
    });
  }
});

suite("recordTypeNumber()", () => {
  const cases: { value: unknown; number: number | undefined }[] = [
    { value: 1, number: 1 },
    { value: "20", number: 20 },
    { value: " 20 ", number: 20 },
    { value: "ExchangeAdmin", number: 1 },
    { value: "Viva Engage", number: 22 },
    { value: "vivaengage", number: 22 },
    { value: 99_999, number: 99_999 },
    { value: -1, number: undefined },
    { value: 1.5, number: undefined },
    { value: "", number: undefined },
    { value: "Nonsense", number: undefined },
    { value: null, number: undefined },
    { value: [1], number: undefined },
  ];
  for (const { value, number } of cases) {
    test(`reads ${JSON.stringify(value)} as ${number}`, () => {
      assert.equal(recordTypeNumber(value), number);
    });
  }

  test("inverts recordTypeName() for every type", () => {
    for (const [type] of RECORD_TYPES) assert.equal(recordTypeNumber(recordTypeName(type)), type);
  });
});

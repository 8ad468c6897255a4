import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../../../collector/record.ts";
import { addCommonAttributes } from "../../../receiver/records/common-attributes.ts";

function attributesOf(record: JsonObject): Attributes {
  const attributes: Attributes = {};
  addCommonAttributes(attributes, record);
  return attributes;
}

suite("addCommonAttributes()", () => {
  const cases: readonly { name: string; record: JsonObject; attributes: Attributes }[] = [
    { name: "nothing for an empty record", record: {}, attributes: {} },
    {
      name: "text fields as sent",
      record: {
        OrganizationId: "o",
        UserKey: "k",
        UserId: "u",
        Workload: "w",
        ResultStatus: "True",
        ObjectId: "a;b",
        ClientIP: "[::1]:80 ",
      },
      attributes: {
        "o365.organization_id": "o",
        "o365.user_key": "k",
        "o365.user_id": "u",
        "o365.workload": "w",
        "o365.result_status": "True",
        "o365.object_id": "a;b",
        "o365.client_ip": "[::1]:80 ",
      },
    },
    {
      name: "nothing for null, empty and compound fields",
      record: { UserId: null, ClientIP: "", ObjectId: {}, UserKey: [], RecordType: "", UserType: null, Scope: "" },
      attributes: {},
    },
    {
      name: "a number or boolean as text",
      record: { UserKey: 17, ResultStatus: true },
      attributes: { "o365.user_key": "17", "o365.result_status": "true" },
    },
    { name: "a record type number", record: { RecordType: 8 }, attributes: { "o365.record_type": 8 } },
    { name: "a record type number in a string", record: { RecordType: "20" }, attributes: { "o365.record_type": 20 } },
    {
      name: "an unknown record type number",
      record: { RecordType: 99_999 },
      attributes: { "o365.record_type": 99_999 },
    },
    { name: "a record type name", record: { RecordType: "ExchangeAdmin" }, attributes: { "o365.record_type": 1 } },
    {
      name: "an unknown record type name",
      record: { RecordType: "Brand New" },
      attributes: { "o365.record_type_name": "Brand New" },
    },
    { name: "user type 0", record: { UserType: 0 }, attributes: { "o365.user_type": "Regular" } },
    { name: "user type 10", record: { UserType: 10 }, attributes: { "o365.user_type": "Guest" } },
    { name: "a user type in a string", record: { UserType: "4" }, attributes: { "o365.user_type": "System" } },
    {
      name: "a user type name in another case",
      record: { UserType: "DcAdmin" },
      attributes: { "o365.user_type": "DCAdmin" },
    },
    { name: "an unknown user type number", record: { UserType: 77 }, attributes: { "o365.user_type": "77" } },
    { name: "an unknown user type name", record: { UserType: "Robot" }, attributes: { "o365.user_type": "Robot" } },
    { name: "scope 0", record: { Scope: 0 }, attributes: { "o365.scope": "Online" } },
    { name: "scope 1", record: { Scope: "1" }, attributes: { "o365.scope": "Onprem" } },
    { name: "a scope name", record: { Scope: "onprem" }, attributes: { "o365.scope": "Onprem" } },
  ];
  for (const { name, record, attributes } of cases) {
    test(`adds ${name}`, () => assert.deepEqual(attributesOf(record), attributes));
  }
});

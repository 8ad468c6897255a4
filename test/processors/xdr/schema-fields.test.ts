import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { auditRecordOf, type JsonObject } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { NOT_DERIVABLE } from "../../../processors/xdr/schema/not-derivable.ts";
import { SCHEMA_FIELDS } from "../../../processors/xdr/schema/schemas.ts";
import { asReceived } from "./as-received.ts";

const SCHEMAS = ["auth", "cloudaudit", "thirdpartyalert", "antivirus", "email"] as const;
const known = z
  .record(z.string(), z.array(z.string()))
  .parse(parse(readFileSync("test/processors/xdr/schema-fields.yaml", "utf8")));

const COMMON = {
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  OrganizationId: "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
  CreationTime: "2024-01-02T03:04:05",
  UserId: "ann@contoso.com",
};
const LATER = "2024-01-02T04:04:05";

/** Records that carry what the shipped ones do not: alerts, malware, mail. */
const MORE: readonly JsonObject[] = [
  {
    RecordType: 40,
    Operation: "AlertTriggered",
    Name: "Forwarding rule",
    Category: "ThreatManagement",
    Status: "Resolved",
    ClientIP: "203.0.113.1",
    Data: JSON.stringify({ ts: LATER, te: LATER }),
  },
  { RecordType: 40, Operation: "AlertUpdated", Name: "Forwarding rule" },
  {
    RecordType: 47,
    Operation: "AtpDetection",
    FileData: { MalwareFamily: "Emotet", FilePath: "https://contoso.sharepoint.com/x.doc" },
    LastModifiedBy: "ann@contoso.com",
  },
  {
    RecordType: 28,
    Operation: "TIMailData",
    P1Sender: "bob@example.com",
    Recipients: ["ann@contoso.com"],
    Subject: "Invoice",
    DeliveryAction: "Blocked",
    Directionality: "Inbound",
  },
  { RecordType: 2, Operation: "MailboxLogin", ExtendedProperties: [{ Name: "RequestType", Value: "OAuth2:Token" }] },
];

/** The fields that at least one record fills, as `schema.field`. */
function filledFields(): Set<string> {
  const mapper = new XdrMapper({ tenantId: "11063", sensorId: "contoso", originalData: "both", emitUnverified: true });
  const shipped = readFileSync("emulator/data/audit-records.ndjson", "utf8").trimEnd().split("\n");
  const texts = [...shipped, ...MORE.map((record) => JSON.stringify({ ...COMMON, ...record }))];
  const filled = new Set<string>();
  for (const text of texts) {
    const received = asReceived(text);
    const source = { record: auditRecordOf(received), text, attributes: received.attributes, nowMs: 1 };
    for (const mapped of [mapper.map(source), mapper.mapEmailCopy(source)]) {
      for (const name of Object.keys(mapped?.attributes ?? {})) filled.add(`${mapped?.schema} ${name}`);
    }
  }
  return filled;
}

suite("fields of the schemas", () => {
  const filled = filledFields();
  const page = readFileSync("docs/mapping.md", "utf8");

  for (const schema of SCHEMAS) {
    const names = [...(known["base"] ?? []), ...(known[schema] ?? [])];

    test(`${schema} has the known fields and no other`, () => {
      assert.deepEqual(
        Object.keys(SCHEMA_FIELDS[schema]).toSorted(),
        names.map((name) => name.replace("?", "")).toSorted(),
      );
      for (const name of names) {
        const { unverified } = SCHEMA_FIELDS[schema][name.replace("?", "")] ?? {};
        assert.equal(unverified === "name", name.endsWith("?"), name);
      }
    });

    test(`${schema}: a record fills each field, or the page says why none does`, () => {
      const dictionary = page.slice(page.indexOf("## Field dictionary"));
      for (const name of names.map((known) => known.replace("?", ""))) {
        const reason = NOT_DERIVABLE[schema][name] ?? NOT_DERIVABLE.base[name];
        if (reason === undefined) assert.ok(filled.has(`${schema} xdr.${name}`), `no record fills ${name}`);
        else assert.ok(dictionary.includes(`Nothing. ${reason}`), `the page does not say why nothing fills ${name}`);
      }
    });
  }
});

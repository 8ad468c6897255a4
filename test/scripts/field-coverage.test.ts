import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { recordTypeName } from "../../collector/record-types.ts";
import { documentedType } from "../../processors/xdr/field-types.ts";
import { RECORD_KINDS } from "../../processors/xdr/record-kinds.ts";
import { XdrMapper } from "../../processors/xdr/mapper.ts";
import { LEFT_OUT, reasonFor } from "../../scripts/coverage-page.ts";
import { fieldReach, readAuditSchema } from "../../scripts/field-coverage.ts";

const schema = readAuditSchema();
const sections = fieldReach(schema);
const STRUCTURED = ["pairs", "changes", "identities"];
/** Fields that services do not agree about. */
const ONE_OF_SEVERAL: Readonly<Record<string, string>> = {
  AdditionalInfo: "structure",
  DatabaseName: "texts",
  ItemType: "text",
  MessageId: "text",
  ModifiedProperties: "structure",
  Parameters: "structure",
  Scope: "text",
};

/** The form of an attribute for a published type. */
function formOf(kind: string): string {
  const one = kind.replace(/\[\]$/, "");
  if (STRUCTURED.includes(one) || one in schema.complex) return "structure";
  if (kind.endsWith("[]")) return "texts";
  return ["text", "guid", "time"].includes(kind) ? "text" : kind;
}

suite("source fields of audit records", () => {
  for (const { name, fields } of sections) {
    test(`${name}: every field reaches an attribute, or there is a reason`, () => {
      for (const { path, all } of fields) assert.equal(all.length === 0, reasonFor(path) !== undefined, path);
    });
  }

  test("have one form in all records, that of their published types", () => {
    const kinds = Map.groupBy(
      [schema.every, ...schema.sections.map(({ fields }) => fields)].flatMap((fields) => Object.entries(fields)),
      ([name]) => name,
    );
    for (const [name, entries] of kinds) {
      const forms = new Set(entries.map(([, kind]) => formOf(kind)));
      const form = ONE_OF_SEVERAL[name] ?? [...forms].join(" or ");
      // A number may stand for a name, and be text for that.
      const mayBe: readonly unknown[] = form === "number" ? [undefined, "number", "text"] : [form];
      assert.ok(mayBe.includes(documentedType(name)), `${name}: ${form}, not ${documentedType(name)}`);
    }
  });

  test("each reason is that of a field", () => {
    const paths = sections.flatMap(({ fields }) => fields.map(({ path }) => path));
    for (const end of Object.keys(LEFT_OUT))
      assert.ok(
        paths.some((path) => path.endsWith(end)),
        end,
      );
  });

  test("what reaches an attribute with fewer extensions reaches one with all", () => {
    for (const { name, fields } of sections) {
      for (const { path, none, common, all } of fields) {
        assert.ok(none.length <= common.length && common.length <= all.length, `${name}: ${path}`);
      }
    }
  });
});

suite("every published record type", () => {
  const mapper = new XdrMapper();
  for (const type of RECORD_KINDS.flatMap(({ types }) => types)) {
    test(`${type} ${recordTypeName(type) ?? ""}: says who, from where, with what outcome, when, in which session`, () => {
      const { attributes } = mapper.map({
        record: {
          Id: "5f7d2f6c-0000-4000-8000-000000000001",
          CreationTime: "2024-01-02T03:04:05",
          Operation: "Something",
          RecordType: type,
          ResultStatus: "Failed",
          UserId: "ann@contoso.com",
          UserKey: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
          ClientIP: "[2001:db8::7]:443",
          ObjectId: "thing",
          AppAccessContext: { AADSessionId: "session-1" },
        },
      });
      assert.equal(attributes["user.name"], "ann@contoso.com");
      assert.equal(attributes["user.id"], "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9");
      assert.equal(attributes["client.address"], "2001:db8::7");
      assert.equal(
        attributes["xdr.source_address"],
        attributes["xdr.schema"] === "scwx.antivirus" ? undefined : "2001:db8::7",
      );
      assert.equal(attributes["o365.outcome"], "failure");
      assert.equal(attributes["o365.object_id"], "thing");
      assert.equal(attributes["session.id"], "session-1");
      assert.equal(attributes["xdr.event_time_usec"], Date.UTC(2024, 0, 2, 3, 4, 5) * 1000);
      assert.equal(attributes["o365.record_type"], type);
    });
  }
});

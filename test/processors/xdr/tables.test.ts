import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { documentedType } from "../../../processors/xdr/field-types.ts";
import { compilePlan, mayEmit } from "../../../processors/xdr/compile.ts";
import { type Kind, KINDS } from "../../../processors/xdr/kinds.ts";
import { SCHEMA_FIELDS, XDR_SCHEMAS } from "../../../processors/xdr/schema/schemas.ts";
import { AUTH_ACTIONS } from "../../../processors/xdr/tables/auth.ts";
import { type Row, sourcesOf, targetsOf } from "../../../processors/xdr/tables/row.ts";
import { ALERT_DETAILS } from "../../../processors/xdr/tables/alert-details.ts";
import { COMMON_FIRST, COMMON_LAST } from "../../../processors/xdr/tables/common.ts";
import { NOT_DERIVABLE } from "../../../processors/xdr/schema/not-derivable.ts";
import { TABLES } from "../../../processors/xdr/tables/tables.ts";

/** Names of the registry, without those that it calls deprecated. */
function registryNames(): Set<string> {
  const folder = dirname(createRequire(import.meta.url).resolve("@opentelemetry/semantic-conventions"));
  const names = new Set<string>();
  for (const file of ["stable_attributes.d.mts", "experimental_attributes.d.mts"]) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const match of text.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*declare const ATTR_\w+: "([^"]+)"/gs)) {
      const [, comment, name] = match;
      if (comment !== undefined && name !== undefined && !comment.includes("@deprecated")) names.add(name);
    }
  }
  return names;
}

function rowsOf(schema: keyof typeof TABLES): Row[] {
  return TABLES[schema].filter((entry): entry is Row => !("keep" in entry));
}

const SHARED = [...COMMON_FIRST, ...COMMON_LAST, ...ALERT_DETAILS].flatMap((entry) =>
  "keep" in entry ? [] : targetsOf(entry),
);

function isShared(target: string): boolean {
  return SHARED.includes(target);
}

const ALL_KINDS = Object.keys(KINDS) as Kind[];

suite("mapping tables", () => {
  for (const schema of XDR_SCHEMAS) {
    test(`numbers that become names in ${schema} stay texts where they have none`, () => {
      const named = rowsOf(schema).filter((row) => row.values !== undefined && row.keeps === true);
      assert.ok(named.length > 0);
      for (const source of named.flatMap(sourcesOf)) {
        if (/^\w+$/.test(source)) assert.equal(documentedType(source), "text", source);
      }
    });
  }

  const registry = registryNames();

  test("the registry was read", () => {
    assert.ok(registry.size > 500);
    assert.ok(registry.has("user.name"));
    assert.ok(!registry.has("enduser.role"));
  });

  for (const schema of XDR_SCHEMAS) {
    test(`${schema}: every attribute is a field of the schema, a name of the registry or o365.*`, () => {
      for (const target of rowsOf(schema).flatMap(targetsOf)) {
        if (target.startsWith("o365.")) continue;
        // Rows that schemas share may name a field that only some of them have.
        if (target.startsWith("xdr.")) assert.ok(isShared(target) || mayEmit(target, schema, true), target);
        else assert.ok(registry.has(target), target);
      }
    });

    test(`${schema}: each confirmed field is filled by a row or listed as not derivable, not both`, () => {
      const filled = new Set(rowsOf(schema).flatMap(targetsOf));
      for (const name of Object.keys(SCHEMA_FIELDS[schema])) {
        const reason = NOT_DERIVABLE[schema][name] ?? NOT_DERIVABLE.base[name];
        assert.equal(filled.has(`xdr.${name}`), reason === undefined, name);
      }
      for (const name of Object.keys(NOT_DERIVABLE[schema])) assert.ok(name in SCHEMA_FIELDS[schema], name);
    });

    test(`${schema}: rows fit the type of their field`, () => {
      for (const row of rowsOf(schema)) {
        for (const target of targetsOf(row)) {
          const field = SCHEMA_FIELDS[schema][target.replace("xdr.", "")];
          if (!target.startsWith("xdr.") || field === undefined) continue;
          if (field.type === "uint64") assert.ok(row.rule === "time" || row.rule === "number", target);
          assert.equal(field.repeated, row.rule === "emails", target);
          // Values of enumerations are not known; only `action` has placeholders that are written unasked.
          if (field.type !== "string" && field.type !== "uint64" && field.unverified === undefined)
            assert.equal(target, "xdr.action");
        }
      }
    });

    test(`${schema}: compiles for every kind`, () => {
      for (const kind of ALL_KINDS) compilePlan(schema, kind, { emitUnverified: true });
    });
  }

  test("the placeholders of action are as agreed", () => {
    assert.deepEqual(Object.values(AUTH_ACTIONS), ["LOGON_SUCCESS", "LOGON_FAILURE", "LOGOFF"]);
  });

  test("mayEmit() keeps back names and values that are not confirmed, unless told otherwise", () => {
    assert.equal(mayEmit("xdr.source_user_name", "auth", false), false);
    assert.equal(mayEmit("xdr.source_user_name", "auth", true), true);
    assert.equal(mayEmit("xdr.status", "email", false), false);
    assert.equal(mayEmit("xdr.status", "email", true), true);
    assert.equal(mayEmit("xdr.invented", "auth", true), false);
    assert.equal(mayEmit("xdr.toString", "auth", true), false);
    assert.equal(mayEmit("user.name", "auth", false), true);
  });
});

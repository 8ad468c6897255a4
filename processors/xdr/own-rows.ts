import { z } from "zod";
import { KIND_NAMES } from "./kinds.ts";
import { OUTCOMES } from "./rules/outcome.ts";
import { RULE_NAMES } from "./rules/registry.ts";
import type { OwnRow, OwnRows } from "./tables/row.ts";

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: "must be a text or a list of texts",
});
const test = z.strictObject({
  path: z.string().min(1).describe("Path of a field in the record"),
  in: z.array(z.string()).min(1).describe("Texts"),
});
const when = z.strictObject({
  kinds: z.array(z.enum(KIND_NAMES)).min(1).optional().describe("Kinds of records"),
  operations: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Operations, compared without case and without a full stop at the end"),
  outcomes: z.array(z.enum(OUTCOMES)).min(1).optional().describe("How the action ended"),
  field: test.optional().describe("The field holds one of these texts, compared like operations"),
  not: test.optional().describe("The field holds none of these texts, compared like operations"),
});
const row: z.ZodType<OwnRow> = z.strictObject({
  to: texts.describe("Attribute, or several, that get the value"),
  from: texts.optional().describe("Sources in order of preference: paths, $values, @attributes or 'texts'"),
  rule: z.enum(RULE_NAMES).optional().describe("How the source's value becomes that of the attribute. Default: text"),
  values: z.record(z.string(), z.string()).optional().describe("Translates the source's text; others yield nothing"),
  join: z.string().optional().describe("Takes the texts of all sources, with this between them"),
  except: texts.optional().describe("Sources of texts that do not count, such as who acted; of a list the rest does"),
  only: z.boolean().optional().describe("Takes the only element of a list; several are passed over"),
  value: z.string().min(1).optional().describe("A constant, in place of sources"),
  when: when.optional().describe("Conditions, all of which must hold"),
  replace: z.boolean().optional().describe("Built-in rows of these attributes do not count"),
  drop: z.boolean().optional().describe("Never write these attributes"),
});
const rows = z.array(row);

/** `mapping:` of the configuration: rows of the user's own by schema, and for all of them. */
export const ownRows: z.ZodType<OwnRows> = z.strictObject({
  all: rows.optional().describe("Rows for every schema"),
  auth: rows.optional().describe("Rows for sign-ins"),
  cloudaudit: rows.optional().describe("Rows for the audit trail"),
  thirdpartyalert: rows.optional().describe("Rows for alerts of Microsoft products"),
  antivirus: rows.optional().describe("Rows for malware in files"),
  email: rows.optional().describe("Rows for the copies that email_copy makes"),
  generic: rows.optional().describe("Rows for what cannot be read"),
});

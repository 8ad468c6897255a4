import { z } from "zod";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { EXTENSIONS, ORIGINAL_DATA, XDR_PREFIX, type XdrOptions } from "./options.ts";
import { ownRows } from "./own-rows.ts";
import { checkRows } from "./tables/check-rows.ts";

/** Configuration of the `xdr` processor. */
export interface XdrConfig extends XdrOptions {
  /** Give each mail threat a second record of the schema `scwx.email`. */
  readonly emailCopy: boolean;
}

const PREFIX = /^(?:[A-Za-z_][\w]*\.)*$/;

export const config: ConfigSpec<XdrConfig> = z
  .strictObject({
    antivirus: z
      .boolean()
      .default(true)
      .describe("Map malware in files to the schema antivirus; false maps it to thirdpartyalert"),
    email_copy: z
      .boolean()
      .default(false)
      .describe("Send mail threats (record type 28) a second time as schema email, with the same sensor_event_id"),
    tenant_id: z
      .string('must be a text: put the number in quotes, as in "11063"')
      .regex(/^[^\s:]+$/, "must be a Taegis tenant id: no blanks and no colons")
      .optional()
      .describe("Taegis tenant; sets xdr.tenant_id and xdr.resource_id"),
    prefix: z
      .string()
      .regex(PREFIX, 'must be letters, digits, underscores and dots with a dot at the end, such as "taegis.", or empty')
      .refine((text) => !text.startsWith("o365."), "must not begin with o365., which the fields of the record have")
      .default(XDR_PREFIX)
      .describe("What the names of schema fields begin with"),
    sensor_id: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .describe("Value of xdr.sensor_id; without it, the id of the integration that brought the record"),
    original_data: z
      .enum(ORIGINAL_DATA)
      .default("body")
      .describe("Where the record's own text travels: body, attribute (xdr.original_data), both or none"),
    extensions: z
      .enum(EXTENSIONS)
      .default("all")
      .describe(
        "Fields without a place in the schema that become o365.* attributes: those the mapping names, all or none",
      ),
    mapping: ownRows
      .optional()
      .describe("Rows of your own by schema, or under all for every schema; read before the built-in ones"),
    emit_unverified: z
      .boolean()
      .default(false)
      .describe("Also write schema fields whose names or values are not confirmed"),
  })
  .superRefine((keys, context) => {
    // A row with a misspelled key lacks what was meant by it: that is one mistake.
    const misspelled = context.issues
      .filter(({ code }) => code === "unrecognized_keys")
      .map(({ path }) => String(path));
    for (const problem of checkRows(keys.mapping ?? {}, keys.emit_unverified)) {
      const path = ["mapping", ...problem.path];
      if (misspelled.includes(String(path))) continue;
      context.addIssue({ code: "custom", path, message: problem.message });
    }
  })
  .transform((keys) => ({
    antivirus: keys.antivirus,
    emailCopy: keys.email_copy,
    tenantId: keys.tenant_id,
    prefix: keys.prefix,
    sensorId: keys.sensor_id,
    originalData: keys.original_data,
    extensions: keys.extensions,
    mapping: keys.mapping,
    emitUnverified: keys.emit_unverified,
  }));

import { ANTIVIRUS } from "./antivirus.ts";
import { AUTH } from "./auth.ts";
import { BASE } from "./base.ts";
import { CLOUDAUDIT } from "./cloudaudit.ts";
import { EMAIL } from "./email.ts";
import type { SchemaFields } from "./field.ts";
import { THIRDPARTYALERT } from "./thirdpartyalert.ts";

/** The schemas that audit records are mapped to, by the name that rules are bound to. `generic` is what cannot be read. */
export const XDR_SCHEMAS = ["auth", "cloudaudit", "thirdpartyalert", "antivirus", "email", "generic"] as const;
export type XdrSchema = (typeof XDR_SCHEMAS)[number];

/**
 * The fields of each schema. Nothing else may be written under `xdr.`: an invented field looks like data and matches no
 * rule.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/custom_parsers_schemas/ and the client code at
 *   https://github.com/secureworks/taegis-magic and https://github.com/secureworks/taegis-sdk-python
 */
export const SCHEMA_FIELDS: Readonly<Record<XdrSchema, SchemaFields>> = {
  auth: AUTH,
  cloudaudit: CLOUDAUDIT,
  thirdpartyalert: THIRDPARTYALERT,
  antivirus: ANTIVIRUS,
  email: EMAIL,
  generic: BASE,
};

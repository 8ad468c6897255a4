import type { XdrSchema } from "../schema/schemas.ts";
import { ANTIVIRUS } from "./antivirus.ts";
import { AUTH } from "./auth.ts";
import { CLOUDAUDIT } from "./cloudaudit.ts";
import { COMMON_FIRST, COMMON_LAST } from "./common.ts";
import { EMAIL } from "./email.ts";
import type { OwnRow, OwnRows, Table } from "./row.ts";
import { THIRDPARTYALERT } from "./thirdpartyalert.ts";

/** The mapping table of each schema, with the rows that all of them share. */
export const TABLES: Readonly<Record<XdrSchema, Table>> = {
  auth: [...COMMON_FIRST, ...AUTH, ...COMMON_LAST],
  cloudaudit: [...COMMON_FIRST, ...CLOUDAUDIT, ...COMMON_LAST],
  thirdpartyalert: [...COMMON_FIRST, ...THIRDPARTYALERT, ...COMMON_LAST],
  antivirus: [...COMMON_FIRST, ...ANTIVIRUS, ...COMMON_LAST],
  email: [...COMMON_FIRST, ...EMAIL, ...COMMON_LAST],
  generic: [...COMMON_FIRST, ...COMMON_LAST],
};

/** The rows of the user's own that apply to a schema, in the order in which they are read. */
export function ownRowsOf(rows: OwnRows | undefined, schema: XdrSchema): readonly OwnRow[] {
  return [...(rows?.[schema] ?? []), ...(rows?.all ?? [])];
}

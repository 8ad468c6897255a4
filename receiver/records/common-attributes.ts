import type { Attributes } from "@opentelemetry/api";
import type { JsonObject, JsonValue } from "../../collector/record.ts";
import { recordTypeNumber } from "../../collector/record-types.ts";

/** Names of `UserType`, by number. */
const USER_TYPES = [
  "Regular",
  "Reserved",
  "Admin",
  "DCAdmin",
  "System",
  "Application",
  "ServicePrincipal",
  "CustomPolicy",
  "SystemPolicy",
  "PartnerTechnician",
  "Guest",
] as const;

/** Names of `Scope`, by number. */
const SCOPES = ["Online", "Onprem"] as const;

/** Common fields that are passed on as text, and their attributes. */
const TEXT_FIELDS = [
  ["OrganizationId", "o365.organization_id"],
  ["UserKey", "o365.user_key"],
  ["UserId", "o365.user_id"],
  ["Workload", "o365.workload"],
  ["ResultStatus", "o365.result_status"],
  ["ObjectId", "o365.object_id"],
  ["ClientIP", "o365.client_ip"],
] as const;

const USER_TYPE_BY_NAME = byName(USER_TYPES);
const SCOPE_BY_NAME = byName(SCOPES);

/**
 * Adds the attributes of the common schema. Absent, null and empty stay absent. Enumerations come as numbers, as numbers
 * in strings, or as names in any case.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#common-schema (read 2026-11-22)
 */
export function addCommonAttributes(attributes: Attributes, record: JsonObject): void {
  addRecordType(attributes, record["RecordType"]);
  for (const [field, name] of TEXT_FIELDS) {
    const text = textOf(record[field]);
    if (text !== undefined) attributes[name] = text;
  }
  const userType = nameOf(record["UserType"], USER_TYPES, USER_TYPE_BY_NAME);
  if (userType !== undefined) attributes["o365.user_type"] = userType;
  const scope = nameOf(record["Scope"], SCOPES, SCOPE_BY_NAME);
  if (scope !== undefined) attributes["o365.scope"] = scope;
}

/** A text, number or boolean as text; undefined for what is absent, null, empty or has parts. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function addRecordType(attributes: Attributes, value: JsonValue | undefined): void {
  const text = textOf(value)?.trim();
  if (text === undefined || text === "") return;
  const number = /^-?\d{1,9}$/.test(text) ? Number(text) : recordTypeNumber(text);
  if (number === undefined) attributes["o365.record_type_name"] = text;
  else attributes["o365.record_type"] = number;
}

function nameOf(
  value: JsonValue | undefined,
  names: readonly string[],
  byName: ReadonlyMap<string, string>,
): string | undefined {
  if (typeof value === "number") return names[value] ?? String(value);
  const text = textOf(value);
  if (text === undefined) return undefined;
  return (/^\d{1,3}$/.test(text) ? names[Number(text)] : byName.get(text.toLowerCase())) ?? text;
}

function byName(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

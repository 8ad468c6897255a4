import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Management operations on hosts. No Office 365 record kind is routed here. That page could not be read: the names are from the vendor's client code.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_management/
 */
export const MANAGEMENT: SchemaFields = {
  ...BASE,
  hostname: field("string", "vendor_tooling", "Host name"),
  type: field("string", "vendor_tooling", "Kind of management event"),
  channel: field("string", "vendor_tooling", "Log channel the event came from"),
  operation: field("string", "vendor_tooling", "Management operation performed"),
  username: field("string", "vendor_tooling", "User that performed the operation"),
};

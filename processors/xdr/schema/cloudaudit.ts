import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Audit trail of cloud applications and of cloud-hosted infrastructure. That page could not be read: the names are from the vendor's client code.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_cloudaudit/
 */
export const CLOUDAUDIT: SchemaFields = {
  ...BASE,
  user_name: field("string", "vendor_tooling", "User that performed the audited action; filterable in queries"),
  source_address: field("string", "vendor_tooling", "Client IP address; feeds the @ip logical type"),
  event_name: field("string", "vendor_tooling", "Name of the audited operation"),
  event_type: field("string", "vendor_tooling", "Class or kind of the audited event"),
  mfa_used: field("bool", "vendor_tooling", "Whether multi-factor was used for the session"),
  user_agent: field("string", "vendor_tooling", "Client user agent"),
};

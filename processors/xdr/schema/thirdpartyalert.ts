import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Alerts raised by another vendor's product and passed on to XDR. The custom-parser UI calls it thirdpartyalert.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_thirdparty/
 */
export const THIRDPARTYALERT: SchemaFields = {
  ...BASE,
  visibility: field("Visibility", "schema_page", "Limits on who may see the record", { unverified: "values" }),
  normalizer: field("string", "schema_page", "Name and version of the normalizer that built the record"),
  sensor_version: field("string", "schema_page", "Version of the producing agent or service"),
  created_time_usec: field("uint64", "schema_page", "When the vendor alert was created"),
  closed_time_usec: field("uint64", "schema_page", "When the vendor alert was closed"),
  updated_time_usec: field("uint64", "schema_page", "When the vendor alert was last updated"),
  first_event_time_usec: field("uint64", "schema_page", "First time the causing activity was observed"),
  last_event_time_usec: field("uint64", "schema_page", "Last time the causing activity was observed"),
  title: field("string", "vendor_tooling", "Title of the vendor alert"),
  ontology: field("string", "vendor_tooling", "Classification of the vendor alert"),
  user_principal_name: field("string", "vendor_tooling", "UPN of the affected user"),
  source_address: field("string", "vendor_tooling", "Source IP address of the activity"),
};

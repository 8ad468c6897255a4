import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Sign-in activity: successful and failed logins, logoffs and the like.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_auth/
 */
export const AUTH: SchemaFields = {
  ...BASE,
  process_id: field("string", "schema_page", "OS process id of the process that asked for authentication"),
  process_create_time_usec: field("uint64", "schema_page", "Start time of that process, microseconds"),
  process_correlation_id: field(
    "string",
    "schema_page",
    "Correlation id that survives reuse of process ids (host:pid:time window)",
  ),
  process_filename: field("string", "schema_page", "File name of that process"),
  process_file_hash: field(
    "FileHash",
    "schema_page",
    "Hashes of that process's file; nested object with md5, sha1, sha256, sha512",
  ),
  commandline: field("string", "schema_page", "Full command line of that process"),
  source_address: field(
    "string",
    "vendor_tooling",
    "IP address the authentication came from; feeds the @ip logical type",
  ),
  target_address: field("string", "vendor_tooling", "IP address authenticated against; feeds the @ip logical type"),
  target_user_name: field(
    "string",
    "vendor_tooling",
    "Account being authenticated; the user column in the vendor's own auth view and in password-spray and auth-scan detection details",
  ),
  target_domain_name: field(
    "string",
    "vendor_tooling",
    "Domain of the account being authenticated; feeds the @domain logical type",
  ),
  source_domain_name: field(
    "string",
    "vendor_tooling",
    "Domain of the source account or host; feeds the @domain logical type",
  ),
  extra_targetoutbounddomainname: field(
    "string",
    "vendor_tooling",
    "Domain used for outbound credentials (Windows explicit-credential logons); feeds @domain",
  ),
  action: field(
    "enum",
    "vendor_tooling",
    "What the authentication event was (success, failure, logoff); value list not found",
  ),
  logon_type: field("unknown", "overview_page", "Kind of logon; named as a common auth field in the parser overview", {
    unverified: "values",
  }),
  mfa_used: field(
    "bool",
    "overview_page",
    "Whether multi-factor was used; named as a common auth field in the parser overview",
  ),
  auth_system: field("string", "vendor_tooling", "System that performed the authentication"),
  application_name: field("string", "vendor_tooling", "Application the user signed in to"),
  user_agent: field("string", "vendor_tooling", "Client user agent"),
  home_directory: field("string", "vendor_tooling", "Home directory of the account"),
  subject_domain_user_id: field("string", "vendor_tooling", "Domain user id of the subject that requested the logon"),
  source_user_name: field(
    "string",
    "alert_entity_name",
    "User that initiated the authentication where it differs from the target; only a matching alert-entity type (sourceUserName) was seen, not the schema field",
    { unverified: "name" },
  ),
};

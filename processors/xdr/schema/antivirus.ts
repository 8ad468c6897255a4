import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Malware activity on hosts and networks. Target for Office 365 malware-in-file records only.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_antivirus/
 */
export const ANTIVIRUS: SchemaFields = {
  ...BASE,
  threat_type: field("Antivirus.ThreatType", "schema_page", "Type of the threat", { unverified: "values" }),
  action_taken: field("Antivirus.ActionTaken", "schema_page", "What the product did about it", {
    unverified: "values",
  }),
  threat_name: field("string", "schema_page", "Threat name given by the product"),
  agent_priority: field("string", "schema_page", "Priority set by the vendor"),
  agent_confidence_score: field("float", "schema_page", "Vendor confidence; 0 to 1 is recommended"),
  threat_category: field("Antivirus.ThreatCategory", "schema_page", "Category of the threat", { unverified: "values" }),
  policy_name: field("string", "schema_page", "Policy in force on the reporting agent"),
  process_name: field("string", "schema_page", "Process involved"),
  user_name: field("string", "vendor_tooling", "User involved"),
  file_path: field("string", "vendor_tooling", "Path of the infected file"),
};

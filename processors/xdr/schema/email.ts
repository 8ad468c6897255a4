import { BASE } from "./base.ts";
import { field, type SchemaFields } from "./field.ts";

/**
 * Verdicts and events of email security services (phishing, spam and similar).
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/schema_email/
 */
export const EMAIL: SchemaFields = {
  ...BASE,
  sensor_version: field("string", "schema_page", "Version of the producing agent or service"),
  from_email_address: field("string", "schema_page", "Sender addresses; more than one is possible", { repeated: true }),
  to_email_address: field("string", "schema_page", "Recipients on the To line", { repeated: true }),
  cc_email_address: field("string", "schema_page", "Recipients on the Cc line", { repeated: true }),
  bcc_email_address: field("string", "schema_page", "Recipients on the Bcc line", { repeated: true }),
  reply_to_email_address: field("string", "schema_page", "Reply-To address"),
  subject: field("string", "schema_page", "Subject line"),
  message_size: field("uint64", "schema_page", "Message size in bytes"),
  status: field("Email.Status", "schema_page", "Delivery status", { unverified: "values" }),
  direction: field("Email.Direction", "schema_page", "Direction of the message", { unverified: "values" }),
  event_type: field("string", "vendor_tooling", "Kind of email event"),
};

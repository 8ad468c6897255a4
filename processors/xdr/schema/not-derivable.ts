import type { XdrSchema } from "./schemas.ts";

const NO_PROCESS = "The service signs users in over the network: no process on a host asked for it";
const NO_VERDICT = "Its values are not published";
const NOT_LOGGED = "No audit record states it";

/** Confirmed fields that no audit record has a value for, and why. Fields that every schema shares stand under `base`. */
export const NOT_DERIVABLE: Readonly<Record<XdrSchema | "base", Readonly<Record<string, string>>>> = {
  base: {
    host_id:
      "The records come from a cloud service. Those about devices carry the id of Defender for Endpoint, which no other sensor of XDR knows; it is in device.id",
  },
  auth: {
    process_id: NO_PROCESS,
    process_create_time_usec: NO_PROCESS,
    process_correlation_id: NO_PROCESS,
    process_filename: NO_PROCESS,
    process_file_hash: NO_PROCESS,
    commandline: NO_PROCESS,
    target_address: "Users sign in to the service, which has no address of its own in the record",
    source_domain_name:
      "The domain of the client's machine is not in the record; that of the account is target_domain_name",
    extra_targetoutbounddomainname: "Explicit-credential logons of Windows only",
    mfa_used:
      "The record does not say whether a second factor was used: UserAuthenticationMethod is not documented, and an error that asks for one is not one that was used",
    home_directory: NOT_LOGGED,
    subject_domain_user_id: "Nobody but the account itself asks for a sign-in",
  },
  cloudaudit: { mfa_used: NOT_LOGGED },
  thirdpartyalert: {
    visibility: NO_VERDICT,
    sensor_version: "Microsoft 365 has no version that a record states; Version is that of the record's format",
  },
  antivirus: {
    threat_type: NO_VERDICT,
    action_taken: NO_VERDICT,
    threat_category: NO_VERDICT,
    agent_priority: NOT_LOGGED,
    agent_confidence_score: NOT_LOGGED,
    policy_name: NOT_LOGGED,
    process_name: "Files at rest: no process is involved",
  },
  email: {
    sensor_version: "Microsoft 365 has no version that a record states",
    cc_email_address: "A mail threat lists its recipients without saying who was in Cc",
    bcc_email_address: "A mail threat lists its recipients without saying who was in Bcc",
    reply_to_email_address: NOT_LOGGED,
    message_size: NOT_LOGGED,
  },
  generic: {},
};

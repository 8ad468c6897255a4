/** The schemas that audit records are mapped to, by the name that rules are bound to. `generic` is what cannot be read. */
export const XDR_SCHEMAS = ["auth", "cloudaudit", "thirdpartyalert", "antivirus", "email", "generic"] as const;
export type XdrSchema = (typeof XDR_SCHEMAS)[number];

/** One field of a Taegis XDR schema. */
export interface SchemaField {
  /** `string`, `uint64`, `float`, `bool`, or the name of an enumeration or object type. Not confirmed where the vendor's page was not readable. */
  readonly type: string;
  /** True when the field holds a list. */
  readonly repeated: boolean;
  /** False: the name is not confirmed for this schema; emitted only with `emit_unverified`. */
  readonly emit: boolean;
}

const field = (type: string): SchemaField => ({ type, repeated: false, emit: true });
const list = (type: string): SchemaField => ({ type, repeated: true, emit: true });
const unverified = (type: string): SchemaField => ({ type, repeated: false, emit: false });

/** Fields that every schema shares. */
const BASE: Readonly<Record<string, SchemaField>> = {
  resource_id: field("string"),
  tenant_id: field("string"),
  sensor_type: field("string"),
  sensor_event_id: field("string"),
  sensor_tenant: field("string"),
  sensor_id: field("string"),
  sensor_cpe: field("string"),
  original_data: field("string"),
  event_time_usec: field("uint64"),
  ingest_time_usec: field("uint64"),
  event_time_fidelity: field("TimeFidelity"),
  host_id: field("string"),
};

/**
 * The confirmed fields of each schema. Nothing else may be written under `xdr.`: an invented field looks like data and
 * matches no rule.
 *
 * @see https://docs.taegis.secureworks.com/integration/customParsers/custom_parsers_schemas/ and the client code at
 *   https://github.com/secureworks/taegis-magic and https://github.com/secureworks/taegis-sdk-python
 */
export const SCHEMA_FIELDS: Readonly<Record<XdrSchema, Readonly<Record<string, SchemaField>>>> = {
  auth: {
    ...BASE,
    process_id: field("string"),
    process_create_time_usec: field("uint64"),
    process_correlation_id: field("string"),
    process_filename: field("string"),
    process_file_hash: field("FileHash"),
    commandline: field("string"),
    source_address: field("string"),
    target_address: field("string"),
    target_user_name: field("string"),
    target_domain_name: field("string"),
    source_domain_name: field("string"),
    extra_targetoutbounddomainname: field("string"),
    action: field("enum"),
    logon_type: field("unknown"),
    mfa_used: field("bool"),
    auth_system: field("string"),
    application_name: field("string"),
    user_agent: field("string"),
    home_directory: field("string"),
    subject_domain_user_id: field("string"),
    source_user_name: unverified("string"),
  },
  cloudaudit: {
    ...BASE,
    user_name: field("string"),
    source_address: field("string"),
    event_name: field("string"),
    event_type: field("string"),
    mfa_used: field("bool"),
    user_agent: field("string"),
  },
  thirdpartyalert: {
    ...BASE,
    visibility: field("Visibility"),
    normalizer: field("string"),
    sensor_version: field("string"),
    created_time_usec: field("uint64"),
    closed_time_usec: field("uint64"),
    updated_time_usec: field("uint64"),
    first_event_time_usec: field("uint64"),
    last_event_time_usec: field("uint64"),
    title: field("string"),
    ontology: field("string"),
    user_principal_name: field("string"),
    source_address: field("string"),
  },
  antivirus: {
    ...BASE,
    threat_type: field("Antivirus.ThreatType"),
    action_taken: field("Antivirus.ActionTaken"),
    threat_name: field("string"),
    agent_priority: field("string"),
    agent_confidence_score: field("float"),
    threat_category: field("Antivirus.ThreatCategory"),
    policy_name: field("string"),
    process_name: field("string"),
    user_name: field("string"),
    file_path: field("string"),
  },
  email: {
    ...BASE,
    sensor_version: field("string"),
    from_email_address: list("string"),
    to_email_address: list("string"),
    cc_email_address: list("string"),
    bcc_email_address: list("string"),
    reply_to_email_address: field("string"),
    subject: field("string"),
    message_size: field("uint64"),
    status: field("Email.Status"),
    direction: field("Email.Direction"),
    event_type: field("string"),
  },
  generic: BASE,
};

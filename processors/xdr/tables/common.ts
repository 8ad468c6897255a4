import type { Table } from "./row.ts";

/** Names of `UserType` numbers. @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#user-type */
const USER_TYPES = {
  "0": "Regular",
  "1": "Reserved",
  "2": "Admin",
  "3": "DCAdmin",
  "4": "System",
  "5": "Application",
  "6": "ServicePrincipal",
  "7": "CustomPolicy",
  "8": "SystemPolicy",
  "9": "PartnerTechnician",
  "10": "Guest",
  DcAdmin: "DCAdmin",
};

/** Names of `LogonType` numbers of mailbox records: in what role the mailbox was opened. */
const LOGON_TYPES = {
  "0": "Owner",
  "1": "Admin",
  "2": "Delegated",
  "3": "Transport",
  "4": "SystemService",
  "5": "BestAccess",
  "6": "DelegatedAdmin",
};

/** Rows for every record, before those of its schema. */
export const COMMON_FIRST: Table = [
  { to: "xdr.schema", from: ["$schema"] },
  { to: "xdr.event_time_usec", from: ["$event_time"], rule: "number" },
  { to: "xdr.sensor_event_id", from: ["Id"] },
  { to: "xdr.sensor_type", value: "MICROSOFT_OFFICE_MANAGEMENT" },
  { to: "xdr.sensor_cpe", value: "cpe:2.3:a:microsoft:office_365:*:*:*:*:*:*:*:*" },
  { to: "xdr.sensor_tenant", from: ["OrganizationId"], rule: "guid" },
  { to: "xdr.sensor_id", from: ["$sensor_id"] },
  { to: "xdr.tenant_id", from: ["$tenant_id"] },
  { to: "xdr.resource_id", from: ["$resource_id"] },
  { to: "xdr.ingest_time_usec", from: ["$ingest_time"], rule: "number" },
  { to: "xdr.original_data", from: ["$original_data"] },
  { to: "o365.outcome", from: ["$outcome"], rule: "structure" },
  { to: "o365.id", from: ["Id"] },
  { to: "o365.record_type", from: ["$record_type", "RecordType"], rule: "record_type" },
  { to: "o365.record_type_name", from: ["$record_type_name"] },
  { to: "o365.organization_id", from: ["OrganizationId"] },
  { to: "o365.user_type", from: ["UserType"], values: USER_TYPES },
  { to: "o365.user_type", from: ["UserType"] },
  { to: "o365.scope", from: ["Scope"], values: { "0": "Online", "1": "Onprem", Online: "Online", Onprem: "Onprem" } },
];

/** Rows for every record, after those of its schema. */
export const COMMON_LAST: Table = [
  { to: "user.name", from: ["UserId"], rule: "person" },
  { to: "user.email", from: ["@user.name"], rule: "email" },
  { to: "user.id", from: ["Actor[Type=2].ID"], rule: "directory_id" },
  { to: "user.id", from: ["UserKey", "Actor[Type=0].ID", "TokenObjectId", "UserId"], rule: "object_id" },
  { to: "user.id", from: ["UserKey", "UserId", "LogonUserSid"], rule: "user_id" },
  { to: "client.address", from: ["ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp"], rule: "address" },
  {
    to: ["client.port", "o365.client_port"],
    from: ["ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp"],
    rule: "port",
  },
  { to: "o365.client_address_network", from: ["@client.address"], rule: "network" },
  { to: "session.id", from: ["AppAccessContext.AADSessionId", "DeviceProperties[SessionId]", "SessionId"] },
  {
    to: "o365.application_name",
    from: ["AppAccessContext.ClientAppId", "ApplicationId", "AppId", "ClientAppId", "Common.ApplicationId"],
    rule: "known_application",
  },
  { to: "o365.application_name", from: ["ApplicationDisplayName", "AppAccessContext.ClientAppName"] },
  { to: "o365.logon_type", from: ["LogonType"], values: LOGON_TYPES, when: { kinds: ["mailbox", "mailbox_sign_in"] } },
  {
    to: "error.type",
    from: ["LogonError", "ErrorNumber", "ErrorCode", "ExtendedProperties[LoginError]"],
    rule: "error_type",
    when: { outcomes: ["failure"] },
  },
  { to: "error.type", value: "_OTHER", when: { outcomes: ["failure"] } },
  { keep: ["AppAccessContext", "UserKey", "UserId", "Workload", "ResultStatus", "ObjectId", "ClientIP"] },
];

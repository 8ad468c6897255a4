import { LOGON_TYPES, SCOPES, USER_TYPES } from "./enumerations.ts";
import { MESSAGES } from "./messages.ts";
import type { Table } from "./row.ts";

/** `UserType` of whoever is no person. */
const APPLICATIONS = ["5", "6", "Application", "ServicePrincipal"];
const SERVICES = ["3", "4", "DCAdmin", "DcAdmin", "System"];

/** Rows for every record, before those of its schema. */
export const COMMON_FIRST: Table = [
  { to: "xdr.schema", from: ["$schema"] },
  { to: "xdr.event_time_usec", from: ["$event_time"], rule: "number" },
  { to: "xdr.event_time_fidelity", from: ["$time_fidelity"] },
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
  { to: "o365.user_type", from: ["UserType"], values: USER_TYPES, keeps: true },
  { to: "o365.user_type", from: ["UserType"], keeps: true },
  { to: "o365.scope", from: ["Scope"], values: SCOPES, keeps: true },
];

/** Rows for every record, after those of its schema. */
export const COMMON_LAST: Table = [
  { to: "user.name", from: ["UserId"], rule: "person" },
  { to: "user.email", from: ["@user.name"], rule: "email" },
  { to: "user.id", from: ["Actor[Type=2|Other].ID"], rule: "directory_id" },
  // An application on its own in a mailbox: the ids are the application's, the name is that of the mailbox.
  {
    to: "user.id",
    from: ["UserKey"],
    rule: "unset",
    when: { kinds: ["mailbox"], field: { path: "UserType", in: APPLICATIONS } },
  },
  // The service that found something has an id of its own; the name is that of the person who is behind it.
  {
    to: "user.id",
    from: ["UserKey"],
    rule: "unset",
    when: { kinds: ["dlp"], field: { path: "UserType", in: SERVICES } },
  },
  // Who was stopped from sending is in `EventValue`; the ids are those of the service that did it.
  { to: "user.id", from: ["EventValue"], rule: "unset", when: { kinds: ["hygiene"] } },
  {
    to: "user.id",
    from: [
      "UserKey",
      "Actor[Type=0|Claim].ID",
      "TokenObjectId",
      "AppAccessContext.UserObjectId",
      "PropertyCollection[enduser.id]",
      "UserId",
    ],
    rule: "object_id",
  },
  { to: "user.id", from: ["Actor"], rule: "actor_object_id", when: { kinds: ["directory"] } },
  { to: "user.id", from: ["UserKey", "UserId", "LogonUserSid"], rule: "user_id" },
  { to: "user.full_name", from: ["LogonUserDisplayName"], rule: "full_name" },

  { to: "client.address", from: ["ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp"], rule: "address" },
  {
    to: ["client.port", "o365.client_port"],
    from: ["ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp"],
    rule: "port",
  },
  { to: "o365.client_address_network", from: ["@client.address"], rule: "network" },

  // One token, in records of all services and in the sign-in that gave it.
  {
    to: "o365.unique_token_id",
    from: ["AppAccessContext.UniqueTokenId", "UniqueTokenId", "UniqueTokenIdentifier"],
  },
  {
    to: "session.id",
    from: [
      "AppAccessContext.AADSessionId",
      "AADSessionId",
      "DeviceProperties[SessionId]",
      "SessionId",
      "UserSessionId",
    ],
  },
  {
    to: "o365.application_id",
    from: [
      "ApplicationId",
      "AppAccessContext.ClientAppId",
      "ClientAppId",
      "AppId",
      "ClientApplicationId",
      "AadAppId",
      "Common.ApplicationId",
    ],
    rule: "guid",
  },
  { to: "o365.application_name", from: ["@o365.application_id"], rule: "known_application" },
  {
    to: "o365.application_name",
    from: ["ApplicationDisplayName", "AppAccessContext.ClientAppName", "ClientAppName", "ApplicationName"],
    rule: "application_name",
  },

  {
    to: "device.id",
    from: ["DeviceProperties[Id]", "DeviceId", "AppAccessContext.DeviceId", "MDATPDeviceId", "MachineId"],
  },
  { to: "user_agent.name", from: ["DeviceProperties[BrowserType]", "BrowserName"], rule: "browser" },
  { to: "user_agent.version", from: ["BrowserVersion"] },
  { to: "user_agent.os.name", from: ["DeviceProperties[OS]", "ExtraProperties[OsName]"] },
  { to: "user_agent.os.version", from: ["ExtraProperties[OsVersion]"] },

  {
    to: "o365.logon_type",
    from: ["LogonType"],
    values: LOGON_TYPES,
    when: { kinds: ["mailbox", "mailbox_sign_in"] },
    keeps: true,
  },
  {
    to: "o365.internal_logon_type",
    from: ["InternalLogonType"],
    values: LOGON_TYPES,
    when: { kinds: ["mailbox", "mailbox_sign_in"] },
    keeps: true,
  },
  {
    to: "error.type",
    from: ["LogonError", "ErrorNumber", "ErrorCode", "ExtendedProperties[LoginError]", "FailureReason"],
    rule: "error_type",
    when: { outcomes: ["failure"] },
  },
  {
    to: "error.type",
    from: ["ModifiedProperties[MethodExecutionResult.].NewValue"],
    rule: "error_type",
    when: { kinds: ["directory"], outcomes: ["failure"] },
  },
  { to: "error.type", value: "_OTHER", when: { outcomes: ["failure"] } },
  ...MESSAGES,
  { keep: ["AppAccessContext", "UserKey", "UserId", "Workload", "ResultStatus", "ObjectId", "ClientIP"] },
];

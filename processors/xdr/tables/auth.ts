import type { Table } from "./row.ts";

/**
 * Values of `action`. The values that Taegis knows are not published; these are placeholders in the manner of its other
 * enumerations.
 */
export const AUTH_ACTIONS = { success: "LOGON_SUCCESS", failure: "LOGON_FAILURE", logoff: "LOGOFF" };

/** Sign-ins, failed sign-ins and sign-outs. */
export const AUTH: Table = [
  { to: "xdr.action", from: ["$sign_in_result"], values: AUTH_ACTIONS },
  { to: "o365.sign_in_interrupted", from: ["$interrupted"], rule: "structure" },

  { to: ["xdr.target_user_name", "user.name"], from: ["UserId", "Actor[Type=5|UPN].ID"], rule: "upn" },
  {
    to: ["xdr.target_user_name", "user.name"],
    from: ["UserId", "Actor[Type=4|SPN].ID", "Actor[Type=1|Name].ID"],
    rule: "user",
  },
  { to: "xdr.target_domain_name", from: ["@user.name", "UserDomain"], rule: "domain" },
  { to: "xdr.target_domain_name", from: ["UserDomain"] },

  {
    to: ["xdr.source_address", "client.address"],
    from: ["ClientIPAddress", "ClientIP", "ActorIP"],
    rule: "address",
    when: { kinds: ["mailbox_sign_in"] },
  },
  {
    to: ["client.port", "o365.client_port"],
    from: ["ClientIPAddress", "ClientIP", "ActorIP"],
    rule: "port",
    when: { kinds: ["mailbox_sign_in"] },
  },
  {
    to: ["xdr.source_address", "client.address"],
    from: ["ActorIpAddress", "ClientIP", "ClientIPAddress"],
    rule: "address",
  },
  { to: ["client.port", "o365.client_port"], from: ["ActorIpAddress", "ClientIP", "ClientIPAddress"], rule: "port" },

  {
    to: ["xdr.user_agent", "user_agent.original"],
    from: [
      "ExtendedProperties[UserAgent]",
      "ExtendedProperties[additionalDetails].User-Agent",
      "UserAgent",
      "ClientInfoString",
      "ActorInfoString",
    ],
    rule: "user_agent",
  },
  { to: "xdr.user_agent", from: ["Client"], rule: "user_agent" },

  { to: "xdr.application_name", from: ["ApplicationId", "Application", "AppId", "ClientAppId"], rule: "application" },
  // What a token of Outlook on the web is for.
  { to: "xdr.application_name", from: ["ResourceURL"], when: { kinds: ["mailbox_sign_in"] } },
  // What the token is for.
  {
    to: "o365.target_application_id",
    from: ["Target[Type=0|Claim].ID", "ObjectId"],
    rule: "object_id",
    when: { kinds: ["sign_in"] },
  },
  { to: "xdr.auth_system", from: ["Workload"] },
  { to: "xdr.logon_type", from: ["ExtendedProperties[RequestType]"] },
  { to: "xdr.source_user_name", from: ["UserId"], rule: "user", when: { kinds: ["mailbox_sign_in"] } },

  { to: "o365.error_code", from: ["ErrorNumber", "ErrorCode"] },
  { to: "o365.request_type", from: ["ExtendedProperties[RequestType]"] },
  {
    keep: [
      "ApplicationId",
      "LogonError",
      "ErrorNumber",
      "ErrorCode",
      "DeviceProperties",
      "ExtendedProperties",
      "InterSystemsId",
      "IntraSystemId",
      "IntraSystemsId",
      "Actor",
      "Target",
      "ActorContextId",
      "TargetContextId",
      "LoginStatus",
      "UserDomain",
      "UniqueTokenIdentifier",
      "ResourceURL",
    ],
  },
];

import {
  ADD_ON_TYPES,
  ENFORCEMENT_MODES,
  EVENT_SOURCES,
  ITEM_TYPES,
  PORTAL_STATUSES,
  QUARANTINE_REQUESTS,
  QUARANTINE_SOURCES,
  SIMULATION_ADMIN_EVENTS,
  SIMULATION_EVENTS,
  TRAINING_EVENTS,
} from "./enumerations.ts";
import { CMDLETS } from "./cmdlets.ts";
import { KEPT_BY_CLOUDAUDIT } from "./cloudaudit-kept.ts";
import { INFORMATION_PROTECTION } from "./information-protection.ts";
import { POWER_PLATFORM } from "./power-platform.ts";
import type { Table } from "./row.ts";
import { SERVICE_ENUMERATIONS } from "./service-enumerations.ts";
import { TARGETS } from "./targets.ts";

/** Where most services have the client's address. Power Platform has it in a list of pairs, as it has nearly everything. */
const ADDRESSES = ["ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp", "PropertyCollection[enduser.ip_address]"];
/** Where changes of the directory have it; those of roles and invitations among the details. */
const DIRECTORY_ADDRESSES = ["ActorIpAddress", "ClientIP", "ExtendedProperties[additionalDetails].ipaddr"];
/** A folder or site has a name, but is no file. */
const NO_FILE = { path: "ItemType", in: ["Folder", "Site", "Web", "List", "Tenant", "DocumentLibrary", "5", "6", "7"] };

/** The audit trail: what somebody did to something in the cloud. */
export const CLOUDAUDIT: Table = [
  { to: "xdr.event_name", from: ["Operation"], rule: "operation" },
  { to: "xdr.event_type", from: ["$record_type_name"] },

  {
    to: ["xdr.user_name", "user.name"],
    from: ["Actor[Type=5|UPN].ID", "Actor[Type=4|SPN].ID"],
    rule: "principal_name",
    when: { kinds: ["directory"] },
  },
  {
    to: ["xdr.user_name", "user.name"],
    from: ["UserId", "Actor[Type=1|Name].ID", "ActorUserId", "UserUPN", "Username"],
    rule: "user",
  },

  {
    to: ["xdr.source_address", "client.address"],
    from: DIRECTORY_ADDRESSES,
    rule: "address",
    when: { kinds: ["directory"] },
  },
  {
    to: ["client.port", "o365.client_port"],
    from: DIRECTORY_ADDRESSES,
    rule: "port",
    when: { kinds: ["directory"] },
  },
  {
    to: ["xdr.source_address", "client.address"],
    from: ["ClientIPAddress", "ClientIP", "ActorIP"],
    rule: "address",
    when: { kinds: ["mailbox"] },
  },
  {
    to: ["client.port", "o365.client_port"],
    from: ["ClientIPAddress", "ClientIP", "ActorIP"],
    rule: "port",
    when: { kinds: ["mailbox"] },
  },
  {
    to: ["xdr.source_address", "client.address"],
    from: ADDRESSES,
    rule: "address",
  },
  {
    to: ["client.port", "o365.client_port"],
    from: ADDRESSES,
    rule: "port",
  },

  {
    to: ["xdr.user_agent", "user_agent.original"],
    from: ["ClientInfoString", "ActorInfoString"],
    rule: "user_agent",
    when: { kinds: ["mailbox"] },
  },
  {
    to: ["xdr.user_agent", "user_agent.original"],
    from: [
      "UserAgent",
      "ClientUserAgent",
      "ExtendedProperties[UserAgent]",
      "ExtendedProperties[additionalDetails].User-Agent",
      "ExtraProperties[UserAgent]",
      "PropertyCollection[user_agent.original]",
      "ClientInfoString",
    ],
    rule: "user_agent",
  },

  { to: "o365.parameters", from: ["Parameters"], rule: "parameters", when: { kinds: CMDLETS }, keeps: true },
  {
    to: "o365.parameters",
    from: ["OperationProperties"],
    rule: "rule_parameters",
    when: { kinds: ["mailbox"], operations: ["UpdateInboxRules", "New-InboxRule", "Set-InboxRule"] },
    keeps: true,
  },
  { to: "o365.cleared_parameters", from: ["Parameters"], rule: "cleared_names", when: { kinds: CMDLETS } },

  { to: "o365.application_name", from: ["Actor[Type=1|Name].ID"], when: { kinds: ["directory"] } },
  {
    to: "o365.application_name",
    from: ["Actor[Type=2|Other].ID"],
    rule: "known_application",
    when: { kinds: ["directory"] },
  },
  { to: "o365.application_id", from: ["Actor"], rule: "actor_application_id", when: { kinds: ["directory"] } },
  { to: "o365.application_name", from: ["CopilotEventData.AppHost"], when: { kinds: ["copilot"] } },
  // An app of Power BI is a bundle of reports that somebody published.
  {
    to: "o365.application_id",
    from: ["ApplicationId", "AppAccessContext.ClientAppId", "ClientAppId"],
    rule: "guid",
    when: { kinds: ["power_bi"] },
  },
  { to: "o365.application_id", from: ["AppId"], rule: "unset", when: { kinds: ["power_bi"] } },
  {
    to: "o365.jailbreak_detected",
    from: ["CopilotEventData.Messages[].JailbreakDetected"],
    rule: "flag",
    when: { kinds: ["copilot"] },
  },
  {
    to: "o365.xpia_detected",
    from: ["CopilotEventData.AccessedResources[].XPIADetected"],
    rule: "flag",
    when: { kinds: ["copilot"] },
  },
  ...TARGETS,
  ...INFORMATION_PROTECTION,
  ...POWER_PLATFORM,

  { to: "url.full", from: ["ObjectId"], rule: "url", when: { kinds: ["sharepoint"] } },
  { to: "url.full", from: ["ItemUrl"], rule: "url", when: { kinds: ["dynamics"] } },
  {
    to: "url.full",
    from: ["ObjectId", "ResourceUrl", "DocumentMetaData.FilePathUrl", "FlowDetailsUrl"],
    rule: "url",
    when: { kinds: ["other"] },
  },
  { to: "file.path", from: ["ObjectId"], rule: "file_path", when: { kinds: ["information_protection", "endpoint"] } },
  { to: "file.name", from: ["SourceFileName"], when: { kinds: ["sharepoint"], not: NO_FILE } },
  {
    to: "file.extension",
    from: ["SourceFileExtension"],
    rule: "file_extension",
    when: { kinds: ["sharepoint"], not: NO_FILE },
  },
  {
    to: "file.name",
    from: ["ObjectId"],
    rule: "file_name_of_path",
    when: { kinds: ["information_protection", "endpoint"] },
  },
  {
    to: "file.extension",
    from: ["ObjectId"],
    rule: "file_extension_of_path",
    when: { kinds: ["information_protection", "endpoint"] },
  },
  { to: "file.name", from: ["DocumentMetaData.FileName", "FileName"], when: { kinds: ["other"] } },
  { to: "file.size", from: ["FileSizeBytes", "FileSize"], rule: "number", when: { kinds: ["sharepoint", "endpoint"] } },
  { to: "file.owner.name", from: ["DocumentMetaData.FileOwner"], when: { kinds: ["other"] } },
  { to: "host.name", from: ["DeviceName"], when: { kinds: ["endpoint", "other"] } },
  { to: "process.executable.name", from: ["Application"], when: { kinds: ["endpoint"] } },

  {
    to: "o365.item_type",
    from: ["ItemType"],
    values: ITEM_TYPES,
    when: { kinds: ["sharepoint"] },
    keeps: true,
  },
  {
    to: "o365.event_source",
    from: ["EventSource"],
    values: EVENT_SOURCES,
    when: { kinds: ["sharepoint"] },
    keeps: true,
  },
  { to: "o365.add_on_type", from: ["AddOnType"], values: ADD_ON_TYPES, when: { kinds: ["teams"] }, keeps: true },
  {
    to: "o365.request_type",
    from: ["RequestType"],
    values: QUARANTINE_REQUESTS,
    when: { kinds: ["quarantine"] },
    keeps: true,
  },
  {
    to: "o365.request_source",
    from: ["RequestSource"],
    values: QUARANTINE_SOURCES,
    when: { kinds: ["quarantine"] },
    keeps: true,
  },
  {
    to: "o365.enforcement_mode",
    from: ["EnforcementMode"],
    values: ENFORCEMENT_MODES,
    when: { kinds: ["endpoint"] },
    keeps: true,
  },
  {
    to: "o365.attack_sim_event",
    from: ["AttackSimEvent"],
    values: SIMULATION_EVENTS,
    when: { kinds: ["attack_simulation"] },
    keeps: true,
  },
  {
    to: "o365.attack_sim_admin_event",
    from: ["AttackSimAdminEvent"],
    values: SIMULATION_ADMIN_EVENTS,
    when: { kinds: ["attack_simulation"] },
    keeps: true,
  },
  {
    to: "o365.user_training_event",
    from: ["UserTrainingEvent"],
    values: TRAINING_EVENTS,
    when: { kinds: ["attack_simulation"] },
    keeps: true,
  },
  {
    to: "o365.authentication_status",
    from: ["AuthenticationStatus"],
    values: PORTAL_STATUSES,
    when: { kinds: ["message_portal"] },
    keeps: true,
  },
  {
    to: "o365.operation_status",
    from: ["OperationStatus"],
    values: PORTAL_STATUSES,
    when: { kinds: ["message_portal"] },
    keeps: true,
  },
  ...SERVICE_ENUMERATIONS,
  ...KEPT_BY_CLOUDAUDIT,
];

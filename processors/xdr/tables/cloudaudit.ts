import type { Kind } from "../kinds.ts";
import type { Table } from "./row.ts";

/** Names of the numbers that quarantine records have. @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#quarantine-schema */
const QUARANTINE_REQUESTS = {
  "0": "Preview",
  "1": "Delete",
  "2": "Release",
  "3": "Export",
  "4": "ViewHeader",
  "5": "ReleaseRequest",
};
const QUARANTINE_SOURCES = { "0": "SCC", "1": "Cmdlet", "2": "URLlink" };

const ITEMS: readonly Kind[] = ["sharepoint", "information_protection"];
/** A folder or site has a name, but is no file. */
const NO_FILE = { path: "ItemType", in: ["Folder", "Site", "Web", "List", "Tenant", "DocumentLibrary", "5", "6", "7"] };

/** The audit trail: what somebody did to something in the cloud. */
export const CLOUDAUDIT: Table = [
  { to: "xdr.event_name", from: ["Operation"], rule: "operation" },
  { to: "xdr.event_type", from: ["$record_type_name"] },

  {
    to: ["xdr.user_name", "user.name"],
    from: ["Actor[Type=5].ID", "Actor[Type=4].ID"],
    rule: "principal_name",
    when: { kinds: ["directory"] },
  },
  { to: ["xdr.user_name", "user.name"], from: ["UserId", "Actor[Type=1].ID"], rule: "user" },

  {
    to: ["xdr.source_address", "client.address"],
    from: ["ActorIpAddress", "ClientIP"],
    rule: "address",
    when: { kinds: ["directory"] },
  },
  {
    to: ["client.port", "o365.client_port"],
    from: ["ActorIpAddress", "ClientIP"],
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
    from: ["ClientIP", "ClientIPAddress", "ActorIpAddress"],
    rule: "address",
  },
  { to: ["client.port", "o365.client_port"], from: ["ClientIP", "ClientIPAddress", "ActorIpAddress"], rule: "port" },

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
      "ExtendedProperties[UserAgent]",
      "ExtendedProperties[additionalDetails].User-Agent",
      "ClientInfoString",
    ],
    rule: "user_agent",
  },

  {
    to: "o365.cleared_parameters",
    from: ["Parameters"],
    rule: "cleared_names",
    when: { kinds: ["exchange_admin", "compliance"] },
  },
  { to: "o365.request_type", from: ["RequestType"], values: QUARANTINE_REQUESTS, when: { kinds: ["quarantine"] } },
  { to: "o365.request_source", from: ["RequestSource"], values: QUARANTINE_SOURCES, when: { kinds: ["quarantine"] } },
  { to: "o365.application_name", from: ["Actor[Type=1].ID"], when: { kinds: ["directory"] } },
  {
    to: "o365.application_name",
    from: ["Actor[Type=2].ID"],
    rule: "known_application",
    when: { kinds: ["directory"] },
  },
  { to: "o365.application_name", from: ["Common.ApplicationName"], when: { kinds: ["information_protection"] } },

  { to: "url.full", from: ["ObjectId"], rule: "url", when: { kinds: ITEMS } },
  { to: "file.path", from: ["ObjectId"], rule: "file_path", when: { kinds: ["information_protection"] } },
  { to: "file.name", from: ["SourceFileName"], when: { kinds: ["sharepoint"], not: NO_FILE } },
  {
    to: "file.extension",
    from: ["SourceFileExtension"],
    rule: "file_extension",
    when: { kinds: ["sharepoint"], not: NO_FILE },
  },
  { to: "file.name", from: ["ObjectId"], rule: "file_name_of_path", when: { kinds: ["information_protection"] } },
  {
    to: "file.extension",
    from: ["ObjectId"],
    rule: "file_extension_of_path",
    when: { kinds: ["information_protection"] },
  },

  {
    keep: ["Actor", "Target", "ActorContextId", "TargetContextId", "ModifiedProperties", "ExtendedProperties"],
    when: { kinds: ["directory"] },
  },
  { keep: ["InterSystemsId", "IntraSystemId", "IntraSystemsId"], when: { kinds: ["directory"] } },
  {
    keep: ["Parameters", "ModifiedObjectResolvedName", "ExternalAccess", "OriginatingServer", "ModifiedProperties"],
    when: { kinds: ["exchange_admin"] },
  },
  {
    keep: [
      "MailboxOwnerUPN",
      "Item",
      "AffectedItems",
      "Folder",
      "Folders",
      "DestFolder",
      "SessionId",
      "AppId",
      "SendAsUserSmtp",
      "SendOnBehalfOfUserSmtp",
      "OperationProperties",
      "ExternalAccess",
    ],
    when: { kinds: ["mailbox"] },
  },
  {
    keep: [
      "SiteUrl",
      "SourceRelativeUrl",
      "SourceFileName",
      "SourceFileExtension",
      "DestinationRelativeUrl",
      "DestinationFileName",
      "DestinationFileExtension",
      "ItemType",
      "TargetUserOrGroupName",
      "TargetUserOrGroupType",
      "UniqueSharingId",
      "EventData",
    ],
    when: { kinds: ["sharepoint"] },
  },
  {
    keep: ["TeamName", "TeamGuid", "ChannelName", "ChannelGuid", "Members", "AddOnName", "MessageId"],
    when: { kinds: ["teams"] },
  },
  { keep: ["OldValue", "NewValue"], when: { kinds: ["teams"] } },
  {
    keep: ["WorkSpaceName", "WorkspaceName", "ReportName", "DatasetName", "DashboardName", "SharingInformation"],
    when: { kinds: ["power_bi"] },
  },
  { keep: ["CopilotEventData", "ClientRegion"], when: { kinds: ["copilot"] } },
  { keep: ["RequestType", "RequestSource", "NetworkMessageId", "ReleaseTo"], when: { kinds: ["quarantine"] } },
  { keep: ["Parameters", "ClientApplication", "EffectiveOrganization"], when: { kinds: ["compliance"] } },
];

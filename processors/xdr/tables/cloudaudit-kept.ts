import type { Table } from "./row.ts";

/** Fields of the audit trail that are kept with `extensions: common`. */
export const KEPT_BY_CLOUDAUDIT: Table = [
  {
    keep: [
      "Actor",
      "Target",
      "ActorContextId",
      "TargetContextId",
      "ModifiedProperties",
      "ExtendedProperties",
      "InterSystemsId",
      "IntraSystemId",
      "IntraSystemsId",
    ],
    when: { kinds: ["directory"] },
  },
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
    keep: [
      "TeamName",
      "TeamGuid",
      "ChannelName",
      "ChannelGuid",
      "Members",
      "AddOnName",
      "MessageId",
      "OldValue",
      "NewValue",
    ],
    when: { kinds: ["teams"] },
  },
  {
    keep: ["WorkSpaceName", "WorkspaceName", "ReportName", "DatasetName", "DashboardName", "SharingInformation"],
    when: { kinds: ["power_bi"] },
  },
  {
    keep: ["SensitivityLabelEventData", "ProtectionEventData", "SensitiveInfoTypeData", "Common", "DataState"],
    when: { kinds: ["information_protection"] },
  },
  { keep: ["CopilotEventData", "ClientRegion"], when: { kinds: ["copilot"] } },
  { keep: ["RequestType", "RequestSource", "NetworkMessageId", "ReleaseTo"], when: { kinds: ["quarantine"] } },
  { keep: ["Parameters", "ClientApplication", "EffectiveOrganization"], when: { kinds: ["compliance"] } },
  {
    keep: ["DeviceName", "MDATPDeviceId", "EnforcementMode", "TargetDomain", "TargetFilePath", "Sha256"],
    when: { kinds: ["endpoint"] },
  },
  {
    keep: ["AttackTechnique", "CampaignType", "AttackSimEvent", "AttackSimAdminEvent", "UserTrainingEvent"],
    when: { kinds: ["attack_simulation"] },
  },
  { keep: ["Recipient", "Sender", "MessageId", "AuthenticationMethod"], when: { kinds: ["message_portal"] } },
  { keep: ["QueryText", "TablesRead", "Interface", "FailureReason"], when: { kinds: ["sentinel"] } },
];

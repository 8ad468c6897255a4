import type { Kind } from "../kinds.ts";
import type { Table } from "./row.ts";

/** Records of a cmdlet, with its parameters. */
export const CMDLETS: readonly Kind[] = ["exchange_admin", "compliance"];
/** Cmdlets that put somebody into a group, or take somebody out of it. */
const GROUP_CMDLETS = [
  "Add-RoleGroupMember",
  "Update-RoleGroupMember",
  "Remove-RoleGroupMember",
  "Add-DistributionGroupMember",
  "Update-DistributionGroupMember",
  "Remove-DistributionGroupMember",
  "Add-UnifiedGroupLinks",
  "Remove-UnifiedGroupLinks",
];
/** Cmdlets that give somebody access to a mailbox, or take it away: the `Identity` is the mailbox. */
const PERMISSION_CMDLETS = [
  "Add-MailboxPermission",
  "Set-MailboxPermission",
  "Remove-MailboxPermission",
  "Add-RecipientPermission",
  "Remove-RecipientPermission",
  "Add-MailboxFolderPermission",
  "Set-MailboxFolderPermission",
  "Remove-MailboxFolderPermission",
];
/** Cmdlets that give somebody access, or take it away; and those for the rules of a mailbox. */
const ACCESS_CMDLETS = [
  ...PERMISSION_CMDLETS,
  ...GROUP_CMDLETS,
  "New-ManagementRoleAssignment",
  "Add-eDiscoveryCaseAdmin",
  "Remove-eDiscoveryCaseAdmin",
  "Add-ComplianceCaseMember",
  "Remove-ComplianceCaseMember",
  "New-InboxRule",
  "Set-InboxRule",
  "Enable-InboxRule",
  "Disable-InboxRule",
  "Remove-InboxRule",
];
/** Cmdlets whose `Identity` is a user or the user's mailbox. */
const MAILBOX_CMDLETS = [
  "Enable-Mailbox",
  "Disable-Mailbox",
  "Remove-Mailbox",
  "Set-Mailbox",
  "Set-CASMailbox",
  "Set-User",
  "Set-MailUser",
  "Set-CalendarProcessing",
  "Set-MailboxAuditBypassAssociation",
  "Set-MailboxAutoReplyConfiguration",
  "Set-MailboxJunkEmailConfiguration",
];
/** Cmdlets that change a mailbox, or who may open it. */
const ON_A_MAILBOX = [...MAILBOX_CMDLETS, ...PERMISSION_CMDLETS];
/** Changes of who owns or uses something of the directory: the person is the target, the thing is what was changed. */
const OWNER_CHANGES = [
  "Add owner to application",
  "Remove owner from application",
  "Add owner to service principal",
  "Remove owner from service principal",
  "Add registered owner to device",
  "Remove registered owner from device",
  "Add registered users to device",
  "Remove registered users from device",
];
/** Where Teams and Power BI have the users that something was about. */
const LISTS_OF_USERS = ["Members", "Attendees", "SharingInformation", "MembershipInformation"];
/** `LogonType` of whoever opened the mailbox of somebody else. */
const NOT_OWNER = ["1", "2", "5", "6", "Admin", "Delegated", "BestAccess", "DelegatedAdmin"];

/** A property that was changed: what it is now, else what it was. */
const changed = (name: string): readonly string[] => [
  `ModifiedProperties[${name}].NewValue`,
  `ModifiedProperties[${name}].OldValue`,
];

/** Whom and what an action of the audit trail was about. */
export const TARGETS: Table = [
  {
    to: "o365.target_user_name",
    from: ["Target[Type=5|UPN].ID", ...changed("User.UPN")],
    rule: "upn",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_user_name",
    from: ["TargetUserOrGroupName", "UserSharedWith"],
    rule: "upn",
    when: { kinds: ["sharepoint"] },
  },
  {
    to: "o365.target_user_name",
    from: changed("SiteAdmin"),
    rule: "upn",
    when: { kinds: ["sharepoint"], operations: ["SiteCollectionAdminAdded", "SiteCollectionAdminRemoved"] },
  },
  {
    to: "o365.target_user_name",
    from: ["Parameters"],
    rule: "cmdlet_user",
    when: { kinds: CMDLETS, operations: ACCESS_CMDLETS },
  },
  {
    to: "o365.target_user_name",
    from: ["Parameters[Identity]"],
    rule: "upn",
    when: { kinds: ["exchange_admin"], operations: MAILBOX_CMDLETS },
  },
  // Whose mail was searched, or read by an administrator.
  {
    to: "o365.target_user_name",
    from: ["DataSources", "ExchangeLocations"],
    rule: "single_email",
    when: { kinds: ["compliance"] },
  },
  {
    to: "o365.target_user_name",
    from: ["ExtendedProperties[MailboxId]"],
    rule: "upn",
    when: { kinds: ["compliance"], operations: ["AdminMailAccess"] },
  },
  // Who was given a folder; in whose name something was sent.
  {
    to: "o365.target_user_name",
    from: ["Item.ParentFolder.MemberUpn", "SendAsUserSmtp", "SendOnBehalfOfUserSmtp"],
    rule: "upn",
    when: { kinds: ["mailbox"] },
  },
  {
    to: "o365.target_user_name",
    from: ["MailboxOwnerUPN"],
    rule: "upn",
    when: { kinds: ["mailbox"], field: { path: "LogonType", in: NOT_OWNER } },
  },
  // The members of a chat are all who are in it; who joins a team by himself is the only one.
  {
    to: "o365.target_user_name",
    from: LISTS_OF_USERS,
    rule: "users",
    only: true,
    except: ["@user.name", "UserId"],
    when: { kinds: ["teams", "power_bi"] },
  },
  {
    to: "o365.target_user_name",
    from: LISTS_OF_USERS,
    rule: "users",
    only: true,
    when: { kinds: ["teams", "power_bi"] },
  },
  { to: "o365.target_user_name", from: ["Invitee"], rule: "upn", when: { kinds: ["teams"] } },
  { to: "o365.target_user_name", from: ["ReleaseTo"], rule: "upn", when: { kinds: ["quarantine"] } },
  { to: "o365.target_user_name", from: ["RecipientUPN", "TargetUserId"], rule: "upn", when: { kinds: ["other"] } },
  {
    to: "o365.target_user_id",
    from: ["Target[Type=2|Other].ID"],
    rule: "user_object_id",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_user_id",
    from: changed("User.ObjectID"),
    rule: "object_id",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_user_id",
    from: ["TargetObjectId", "PropertyCollection[targetuser.id]"],
    rule: "object_id",
    when: { kinds: ["other"] },
  },
  { to: "o365.target_name", from: ["Target[Type=1|Name].ID"], when: { kinds: ["directory"] } },
  // The mailbox, which portals name by a path.
  {
    to: "o365.target_name",
    from: ["Parameters"],
    rule: "cmdlet_object",
    when: { kinds: ["exchange_admin"], operations: ON_A_MAILBOX },
  },
  {
    to: "o365.target_name",
    from: ["ObjectId"],
    rule: "path_name",
    when: { kinds: ["exchange_admin"], operations: ON_A_MAILBOX },
  },
  {
    to: "o365.target_name",
    from: [
      ...changed("Application.DisplayName"),
      ...changed("ServicePrincipal.DisplayName"),
      ...changed("Device.DisplayName"),
    ],
    when: { kinds: ["directory"], operations: OWNER_CHANGES },
  },
  {
    to: "o365.target_role_name",
    from: changed("Role.DisplayName"),
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_group_name",
    from: ["Parameters"],
    rule: "cmdlet_object",
    when: { kinds: CMDLETS, operations: GROUP_CMDLETS },
  },
  {
    to: "o365.target_group_name",
    from: ["EventData"],
    rule: "joined_group",
    when: { kinds: ["sharepoint"], operations: ["AddedToGroup", "RemovedFromGroup"] },
  },
  // An activation names the role as its target.
  {
    to: "o365.target_role_name",
    from: ["Target[Type=1|Name].ID"],
    when: { kinds: ["directory"], field: { path: "Target[ID=Role].ID", in: ["Role"] } },
  },
  {
    to: "o365.target_group_name",
    from: changed("Group.DisplayName"),
    when: { kinds: ["directory"] },
  },
];

import type { Kind } from "../kinds.ts";

/** Records of a cmdlet, with its parameters. */
export const CMDLETS: readonly Kind[] = ["exchange_admin", "compliance"];
/** Cmdlets that put somebody into a group, or take somebody out of it. */
export const GROUP_CMDLETS: readonly string[] = [
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
/** Cmdlets for the rules of a mailbox. */
export const RULE_CMDLETS: readonly string[] = [
  "New-InboxRule",
  "Set-InboxRule",
  "Enable-InboxRule",
  "Disable-InboxRule",
  "Remove-InboxRule",
];
/** Cmdlets that give somebody access, or take it away; and those for the rules of a mailbox. */
export const ACCESS_CMDLETS: readonly string[] = [
  ...PERMISSION_CMDLETS,
  ...GROUP_CMDLETS,
  "New-ManagementRoleAssignment",
  "Add-eDiscoveryCaseAdmin",
  "Remove-eDiscoveryCaseAdmin",
  "Add-ComplianceCaseMember",
  "Remove-ComplianceCaseMember",
  ...RULE_CMDLETS,
];
/** Cmdlets whose `Identity` is a user or the user's mailbox. */
export const MAILBOX_CMDLETS: readonly string[] = [
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
  "Set-MailboxMessageConfiguration",
  "Search-Mailbox",
  "Start-ManagedFolderAssistant",
];

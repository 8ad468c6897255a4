import type { JsonObject } from "../../../collector/record.ts";
import { ANN_ID, expectKinds } from "./expect-kinds.ts";

function cmdlet(Operation: string, parameters: Readonly<Record<string, string>>): JsonObject {
  const Parameters = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
  return { RecordType: 1, Operation, Workload: "Exchange", ResultStatus: "True", Parameters };
}

const MAILBOX = { Workload: "Exchange", ResultStatus: "Succeeded", MailboxOwnerUPN: "vic@contoso.com" };

expectKinds("whose mailbox an action was about, and who got access", [
  {
    name: "forwarding that an administrator set (1)",
    record: cmdlet("Set-Mailbox", { Identity: "vic@contoso.com", ForwardingSmtpAddress: "smtp:x@evil.example" }),
    expected: { "o365.target_user_name": "vic@contoso.com" },
  },
  {
    name: "forwarding that was set in the portal, which names mailboxes by a path (1)",
    record: cmdlet("Set-Mailbox", {
      Identity: "ABC.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/Vic Example",
      ForwardingSmtpAddress: "smtp:x@evil.example",
    }),
    expected: { "o365.target_user_name": undefined, "o365.target_name": "Vic Example" },
  },
  {
    name: "a mailbox by id, and by a path beside (1)",
    record: {
      ...cmdlet("Set-Mailbox", { Identity: "288fc35b-236b-4b73-868a-11f9d367bb13" }),
      ObjectId: "ABC.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/vic",
    },
    expected: { "o365.target_name": "vic" },
  },
  {
    name: "access to a mailbox: who got it, and by name whose it is (1)",
    record: cmdlet("Add-MailboxPermission", { Identity: "vic@contoso.com", User: "bob@contoso.com" }),
    expected: { "o365.target_user_name": "bob@contoso.com", "o365.target_name": "vic@contoso.com" },
  },
  {
    name: "the right to send (1)",
    record: cmdlet("Add-RecipientPermission", { Identity: "vic", Trustee: "bob@contoso.com" }),
    expected: { "o365.target_user_name": "bob@contoso.com" },
  },
  {
    name: "a rule in the mailbox of somebody (1)",
    record: cmdlet("New-InboxRule", { Mailbox: "vic@contoso.com", Name: ".", DeleteMessage: "True" }),
    expected: { "o365.target_user_name": "vic@contoso.com" },
  },
  {
    name: "a user by display name, which is no name to search for (1)",
    record: cmdlet("Add-MailboxPermission", { Identity: "vic@contoso.com", User: "Bob Example" }),
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a list of addresses whose identity is no user (1)",
    record: cmdlet("Set-DistributionGroup", { Identity: "all@contoso.com" }),
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a member of a role group, in a command line (18)",
    record: {
      RecordType: 18,
      Operation: "Add-RoleGroupMember",
      Workload: "SecurityComplianceCenter",
      Parameters: '-Identity "eDiscoveryManager" -Member "bob@contoso.com"',
    },
    expected: { "o365.target_user_name": "bob@contoso.com", "o365.target_group_name": "eDiscoveryManager" },
  },
  {
    name: "the one member that a role group is left with (1)",
    record: cmdlet("Update-RoleGroupMember", { Identity: "Organization Management", Members: "bob@contoso.com" }),
    expected: {
      "o365.target_user_name": "bob@contoso.com",
      "o365.target_group_name": "Organization Management",
    },
  },
  {
    name: "several members of a role group (1)",
    record: cmdlet("Update-RoleGroupMember", { Identity: "Help Desk", Members: "bob@contoso.com;vic@contoso.com" }),
    expected: { "o365.target_user_name": undefined, "o365.target_group_name": "Help Desk" },
  },
  {
    name: "an owner of a group of Microsoft 365 (1)",
    record: cmdlet("Add-UnifiedGroupLinks", { Identity: "Finance", LinkType: "Owners", Links: "bob@contoso.com" }),
    expected: { "o365.target_user_name": "bob@contoso.com", "o365.target_group_name": "Finance" },
  },
  {
    name: "mail that an administrator read (50)",
    record: { ...MAILBOX, RecordType: 50, Operation: "MailItemsAccessed", LogonType: 1 },
    expected: { "o365.target_user_name": "vic@contoso.com", "o365.logon_type": "Admin" },
  },
  {
    name: "mail that a delegate moved, with the type of logon as text (3)",
    record: { ...MAILBOX, RecordType: 3, Operation: "MoveToDeletedItems", LogonType: "Delegated" },
    expected: { "o365.target_user_name": "vic@contoso.com" },
  },
  {
    name: "mail of the owner: nobody else (50)",
    record: { ...MAILBOX, RecordType: 50, Operation: "MailItemsAccessed", LogonType: 0, UserId: "vic@contoso.com" },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a message sent in the name of somebody (2)",
    record: { ...MAILBOX, RecordType: 2, Operation: "SendAs", LogonType: 0, SendAsUserSmtp: "ceo@contoso.com" },
    expected: { "o365.target_user_name": "ceo@contoso.com" },
  },
  {
    name: "a folder that somebody got (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "AddFolderPermissions",
      LogonType: 2,
      Item: { ParentFolder: { MemberRights: "ReadAny", MemberUpn: "bob@contoso.com", Path: "\\Inbox" } },
    },
    expected: { "o365.target_user_name": "bob@contoso.com" },
  },
  {
    name: "a folder that everyone got (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "ModifyFolderPermissions",
      LogonType: 0,
      Item: { ParentFolder: { MemberRights: "ReadAny", MemberUpn: "Everyone", Path: "\\Calendar" } },
    },
    expected: { "o365.target_user_name": undefined },
  },
]);

const APP = "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb";

expectKinds("applications in mailboxes", [
  {
    name: "an application on its own: its id is not that of the mailbox's owner (50)",
    record: {
      ...MAILBOX,
      RecordType: 50,
      Operation: "MailItemsAccessed",
      UserId: "vic@contoso.com",
      UserKey: APP,
      UserType: 5,
      AppId: APP,
    },
    expected: { "user.name": "vic@contoso.com", "user.id": undefined, "o365.application_id": APP },
  },
  {
    name: "an application for somebody who is signed in (50)",
    record: { ...MAILBOX, RecordType: 50, Operation: "MailItemsAccessed", UserType: 0, AppId: APP },
    expected: { "user.name": "ann@contoso.com", "user.id": ANN_ID, "o365.application_id": APP },
  },
]);

expectKinds("what somebody became part of", [
  {
    name: "a role (8)",
    record: {
      RecordType: 8,
      Operation: "Remove member from role.",
      Workload: "AzureActiveDirectory",
      Target: [{ ID: "vic@contoso.com", Type: 5 }],
      ModifiedProperties: [{ Name: "Role.DisplayName", NewValue: "", OldValue: "Global Administrator" }],
    },
    expected: {
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_role_name": "Global Administrator",
      "o365.target_name": undefined,
    },
  },
  {
    name: "a group, as an application (8)",
    record: {
      RecordType: 8,
      Operation: "Add member to group.",
      Workload: "AzureActiveDirectory",
      Target: [{ ID: "Fabrikam Sync", Type: 1 }],
      ModifiedProperties: [{ Name: "Group.DisplayName", NewValue: "VPN users", OldValue: "" }],
    },
    expected: { "o365.target_name": "Fabrikam Sync", "o365.target_group_name": "VPN users" },
  },
  {
    name: "the owners of an application (8)",
    record: {
      RecordType: 8,
      Operation: "Add owner to service principal.",
      Workload: "AzureActiveDirectory",
      Target: [{ ID: "vic@contoso.com", Type: 5 }],
      ModifiedProperties: [{ Name: "ServicePrincipal.DisplayName", NewValue: "Payroll", OldValue: "" }],
    },
    expected: { "o365.target_user_name": "vic@contoso.com", "o365.target_name": "Payroll" },
  },
  {
    name: "the administrators of a site (14)",
    record: {
      RecordType: 14,
      Operation: "SiteCollectionAdminAdded",
      Workload: "OneDrive",
      ObjectId: "https://contoso-my.sharepoint.com/personal/vic",
      ModifiedProperties: [{ Name: "SiteAdmin", NewValue: "i:0#.f|membership|bob@contoso.com", OldValue: "" }],
    },
    expected: { "o365.target_user_name": "bob@contoso.com" },
  },
]);

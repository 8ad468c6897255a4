import { CMDLETS, GROUP_CMDLETS, RULE_CMDLETS } from "./cmdlets.ts";
import type { Table } from "./row.ts";

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
/** A property that was changed. */
export const changed = (name: string): string => `ModifiedProperties[${name}]`;

const GROUPS = { path: "Operation", in: GROUP_CMDLETS };
/** The target is a role: one that was activated, or given for a time. */
const IS_ROLE = { path: "Target[ID=Role].ID", in: ["Role"] };
/** The target is a group: one that was made, changed or deleted. */
const IS_GROUP = { path: "Target[ID=Group].ID", in: ["Group"] };
const TEAM_MEMBERS = ["MemberAdded", "MemberRemoved", "MemberRoleChanged"];

/** Objects of the directory. */
const DIRECTORY_OBJECTS: Table = [
  { to: "o365.target_name", from: ["Target[Type=1|Name].ID"], when: { kinds: ["directory"] } },
  {
    to: "o365.target_name",
    from: [changed("Application.DisplayName"), changed("ServicePrincipal.DisplayName"), changed("Device.DisplayName")],
    rule: "changed_text",
    when: { kinds: ["directory"], operations: OWNER_CHANGES },
  },
  { to: "o365.target_id", from: ["Target[Type=2|Other].ID"], rule: "thing_object_id", when: { kinds: ["directory"] } },
  {
    to: "o365.target_id",
    from: [changed("Application.ObjectID"), changed("ServicePrincipal.ObjectID"), changed("Device.ObjectID")],
    rule: "changed_object_id",
    when: { kinds: ["directory"], operations: OWNER_CHANGES },
  },
  {
    to: "o365.target_application_id",
    from: ["Target"],
    rule: "target_application_id",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_application_id",
    from: [changed("Application.AppId"), changed("ServicePrincipal.AppId")],
    rule: "changed_object_id",
    when: { kinds: ["directory"], operations: OWNER_CHANGES },
  },
  {
    to: "o365.target_role_name",
    from: changed("Role.DisplayName"),
    rule: "changed_text",
    when: { kinds: ["directory"] },
  },
  { to: "o365.target_role_name", from: ["Target[Type=1|Name].ID"], when: { kinds: ["directory"], field: IS_ROLE } },
  {
    to: "o365.target_role_template_id",
    from: changed("Role.TemplateId"),
    rule: "changed_object_id",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_role_template_id",
    from: ["ExtendedProperties[additionalDetails].TemplateId"],
    rule: "object_id",
    when: { kinds: ["directory"], field: IS_ROLE },
  },
  {
    to: "o365.target_group_name",
    from: changed("Group.DisplayName"),
    rule: "changed_text",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_group_id",
    from: changed("Group.ObjectID"),
    rule: "changed_object_id",
    when: { kinds: ["directory"] },
  },
  { to: "o365.target_group_name", from: ["@o365.target_name"], when: { kinds: ["directory"], field: IS_GROUP } },
  { to: "o365.target_group_id", from: ["@o365.target_id"], when: { kinds: ["directory"], field: IS_GROUP } },
];

/** Objects of cmdlets: mailboxes, rules, policies, connectors, searches, role groups. Groups have an attribute of their own. */
const CMDLET_OBJECTS: Table = [
  // The `Identity` of a mailbox's rule is a number; the path ends with its name.
  {
    to: "o365.target_name",
    from: ["Parameters[Name]", "ObjectId"],
    rule: "path_name",
    when: { kinds: ["exchange_admin"], operations: RULE_CMDLETS },
  },
  {
    to: "o365.target_name",
    from: ["Parameters"],
    rule: "cmdlet_object",
    when: { kinds: CMDLETS, not: GROUPS },
  },
  {
    to: "o365.target_name",
    from: ["ObjectId", "Parameters[Name]", "Parameters[DisplayName]"],
    rule: "path_name",
    when: { kinds: ["exchange_admin"], not: GROUPS },
  },
  {
    to: "o365.target_name",
    from: ["ObjectId"],
    rule: "path_name",
    when: {
      kinds: ["compliance"],
      field: { path: "RecordType", in: ["18", "SecurityComplianceCenterEOPCmdlet"] },
      not: GROUPS,
    },
  },
  {
    to: "o365.target_group_name",
    from: ["Parameters"],
    rule: "cmdlet_object",
    when: { kinds: CMDLETS, operations: GROUP_CMDLETS },
  },
  {
    to: "o365.target_role_name",
    from: ["Parameters[Role]"],
    rule: "path_name",
    when: { kinds: ["exchange_admin"], operations: ["New-ManagementRoleAssignment"] },
  },
];

/** What an action of the audit trail was about: applications, groups, roles, policies, rules, reports. */
export const TARGET_OBJECTS: Table = [
  ...DIRECTORY_OBJECTS,
  ...CMDLET_OBJECTS,
  {
    to: "o365.target_name",
    from: ["OperationProperties[RuleName]"],
    when: { kinds: ["mailbox"], operations: ["UpdateInboxRules", ...RULE_CMDLETS] },
  },
  { to: "o365.target_name", from: ["Object1Name"], when: { kinds: ["compliance"] } },
  // A bot, connector or tab; else the setting that was changed.
  { to: "o365.target_name", from: ["AddOnName"], when: { kinds: ["teams"] } },
  {
    to: "o365.target_name",
    from: ["Name"],
    when: {
      kinds: ["teams"],
      operations: ["TeamsTenantSettingChanged", "TeamSettingChanged", "ChannelSettingChanged"],
    },
  },
  { to: "o365.target_name", from: ["ItemName"], when: { kinds: ["power_bi"] } },
  { to: "o365.target_name", from: ["AgentName"], when: { kinds: ["copilot"] } },
  { to: "o365.target_name", from: ["FormName"], when: { kinds: ["other"] } },
  {
    to: "o365.target_group_name",
    from: ["EventData"],
    rule: "joined_group",
    when: { kinds: ["sharepoint"], operations: ["AddedToGroup", "RemovedFromGroup"] },
  },
  { to: "o365.target_group_name", from: ["TeamName"], when: { kinds: ["teams"], operations: TEAM_MEMBERS } },
  {
    to: "o365.target_group_id",
    from: ["AADGroupId"],
    rule: "object_id",
    when: { kinds: ["teams"], operations: TEAM_MEMBERS },
  },
  {
    to: "o365.target_role_name",
    from: ["Members"],
    rule: "member_role",
    when: { kinds: ["teams"], operations: ["MemberAdded", "MemberRoleChanged"] },
  },
  // A workspace is a group of its members.
  {
    to: "o365.target_group_name",
    from: ["WorkSpaceName", "WorkspaceName"],
    when: { kinds: ["power_bi"], operations: ["AddGroupMembers", "DeleteGroupMembers"] },
  },
];

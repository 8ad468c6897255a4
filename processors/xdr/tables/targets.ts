import { ACCESS_CMDLETS, CMDLETS, MAILBOX_CMDLETS } from "./cmdlets.ts";
import type { Table } from "./row.ts";
import { changed, TARGET_OBJECTS } from "./target-objects.ts";

/** Where Teams and Power BI have the users that something was about. */
const LISTS_OF_USERS = ["Members", "Attendees", "SharingInformation", "MembershipInformation"];
/** `LogonType` of whoever opened the mailbox of somebody else. */
const NOT_OWNER = ["1", "2", "5", "6", "Admin", "Delegated", "BestAccess", "DelegatedAdmin"];

/** Whom and what an action of the audit trail was about. */
export const TARGETS: Table = [
  {
    to: "o365.target_user_name",
    from: ["Target[Type=5|UPN].ID"],
    rule: "upn",
    when: { kinds: ["directory"] },
  },
  { to: "o365.target_user_name", from: changed("User.UPN"), rule: "changed_upn", when: { kinds: ["directory"] } },
  {
    to: "o365.target_user_name",
    from: ["TargetUserOrGroupName", "UserSharedWith"],
    rule: "upn",
    when: { kinds: ["sharepoint"] },
  },
  {
    to: "o365.target_user_name",
    from: changed("SiteAdmin"),
    rule: "changed_upn",
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
  { to: "o365.target_user_name", from: ["Parameters[Mailbox]"], rule: "upn", when: { kinds: ["exchange_admin"] } },
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
    rule: "changed_object_id",
    when: { kinds: ["directory"] },
  },
  {
    to: "o365.target_user_id",
    from: ["TargetObjectId", "PropertyCollection[targetuser.id]"],
    rule: "object_id",
    when: { kinds: ["other"] },
  },
  // A guest's own address: the name is one of the tenant's.
  { to: "o365.target_user_email", from: ["@o365.target_user_name"], rule: "email" },
  ...TARGET_OBJECTS,
];

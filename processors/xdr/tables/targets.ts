import type { Table } from "./row.ts";

/** Whom and what an action of the audit trail was about. */
export const TARGETS: Table = [
  {
    to: "o365.target_user_name",
    from: ["Target[Type=5|UPN].ID", "ModifiedProperties[User.UPN].NewValue", "ModifiedProperties[User.UPN].OldValue"],
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
    from: ["Members", "SharingInformation", "MembershipInformation"],
    rule: "only_user",
    when: { kinds: ["teams", "power_bi"] },
  },
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
    from: ["ModifiedProperties[User.ObjectID].NewValue", "ModifiedProperties[User.ObjectID].OldValue"],
    rule: "object_id",
    when: { kinds: ["directory"] },
  },
  { to: "o365.target_name", from: ["Target[Type=1|Name].ID"], when: { kinds: ["directory"] } },
];

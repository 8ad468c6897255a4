import type { Kind } from "../kinds.ts";
import type { Row, Table } from "./row.ts";

type Names = Readonly<Record<string, string>>;

const CONTAINERS: Names = {
  "0": "Invalid",
  "2": "Group",
  "3": "TeamsConversation",
  "4": "OfficeDocument",
  "5": "Roster",
  "6": "Project",
  "7": "User",
  "8": "TeamsChannel",
  "10": "PlannerTask",
};
const SWITCH: Names = { "1": "Enabled", "2": "Disabled" };

/** A numbered field of some services, its attribute and the names. */
function numbered(field: string, to: string, kinds: readonly Kind[], values: Names): Row {
  return { to, from: [field], values, when: { kinds }, keeps: true };
}

/**
 * Numbers of smaller services, as names.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema (state of 2026-07-01)
 */
export const SERVICE_ENUMERATIONS: Table = [
  numbered("ContainerType", "o365.container_type", ["planner"], CONTAINERS),
  numbered("SharedWithContainerType", "o365.shared_with_container_type", ["planner"], CONTAINERS),
  numbered("OriginalContainerType", "o365.original_container_type", ["planner"], CONTAINERS),
  numbered("NewContainerType", "o365.new_container_type", ["planner"], CONTAINERS),
  numbered("SharedWithContainerAccessLevel", "o365.shared_with_container_access_level", ["planner"], {
    "1": "ReadAccess",
    "2": "ReadWriteAccess",
    "3": "FullAccess",
  }),
  numbered("AssignmentMethod", "o365.assignment_method", ["planner"], {
    "0": "Standard",
    "1": "Privileged",
    "2": "Auto",
  }),
  numbered("ConfigScope", "o365.config_scope", ["other"], { "1": "Tenant", "2": "Anonymous", "3": "User" }),
  numbered("ProfileState", "o365.profile_state", ["other"], { ...SWITCH, "3": "Paused" }),
  numbered("UpdateValidationState", "o365.update_validation_state", ["other"], SWITCH),
  numbered("FailureType", "o365.failure_type", ["compliance"], { "0": "Default", "1": "MailboxWrite" }),
  numbered("DataStoreType", "o365.data_store_type", ["other"], { "0": "CanonicalStore", "1": "StagingStore" }),
  numbered("UserAction", "o365.user_action", ["other"], { "0": "TriggerExport", "1": "DownloadZipFile" }),
  numbered("ClassificationMode", "o365.classification_mode", ["other"], { "1": "AllClassifiers", "2": "Selected" }),
  numbered("ClassificationPosture", "o365.classification_posture", ["other"], {
    "1": "NoMatch",
    "2": "NothingNew",
    "3": "FirstMatch",
    "4": "MatchGone",
    "5": "MatchChanged",
  }),
  numbered("ClassificationResult", "o365.classification_result", ["other"], {
    "1": "Done",
    "2": "DoneWithErrors",
    "3": "Failed",
  }),
];

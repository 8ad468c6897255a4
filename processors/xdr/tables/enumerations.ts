/**
 * Names of numbers that records carry, as the vendor publishes them. Compared without case; what is not in a list stays as
 * it is.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema (state of 2026-07-01)
 */
type Names = Readonly<Record<string, string>>;

/** `UserType`. */
export const USER_TYPES: Names = {
  "0": "Regular",
  "1": "Reserved",
  "2": "Admin",
  "3": "DCAdmin",
  "4": "System",
  "5": "Application",
  "6": "ServicePrincipal",
  "7": "CustomPolicy",
  "8": "SystemPolicy",
  "9": "PartnerTechnician",
  "10": "Guest",
  DCAdmin: "DCAdmin",
};

/** `Scope`. */
export const SCOPES: Names = { "0": "Online", "1": "Onprem", Online: "Online", Onprem: "Onprem" };

/** `LogonType` and `InternalLogonType`: in what role a mailbox was opened. */
export const LOGON_TYPES: Names = {
  "0": "Owner",
  "1": "Admin",
  "2": "Delegated",
  "3": "Transport",
  "4": "SystemService",
  "5": "BestAccess",
  "6": "DelegatedAdmin",
};

/** `ItemType` of SharePoint. */
export const ITEM_TYPES: Names = {
  "0": "Invalid",
  "1": "File",
  "5": "Folder",
  "6": "Web",
  "7": "Site",
  "8": "Tenant",
  "9": "DocumentLibrary",
  "11": "Page",
};

/** `EventSource` of SharePoint. */
export const EVENT_SOURCES: Names = { "0": "SharePoint", "1": "ObjectModel" };

/** `AddOnType` of Teams. */
export const ADD_ON_TYPES: Names = { "1": "Bot", "2": "Connector", "3": "Tab" };

/** `RequestType` of the quarantine. */
export const QUARANTINE_REQUESTS: Names = {
  "0": "Preview",
  "1": "Delete",
  "2": "Release",
  "3": "Export",
  "4": "ViewHeader",
  "5": "ReleaseRequest",
};

/** `RequestSource` of the quarantine. */
export const QUARANTINE_SOURCES: Names = { "0": "SCC", "1": "Cmdlet", "2": "URLlink" };

/** `SourceWorkload` of malicious files. */
export const FILE_WORKLOADS: Names = { "0": "SharePoint", "1": "OneDrive", "2": "MicrosoftTeams" };

/** `URLClickAction` of Safe Links, `UrlClickAction` on the wire. */
export const CLICK_ACTIONS: Names = {
  "2": "Blockpage",
  "3": "PendingDetonationPage",
  "4": "BlockPageOverride",
  "5": "PendingDetonationPageOverride",
};

/** `Policy` of mail threats: which protection acted. */
export const MAIL_POLICIES: Names = {
  "1": "AntiSpamHighConfidenceSpam",
  "2": "AntiSpamSpam",
  "3": "AntiSpamBulk",
  "4": "AntiSpamPhish",
  "5": "AntiPhishDomainImpersonation",
  "6": "AntiPhishUserImpersonation",
  "7": "AntiPhishSpoof",
  "8": "AntiPhishMailboxIntelligence",
  "9": "AntiMalware",
  "10": "SafeAttachments",
  "11": "TransportRule",
  "12": "AntiMalwareZap",
  "13": "AntiPhishZap",
  "14": "AntiSpamZap",
  "15": "AntiSpamHighConfidencePhish",
  "17": "AntiSpamOutbound",
};

/** `PolicyAction` of mail threats. */
export const MAIL_ACTIONS: Names = {
  "0": "MoveToJMF",
  "1": "AddXHeader",
  "2": "ModifySubject",
  "3": "Redirect",
  "4": "Delete",
  "5": "Quarantine",
  "6": "NoAction",
  "7": "BccMessage",
  "8": "ReplaceAttachment",
};

/** `EnforcementMode` of endpoint data loss prevention. */
export const ENFORCEMENT_MODES: Names = { "1": "Audit", "2": "Warn", "3": "WarnAndBypass", "4": "Block", "5": "Allow" };

/** `AttackSimEvent`: what a user did with a simulated attack. */
export const SIMULATION_EVENTS: Names = {
  "1": "MessageDelivered",
  "2": "MessageFailed",
  "6": "CredentialEntered",
  "7": "PermissionGranted",
  "8": "LinkClicked",
  "10": "AttachmentOpened",
  "12": "MessageRead",
  "13": "MessageReplied",
  "14": "MessageForwarded",
  "15": "MessageReported",
  "16": "MessageDeleted",
  "17": "OutOfOffice",
  "18": "PositiveReinforcementMessageDelivered",
};

/** `AttackSimAdminEvent`. */
export const SIMULATION_ADMIN_EVENTS: Names = {
  "0": "CampaignLaunched",
  "1": "CampaignCompleted",
  "2": "CampaignReportDownloaded",
  "3": "CampaignReportViewed",
  "4": "CampaignCancelled",
  "5": "CampaignScheduled",
  "6": "CampaignDeleted",
  "7": "SimulationExcluded",
  "8": "AutomationSubmitted",
  "9": "AutomationTurnOn",
  "10": "AutomationTurnOff",
  "11": "AutomationCompleted",
  "12": "AutomationDeleted",
};

/** `UserTrainingEvent`. */
export const TRAINING_EVENTS: Names = {
  "1": "TrainingAssigned",
  "2": "TrainingUpdated",
  "3": "TrainingCompleted",
  "4": "TrainingPreviouslyAssigned",
  "5": "TrainingNotCompleted",
};

/** `AuthenticationStatus` and `OperationStatus` of the portal for encrypted messages. */
export const PORTAL_STATUSES: Names = { "0": "Success", "1": "Failure" };

/** `LabelEventType` of information protection: what a change did to the order of the label. */
export const LABEL_EVENTS: Names = {
  "0": "None",
  "1": "Upgraded",
  "2": "Downgraded",
  "3": "Removed",
  "4": "ChangedSameOrder",
};

/** `ActionSource` of information protection: who chose the label. */
export const ACTION_SOURCES: Names = {
  "0": "None",
  "1": "Default",
  "2": "Auto",
  "3": "Manual",
  "4": "Recommended",
};

/** `ProtectionEventType` of information protection: what became of the encryption. */
export const PROTECTION_EVENTS: Names = { "0": "Unchanged", "1": "Added", "2": "Changed", "3": "Removed" };

/** `Platform` of information protection. */
export const PLATFORMS: Names = {
  "0": "Unknown",
  "1": "Windows",
  "2": "macOS",
  "3": "iOS",
  "4": "Android",
  "5": "WebBrowser",
};

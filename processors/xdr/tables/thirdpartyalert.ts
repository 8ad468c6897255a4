import type { Kind } from "../kinds.ts";
import type { Table } from "./row.ts";

const UPDATES = ["AlertUpdated", "AlertUpdate"];
/** Alerts of the compliance portal, and those of other products, which come in the same format. */
const ALERTS: readonly Kind[] = ["alert", "detection"];
/** Kinds whose records are written when the vendor raises the alert. */
const RAISED: readonly Kind[] = ["mail_threat", "url_click", "file_threat", "file_malware", "hygiene", "dlp"];

/** Names of `SourceWorkload` numbers of malicious files. */
const FILE_WORKLOADS = { "0": "SharePoint", "1": "OneDrive", "2": "MicrosoftTeams" };

/** What `URLClickAction` numbers of Safe Links say. */
const CLICK_TITLES = {
  "2": "Safe Links: Blockpage",
  "3": "Safe Links: PendingDetonationPage",
  "4": "Safe Links: BlockPageOverride",
  "5": "Safe Links: PendingDetonationPageOverride",
};

/** Alerts that a Microsoft product raised: they arrive as audit records, but are detections. */
export const THIRDPARTYALERT: Table = [
  { to: "xdr.title", from: ["Name"], when: { kinds: ALERTS } },
  { to: "xdr.title", from: ["RiskEventType"], when: { kinds: ["risk"] } },
  { to: "xdr.title", from: ["Verdict", "DetectionMethod"], join: ": ", when: { kinds: ["mail_threat"] } },
  { to: "xdr.title", from: ["URLClickAction"], values: CLICK_TITLES, when: { kinds: ["url_click"] } },
  { to: "xdr.title", from: ["'Safe Links'", "URLClickAction"], join: ": ", when: { kinds: ["url_click"] } },
  { to: "xdr.title", from: ["FileData.MalwareFamily"], when: { kinds: ["file_threat"] } },
  { to: "xdr.title", from: ["VirusInfo"], when: { kinds: ["file_malware"] } },
  { to: "xdr.title", from: ["InvestigationName"], when: { kinds: ["investigation"] } },
  { to: "xdr.title", from: ["Event", "Reason"], join: ": ", when: { kinds: ["hygiene"] } },
  { to: "xdr.title", from: ["PolicyDetails[].PolicyName", "PolicyMatchInfo.PolicyName"], when: { kinds: ["dlp"] } },
  { to: "xdr.title", from: ["Operation"], rule: "operation" },

  { to: "xdr.ontology", from: ["Activity"], when: { kinds: ["risk"] } },
  { to: "xdr.ontology", from: ["DetectionType"], when: { kinds: ["mail_threat"] } },
  { to: "xdr.ontology", from: ["AppName"], when: { kinds: ["url_click"] } },
  { to: "xdr.ontology", from: ["SourceWorkload"], values: FILE_WORKLOADS, when: { kinds: ["file_threat"] } },
  { to: "xdr.ontology", from: ["SourceWorkload"], when: { kinds: ["file_threat"] } },
  { to: "xdr.ontology", from: ["InvestigationType"], when: { kinds: ["investigation"] } },
  { to: "xdr.ontology", value: "Hygiene", when: { kinds: ["hygiene"] } },
  { to: "xdr.ontology", value: "DLP", when: { kinds: ["dlp"] } },
  { to: "xdr.ontology", from: ["Category"], when: { kinds: ALERTS } },
  { to: "xdr.ontology", from: ["Workload"], when: { kinds: ["detection", "file_malware"] } },

  {
    to: "xdr.updated_time_usec",
    from: ["CreationTime"],
    rule: "time",
    when: { kinds: ALERTS, operations: UPDATES },
  },
  {
    to: "xdr.closed_time_usec",
    from: ["CreationTime"],
    rule: "time",
    when: { kinds: ALERTS, field: { path: "Status", in: ["Resolved", "Dismissed"] } },
  },
  {
    to: "xdr.created_time_usec",
    from: ["CreationTime"],
    rule: "time",
    when: { kinds: ALERTS, not: { path: "Operation", in: UPDATES } },
  },
  { to: "xdr.first_event_time_usec", from: ["Data.ts"], rule: "time", when: { kinds: ALERTS } },
  { to: "xdr.last_event_time_usec", from: ["Data.te"], rule: "time", when: { kinds: ALERTS } },
  { to: "xdr.first_event_time_usec", from: ["ActivityDateTime"], rule: "time", when: { kinds: ["risk"] } },
  { to: "xdr.created_time_usec", from: ["DetectedDateTime"], rule: "time", when: { kinds: ["risk"] } },
  { to: "xdr.updated_time_usec", from: ["LastUpdatedDateTime"], rule: "time", when: { kinds: ["risk"] } },
  { to: "xdr.first_event_time_usec", from: ["MessageTime"], rule: "time", when: { kinds: ["mail_threat"] } },
  { to: "xdr.first_event_time_usec", from: ["TimeOfClick"], rule: "time", when: { kinds: ["url_click"] } },
  { to: "xdr.first_event_time_usec", from: ["LastModifiedDate"], rule: "time", when: { kinds: ["file_threat"] } },
  { to: "xdr.created_time_usec", from: ["StartTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  { to: "xdr.updated_time_usec", from: ["LastUpdateTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  {
    to: "xdr.first_event_time_usec",
    from: ["ExchangeMetaData.Sent", "SharePointMetaData.LastModifiedTime"],
    rule: "time",
    when: { kinds: ["dlp"] },
  },
  { to: "xdr.created_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: RAISED } },

  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["Recipients"],
    rule: "single_email",
    when: { kinds: ["mail_threat"] },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["ExchangeMetaData.From", "SharePointMetaData.From", "UserId"],
    rule: "upn",
    when: { kinds: ["dlp"] },
  },
  { to: ["xdr.user_principal_name", "user.name"], from: ["EventValue"], rule: "upn", when: { kinds: ["hygiene"] } },
  { to: ["xdr.user_principal_name", "user.name"], from: ["UserDisplayName"], rule: "upn", when: { kinds: ["risk"] } },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["LastModifiedBy"],
    rule: "upn",
    when: { kinds: ["file_threat"] },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["UserId", "Data.f3u"],
    rule: "upn",
    when: { kinds: ALERTS },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["AlertEntityId"],
    rule: "upn",
    when: { kinds: ALERTS, field: { path: "EntityType", in: ["User"] } },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["Data.eid"],
    rule: "upn",
    when: { kinds: ALERTS, field: { path: "Data.etype", in: ["User"] } },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["UserId", "Data.Entities[Type=mailbox].Upn", "Data.Entities[Type=mailbox].MailboxPrimaryAddress"],
    rule: "upn",
    when: { kinds: ["investigation"] },
  },
  { to: ["xdr.user_principal_name", "user.name"], from: ["UserId"], rule: "upn" },

  { to: "xdr.source_address", from: ["SenderIp"], rule: "address", when: { kinds: ["mail_threat"] } },
  {
    to: ["xdr.source_address", "client.address"],
    from: ["UserIp", "ClientIP"],
    rule: "address",
    when: { kinds: ["url_click"] },
  },
  {
    to: ["client.port", "o365.client_port"],
    from: ["UserIp", "ClientIP"],
    rule: "port",
    when: { kinds: ["url_click"] },
  },
  { to: ["xdr.source_address", "client.address"], from: ["ClientIP", "ActorIpAddress"], rule: "address" },

  { to: "o365.severity", from: ["PolicyDetails"], rule: "highest_severity", when: { kinds: ["dlp"] } },
  { to: "o365.severity", from: ["Severity", "RiskLevel", "Data.sev", "Data.Severity"] },
  { to: "security_rule.name", from: ["Name"], when: { kinds: ALERTS } },
  {
    to: "security_rule.name",
    from: ["PolicyDetails[].Rules[].RuleName", "PolicyMatchInfo.RuleName"],
    when: { kinds: ["dlp"] },
  },
  { to: "security_rule.uuid", from: ["PolicyId"], rule: "guid", when: { kinds: ALERTS } },
  {
    to: "security_rule.uuid",
    from: ["PolicyDetails[].Rules[].RuleId", "PolicyMatchInfo.RuleId"],
    rule: "guid",
    when: { kinds: ["dlp"] },
  },
  { to: "security_rule.category", from: ["@xdr.ontology"] },
  { to: "url.full", from: ["URL"], rule: "url", when: { kinds: ["url_click"] } },
  { to: "url.full", from: ["SharePointMetaData.FilePathUrl", "ObjectId"], rule: "url", when: { kinds: ["dlp"] } },
  { to: "file.path", from: ["ObjectId"], rule: "file_path", when: { kinds: ["dlp"] } },
  { to: "file.name", from: ["SharePointMetaData.FileName"], when: { kinds: ["dlp"] } },
  { to: "file.name", from: ["@file.path"], rule: "file_name_of_path", when: { kinds: ["dlp"] } },
  { to: "file.extension", from: ["@file.name"], rule: "file_extension_of_path", when: { kinds: ["dlp"] } },

  {
    keep: ["AlertId", "AlertType", "PolicyId", "Status", "Source", "Comments", "Data", "AlertEntityId", "EntityType"],
    when: { kinds: ALERTS },
  },
  {
    keep: ["RiskId", "RiskState", "RiskDetail", "RiskLevel", "Location", "AdditionalInfo", "DetectionTimingType"],
    when: { kinds: ["risk"] },
  },
  {
    keep: ["NetworkMessageId", "InternetMessageId", "P1Sender", "P2Sender", "Recipients", "Subject", "EventDeepLink"],
    when: { kinds: ["mail_threat"] },
  },
  {
    keep: ["SenderIp", "Policy", "PolicyAction", "DeliveryAction", "Directionality", "AttachmentData", "Verdict"],
    when: { kinds: ["mail_threat"] },
  },
  { keep: ["URL", "URLClickAction", "SourceId"], when: { kinds: ["url_click"] } },
  { keep: ["FileData", "DetectionMethod", "EventDeepLink"], when: { kinds: ["file_threat"] } },
  { keep: ["VirusInfo", "VirusVendor"], when: { kinds: ["file_malware"] } },
  {
    keep: ["InvestigationId", "Status", "DeeplinkURL", "Actions", "Data"],
    when: { kinds: ["investigation"] },
  },
  {
    keep: [
      "PolicyDetails",
      "ExchangeMetaData",
      "SharePointMetaData",
      "EndpointMetaData",
      "ExceptionInfo",
      "PolicyMatchInfo",
    ],
    when: { kinds: ["dlp"] },
  },
];

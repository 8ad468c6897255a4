import type { Kind } from "../kinds.ts";
import { ALERT_DETAILS, ALERTS, CLICK_ACTION, ON_DEVICE } from "./alert-details.ts";
import { CLICK_ACTIONS, FILE_WORKLOADS } from "./enumerations.ts";
import type { Table } from "./row.ts";

/** What the numbers of Safe Links for a click say, as a title. */
const CLICK_TITLES = Object.fromEntries(
  Object.entries(CLICK_ACTIONS).map(([number, name]) => [number, `Safe Links: ${name}`]),
);
const UPDATES = ["AlertUpdated", "AlertUpdate"];
const UPDATED = { path: "Operation", in: UPDATES };
/** Kinds whose records are written when the vendor raises the alert. */
const RAISED: readonly Kind[] = ["mail_threat", "url_click", "file_threat", "file_malware", "teams_threat"];
/** That a user may send again; that a match no longer holds. */
const DELISTED = { path: "Event", in: ["Delisted"] };
const UNDONE = { path: "Operation", in: ["DlpRuleUndo"] };
/** `Status` of investigations that have ended. */
const ENDED = [
  "No threats found",
  "Remediated",
  "Failed",
  "Terminated by System",
  "Terminated by throttling",
  "Terminated By User",
];

/** Alerts that a Microsoft product raised: they arrive as audit records, but are detections. */
export const THIRDPARTYALERT: Table = [
  { to: "xdr.normalizer", from: ["$normalizer"] },
  { to: "xdr.title", from: ["RiskEventType"], when: { kinds: ["risk"] } },
  { to: "xdr.title", from: ["Verdict", "DetectionMethod"], join: ": ", when: { kinds: ["mail_threat"] } },
  { to: "xdr.title", from: CLICK_ACTION, values: CLICK_TITLES, when: { kinds: ["url_click"] } },
  { to: "xdr.title", from: ["'Safe Links'", ...CLICK_ACTION], join: ": ", when: { kinds: ["url_click"] } },
  { to: "xdr.title", from: ["FileData.MalwareFamily"], when: { kinds: ["file_threat"] } },
  { to: "xdr.title", from: ["VirusInfo"], when: { kinds: ["file_malware"] } },
  { to: "xdr.title", from: ["InvestigationName"], when: { kinds: ["investigation"] } },
  { to: "xdr.title", from: ["Event", "Reason"], join: ": ", when: { kinds: ["hygiene"] } },
  { to: "xdr.title", from: ["Operation", "ImpersonationType"], join: ": ", when: { kinds: ["teams_threat"] } },
  { to: "xdr.title", from: ["PolicyDetails"], rule: "highest_policy_name", when: { kinds: ["dlp"] } },
  { to: "xdr.title", from: ["PolicyDetails[].PolicyName", "PolicyMatchInfo.PolicyName"], when: { kinds: ["dlp"] } },
  {
    to: "xdr.title",
    from: ["Name", "AlertDisplayName", "AlertTitle", "Title", "Data.AlertDisplayName", "Data.an"],
    when: { kinds: ALERTS },
  },
  { to: "xdr.title", from: ["Operation"], rule: "operation" },

  { to: "xdr.ontology", from: ["Activity"], when: { kinds: ["risk"] } },
  { to: "xdr.ontology", from: ["DetectionType"], when: { kinds: ["mail_threat"] } },
  { to: "xdr.ontology", from: ["AppName"], when: { kinds: ["url_click"] } },
  { to: "xdr.ontology", from: ["SourceWorkload"], values: FILE_WORKLOADS, when: { kinds: ["file_threat"] } },
  { to: "xdr.ontology", from: ["SourceWorkload"], when: { kinds: ["file_threat"] } },
  { to: "xdr.ontology", from: ["InvestigationType"], when: { kinds: ["investigation"] } },
  { to: "xdr.ontology", value: "Hygiene", when: { kinds: ["hygiene"] } },
  { to: "xdr.ontology", value: "Impersonation", when: { kinds: ["teams_threat"] } },
  { to: "xdr.ontology", value: "DLP", when: { kinds: ["dlp"] } },
  { to: "xdr.ontology", from: ["Category", "AlertCategory", "Data.Category"], when: { kinds: ALERTS } },
  { to: "xdr.ontology", from: ["Workload"], when: { kinds: ["detection", "file_malware"] } },

  { to: "xdr.updated_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: ALERTS, operations: UPDATES } },
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
    when: { kinds: ALERTS, not: UPDATED },
  },
  { to: "xdr.updated_time_usec", from: ["LastUpdatedTime"], rule: "time", when: { kinds: ALERTS } },
  { to: "xdr.first_event_time_usec", from: ["Data.ts", "ActivityStartTime"], rule: "time", when: { kinds: ALERTS } },
  { to: "xdr.last_event_time_usec", from: ["Data.te"], rule: "time", when: { kinds: ALERTS } },
  { to: "xdr.first_event_time_usec", from: ["ActivityDateTime"], rule: "time", when: { kinds: ["risk"] } },
  { to: "xdr.created_time_usec", from: ["DetectedDateTime"], rule: "time", when: { kinds: ["risk"] } },
  { to: "xdr.updated_time_usec", from: ["LastUpdatedDateTime"], rule: "time", when: { kinds: ["risk"] } },
  {
    to: "xdr.closed_time_usec",
    from: ["LastUpdatedDateTime"],
    rule: "time",
    when: { kinds: ["risk"], field: { path: "RiskState", in: ["dismissed", "remediated", "confirmedSafe"] } },
  },
  { to: "xdr.first_event_time_usec", from: ["MessageTime"], rule: "time", when: { kinds: ["mail_threat"] } },
  { to: "xdr.first_event_time_usec", from: ["TimeOfClick"], rule: "time", when: { kinds: ["url_click"] } },
  { to: "xdr.first_event_time_usec", from: ["LastModifiedDate"], rule: "time", when: { kinds: ["file_threat"] } },
  { to: "xdr.created_time_usec", from: ["StartTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  { to: "xdr.updated_time_usec", from: ["LastUpdateTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  {
    to: "xdr.closed_time_usec",
    from: ["EndTimeUtc"],
    rule: "time",
    when: { kinds: ["investigation"], field: { path: "Status", in: ENDED } },
  },
  { to: "xdr.first_event_time_usec", from: ["Data.StartTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  { to: "xdr.last_event_time_usec", from: ["Data.EndTimeUtc"], rule: "time", when: { kinds: ["investigation"] } },
  {
    to: "xdr.first_event_time_usec",
    from: ["ExchangeMetaData.Sent", "SharePointMetaData.LastModifiedTime", "SharePointMetaData.ItemLastModifiedTime"],
    rule: "time",
    when: { kinds: ["dlp"] },
  },
  { to: "xdr.created_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: RAISED } },
  { to: "xdr.created_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: ["hygiene"], not: DELISTED } },
  { to: "xdr.closed_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: ["hygiene"], field: DELISTED } },
  { to: "xdr.created_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: ["dlp"], not: UNDONE } },
  { to: "xdr.closed_time_usec", from: ["CreationTime"], rule: "time", when: { kinds: ["dlp"], field: UNDONE } },

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
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["UserDisplayName", "UserPrincipalName"],
    rule: "upn",
    when: { kinds: ["risk"] },
  },
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
    when: { kinds: ALERTS, not: UPDATED },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["Data.f3u"],
    rule: "upn",
    when: { kinds: ALERTS, operations: UPDATES },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["AlertEntityId"],
    rule: "upn",
    when: { kinds: ALERTS, field: { path: "EntityType", in: ["User", "Recipients"] } },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["Data.eid"],
    rule: "upn",
    when: { kinds: ALERTS, field: { path: "Data.etype", in: ["User", "Recipients"] } },
  },
  // The recipient of a mail; else the subject of the activity.
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: ["Data.trc", "Data.suid"],
    rule: "upn",
    when: { kinds: ALERTS },
  },
  {
    to: ["xdr.user_principal_name", "user.name"],
    from: [
      "UserId",
      "Data.Entities[Type=mailbox].Upn",
      "Data.Entities[Type=mailbox].MailboxPrimaryAddress",
      "Data.Entities[Type=mailMessage].Recipient",
    ],
    rule: "upn",
    when: { kinds: ["investigation"] },
  },
  { to: ["xdr.user_principal_name", "user.name"], from: ["UserId"], rule: "upn", when: { not: UPDATED } },
  // Who works on an alert is not whom it is about.
  { to: ["user.name", "user.id"], from: ["UserId"], rule: "unset", when: { kinds: ALERTS, operations: UPDATES } },

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
  { to: ["xdr.source_address", "client.address"], from: ["ClientIP", "ActorIpAddress", "UserIp"], rule: "address" },
  { to: ["xdr.source_address", "client.address"], from: ["ClientIPs"], rule: "only_address", when: { kinds: ALERTS } },
  {
    to: ["xdr.source_address", "client.address"],
    from: ["Data.ecip"],
    rule: "address",
    when: { kinds: ALERTS, field: ON_DEVICE },
  },
  // The sender's, as in mail threats: not the address of a client.
  { to: "xdr.source_address", from: ["Data.sip"], rule: "address", when: { kinds: ALERTS } },
  { to: "user_agent.original", from: ["AdditionalInfo[userAgent]"], rule: "user_agent", when: { kinds: ["risk"] } },
  ...ALERT_DETAILS,
];

import type { Kind } from "../kinds.ts";
import { CLICK_ACTIONS, ENFORCEMENT_MODES, FILE_WORKLOADS, MAIL_ACTIONS, MAIL_POLICIES } from "./enumerations.ts";
import type { Table } from "./row.ts";

/** Alerts of the compliance portal, and those of other products, which come in the same format. */
export const ALERTS: readonly Kind[] = ["alert", "detection"];
/** Alerts of Defender for Cloud Apps have names of their own; their state is in `ResultStatus`. */
const CLOUD_APPS = { path: "Workload", in: ["MCAS"] };
/** Alerts about activity on a device, whose `Data` has names of its own. */
export const ON_DEVICE: { readonly path: string; readonly in: readonly string[] } = {
  path: "Data.wl",
  in: ["Endpoint"],
};
/** What Safe Links did about a click: the published name, and the one that records come with. */
export const CLICK_ACTION: readonly string[] = ["URLClickAction", "UrlClickAction"];

/**
 * What backends without a schema for alerts need: an id that all records of one alert share, status, severity and the
 * vendor's link, and what the alert is about. Malware in files has these rows in either schema.
 */
export const ALERT_DETAILS: Table = [
  { to: "o365.alert_id", from: ["AlertId", "Data.SystemAlertId"], when: { kinds: ALERTS } },
  { to: "o365.alert_id", from: ["ObjectId"], when: { kinds: ALERTS, field: CLOUD_APPS } },
  { to: "o365.alert_id", from: ["RiskId"], when: { kinds: ["risk"] } },
  { to: "o365.alert_id", from: ["InvestigationId"], when: { kinds: ["investigation"] } },
  { to: "o365.alert_id", from: ["NetworkMessageId"], when: { kinds: ["mail_threat"] } },
  { to: "o365.alert_id", from: ["IncidentId"], when: { kinds: ["dlp"] } },
  { to: "o365.alert_id", from: ["Id"] },
  { to: "o365.alert_status", from: ["RiskState"], when: { kinds: ["risk"] } },
  { to: "o365.alert_status", from: ["Status"], when: { kinds: [...ALERTS, "investigation"] } },
  { to: "o365.alert_status", from: ["ResultStatus"], when: { kinds: ALERTS, field: CLOUD_APPS } },
  {
    to: "o365.alert_link",
    from: [
      "AlertLinks[].AlertLinkHref",
      "EventDeepLink",
      "DeeplinkURL",
      "DeepLinkUrl",
      "Data.ExtendedLinks[].Href",
      "AlertWebUrl",
      "AlertUri",
      "Data.alk",
      "Data.ail",
    ],
    rule: "url",
  },

  { to: "o365.severity", from: ["PolicyDetails"], rule: "highest_severity", when: { kinds: ["dlp"] } },
  { to: "o365.severity", from: ["Severity", "AlertSeverity", "RiskLevel", "Data.sev", "Data.Severity"] },

  { to: "security_rule.name", from: ["Name"], when: { kinds: ALERTS } },
  // Of several rules the one whose severity the alert has.
  { to: "security_rule.name", from: ["PolicyDetails"], rule: "highest_rule_name", when: { kinds: ["dlp"] } },
  {
    to: "security_rule.name",
    from: ["PolicyDetails[].Rules[].RuleName", "PolicyMatchInfo.RuleName"],
    when: { kinds: ["dlp"] },
  },
  { to: "security_rule.uuid", from: ["PolicyId"], rule: "guid", when: { kinds: ALERTS } },
  { to: "security_rule.uuid", from: ["PolicyDetails"], rule: "highest_rule_id", when: { kinds: ["dlp"] } },
  {
    to: "security_rule.uuid",
    from: ["PolicyDetails[].Rules[].RuleId", "PolicyMatchInfo.RuleId"],
    rule: "guid",
    when: { kinds: ["dlp"] },
  },
  { to: "security_rule.ruleset.name", from: ["PolicyDetails"], rule: "highest_policy_name", when: { kinds: ["dlp"] } },
  {
    to: "security_rule.ruleset.name",
    from: ["PolicyDetails[].PolicyName", "PolicyMatchInfo.PolicyName"],
    when: { kinds: ["dlp"] },
  },
  { to: "security_rule.ruleset.name", from: ["Data.dpn"], when: { kinds: ALERTS } },
  {
    to: "security_rule.description",
    from: ["AlertDescription", "Data.ad", "Data.Description"],
    when: { kinds: [...ALERTS, "investigation"] },
  },
  { to: "security_rule.category", from: ["@xdr.ontology"] },

  // An entity that is a link.
  { to: "url.full", from: ["Data.eid", "AlertEntityId"], rule: "url", when: { kinds: ALERTS } },
  { to: "url.full", from: ["URL", "Url"], rule: "url", when: { kinds: ["url_click"] } },
  { to: "url.full", from: ["SharePointMetaData.FilePathUrl", "ObjectId"], rule: "url", when: { kinds: ["dlp"] } },
  { to: "file.path", from: ["ObjectId"], rule: "file_path", when: { kinds: ["dlp"] } },
  { to: "file.name", from: ["SharePointMetaData.FileName"], when: { kinds: ["dlp"] } },
  { to: "file.name", from: ["@file.path"], rule: "file_name_of_path", when: { kinds: ["dlp"] } },
  { to: "file.extension", from: ["@file.name"], rule: "file_extension_of_path", when: { kinds: ["dlp"] } },
  { to: "o365.sha256", from: ["FileData.SHA256"], when: { kinds: ["file_threat"] } },
  { to: "file.owner.name", from: ["SharePointMetaData.FileOwner"], when: { kinds: ["dlp"] } },
  {
    to: "file.size",
    from: ["FileSize", "SharePointMetaData.FileSize", "ExchangeMetaData.FileSize"],
    rule: "number",
    when: { kinds: ["dlp"] },
  },
  { to: "host.name", from: ["DeviceName", "EndpointMetaData.DeviceName"], when: { kinds: ["dlp"] } },
  { to: "process.executable.name", from: ["Application"], when: { kinds: ["dlp"] } },
  { to: "user.full_name", from: ["UserDisplayName"], rule: "full_name", when: { kinds: ["risk"] } },
  { to: "file.path", from: ["Data.ofph"], rule: "file_path", when: { kinds: ALERTS, field: ON_DEVICE } },
  { to: "file.name", from: ["@file.path"], rule: "file_name_of_path", when: { kinds: ALERTS } },
  { to: "file.extension", from: ["@file.name"], rule: "file_extension_of_path", when: { kinds: ALERTS } },
  { to: "file.size", from: ["Data.efs"], rule: "number", when: { kinds: ALERTS, field: ON_DEVICE } },
  { to: "host.name", from: ["Data.dn"], when: { kinds: ALERTS, field: ON_DEVICE } },
  { to: "process.executable.name", from: ["Data.app"], when: { kinds: ALERTS, field: ON_DEVICE } },
  { to: "device.id", from: ["Data.mddid"], when: { kinds: ALERTS, field: ON_DEVICE } },
  { to: "geo.locality.name", from: ["Location.City"], when: { kinds: ["risk"] } },
  { to: "geo.country.iso_code", from: ["Location.CountryOrRegion"], rule: "country", when: { kinds: ["risk"] } },
  { to: "geo.location.lat", from: ["Location.GeoCoordinates.Latitude"], rule: "decimal", when: { kinds: ["risk"] } },
  { to: "geo.location.lon", from: ["Location.GeoCoordinates.Longitude"], rule: "decimal", when: { kinds: ["risk"] } },

  { to: "o365.policy", from: ["Policy"], values: MAIL_POLICIES, when: { kinds: ["mail_threat"] }, keeps: true },
  {
    to: "o365.policy_action",
    from: ["PolicyAction"],
    values: MAIL_ACTIONS,
    when: { kinds: ["mail_threat"] },
    keeps: true,
  },
  {
    to: "o365.url_click_action",
    from: CLICK_ACTION,
    values: CLICK_ACTIONS,
    when: { kinds: ["url_click"] },
    keeps: true,
  },
  {
    to: "o365.source_workload",
    from: ["SourceWorkload"],
    values: FILE_WORKLOADS,
    when: { kinds: ["file_threat"] },
    keeps: true,
  },
  {
    to: "o365.enforcement_mode",
    from: ["EnforcementMode", "EndpointMetaData.EnforcementMode"],
    values: ENFORCEMENT_MODES,
    when: { kinds: ["dlp"] },
    keeps: true,
  },

  {
    keep: [
      "AlertId",
      "AlertType",
      "PolicyId",
      "Status",
      "Source",
      "Comments",
      "Data",
      "AlertEntityId",
      "EntityType",
      "AlertUri",
      "ClientIPs",
      "Applications",
    ],
    when: { kinds: ALERTS },
  },
  {
    keep: ["RiskId", "RiskState", "RiskDetail", "RiskLevel", "Location", "AdditionalInfo", "DetectionTimingType"],
    when: { kinds: ["risk"] },
  },
  {
    keep: [
      "NetworkMessageId",
      "InternetMessageId",
      "P1Sender",
      "P2Sender",
      "Recipients",
      "Subject",
      "EventDeepLink",
      "SenderIp",
      "Policy",
      "PolicyAction",
      "DeliveryAction",
      "Directionality",
      "AttachmentData",
      "Verdict",
    ],
    when: { kinds: ["mail_threat"] },
  },
  { keep: ["URL", "Url", ...CLICK_ACTION, "SourceId"], when: { kinds: ["url_click"] } },
  { keep: ["FileData", "DetectionMethod", "SourceWorkload", "EventDeepLink"], when: { kinds: ["file_threat"] } },
  { keep: ["VirusInfo", "VirusVendor", "SiteUrl"], when: { kinds: ["file_malware"] } },
  {
    keep: ["ImpersonationType", "Sender", "Members", "MessageId", "ChatThreadId", "CallId"],
    when: { kinds: ["teams_threat"] },
  },
  { keep: ["InvestigationId", "Status", "DeeplinkURL", "Actions", "Data"], when: { kinds: ["investigation"] } },
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

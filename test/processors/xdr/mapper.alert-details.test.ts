import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonObject } from "../../../collector/record.ts";
import { version } from "../../../collector/version.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { CREATED, expectKinds } from "./expect-kinds.ts";

const ALERT = {
  RecordType: 40,
  Workload: "SecurityComplianceCenter",
  UserId: "SecurityComplianceAlerts",
  UserKey: "SecurityComplianceAlerts",
  UserType: 4,
  AlertId: "5ba6e029-0000-4000-8000-000000000040",
  Name: "Elevation of Exchange admin privilege",
  Category: "AccessGovernance",
  Severity: "Low",
  Status: "Active",
};
const DLP = {
  RecordType: 11,
  Workload: "SharePoint",
  UserId: "ann@contoso.com",
  IncidentId: "c1dc582b-0000-4000-8000-000000000011",
  PolicyDetails: [{ PolicyName: "Cards", Rules: [{ RuleName: "Many", Severity: "High" }] }],
};

expectKinds("alerts: id, status, link", [
  {
    name: "the first link of an alert that has one",
    record: {
      ...ALERT,
      Operation: "AlertTriggered",
      AlertLinks: [{ AlertLinkHref: "" }, { AlertLinkHref: "https://security.microsoft.com/alerts/1" }],
      Data: '{"ad":"Somebody became an administrator","an":"Elevation"}',
    },
    expected: {
      "o365.alert_id": "5ba6e029-0000-4000-8000-000000000040",
      "o365.alert_status": "Active",
      "o365.alert_link": "https://security.microsoft.com/alerts/1",
      "o365.severity": "Low",
      "security_rule.description": "Somebody became an administrator",
      "xdr.normalizer": `otel-o365/${version}`,
      severity: "WARN",
    },
  },
  {
    name: "an alert about a mail: whom it was for, and where it came from",
    record: {
      ...ALERT,
      Operation: "AlertEntityGenerated",
      EntityType: "MalwareFamily",
      Data: '{"etype":"MalwareFamily","eid":"x-1","sip":"198.51.100.40","trc":"bob@contoso.com","tsd":"eve@example.com"}',
    },
    expected: {
      "xdr.user_principal_name": "bob@contoso.com",
      "xdr.source_address": "198.51.100.40",
      "client.address": undefined,
    },
  },
  {
    name: "an alert about a mail to several people",
    record: { ...ALERT, Operation: "AlertEntityGenerated", Data: '{"trc":"bob@contoso.com;ann@contoso.com"}' },
    expected: { "xdr.user_principal_name": undefined },
  },
  {
    name: "an alert whose entity is a recipient",
    record: { ...ALERT, Operation: "AlertEntityGenerated", EntityType: "Recipients", AlertEntityId: "bob@contoso.com" },
    expected: { "xdr.user_principal_name": "bob@contoso.com" },
  },
  {
    name: "an alert whose entity is malware",
    record: { ...ALERT, Operation: "AlertTriggered", EntityType: "MalwareFamily", AlertEntityId: "Evil/B@x.y" },
    expected: { "xdr.user_principal_name": undefined },
  },
  {
    name: "an identity risk that was remediated",
    record: {
      RecordType: 294,
      Operation: "AadRiskDetected",
      Workload: "AzureActiveDirectory",
      RiskId: "risk-1",
      RiskEventType: "unfamiliarFeatures",
      RiskLevel: "medium",
      RiskState: "remediated",
      LastUpdatedDateTime: "2024-05-06T07:08:09Z",
      AdditionalInfo: '[{"Key":"userAgent","Value":"curl/8"}]',
      Location: {
        City: "Oslo",
        CountryOrRegion: "no",
        GeoCoordinates: { Latitude: "59.91", Longitude: 10.75, Altitude: "" },
      },
    },
    expected: {
      "o365.alert_id": "risk-1",
      "o365.alert_status": "remediated",
      "xdr.closed_time_usec": CREATED,
      "user_agent.original": "curl/8",
      "geo.locality.name": "Oslo",
      "geo.country.iso_code": "NO",
      "geo.location.lat": 59.91,
      "geo.location.lon": 10.75,
      severity: "WARN2",
    },
  },
  {
    name: "a message to be found by its network id",
    record: {
      RecordType: 28,
      Operation: "TIMailData",
      Workload: "ThreatIntelligence",
      NetworkMessageId: "5f7d2f6c-1111-4000-8000-000000000028",
      EventDeepLink: "https://security.microsoft.com/threatexplorer?messageParams=1",
      Policy: 15,
      PolicyAction: "5",
    },
    expected: {
      "o365.alert_id": "5f7d2f6c-1111-4000-8000-000000000028",
      "o365.alert_link": "https://security.microsoft.com/threatexplorer?messageParams=1",
      "o365.policy": "AntiSpamHighConfidencePhish",
      "o365.policy_action": "Quarantine",
    },
  },
  {
    name: "an investigation that ended",
    record: {
      RecordType: 64,
      Operation: "AirInvestigationData",
      Workload: "AirInvestigation",
      UserId: "AirInvestigation",
      InvestigationId: "urn:UrlInvestigation:1",
      InvestigationName: "Mail with malicious urls",
      Status: "Remediated",
      StartTimeUtc: "2024-05-06T05:00:00",
      EndTimeUtc: "2024-05-06T07:08:09",
      DeepLinkUrl: "https://security.microsoft.com/mtp-investigation/urn:UrlInvestigation:1",
      Data: '{"StartTimeUtc":"2024-05-06T04:00:00Z","EndTimeUtc":"2024-05-06T04:30:00Z","Severity":"High"}',
      Actions: [{ ActionType: "EmailRemediation" }],
    },
    expected: {
      "o365.alert_id": "urn:UrlInvestigation:1",
      "o365.alert_status": "Remediated",
      "o365.alert_link": "https://security.microsoft.com/mtp-investigation/urn:UrlInvestigation:1",
      "xdr.closed_time_usec": CREATED,
      "xdr.first_event_time_usec": Date.UTC(2024, 4, 6, 4) * 1000,
      "xdr.last_event_time_usec": Date.UTC(2024, 4, 6, 4, 30) * 1000,
      severity: "ERROR",
    },
  },
  {
    name: "an investigation that waits for somebody",
    record: {
      RecordType: 64,
      Operation: "AirInvestigationData",
      Status: "Pending Action",
      EndTimeUtc: "2024-05-06T07:08:09",
    },
    expected: { "xdr.closed_time_usec": undefined, "o365.alert_status": "Pending Action" },
  },
  {
    name: "a rule match",
    record: { ...DLP, Operation: "DlpRuleMatch" },
    expected: {
      "o365.alert_id": "c1dc582b-0000-4000-8000-000000000011",
      "security_rule.name": "Many",
      "security_rule.ruleset.name": "Cards",
      severity: "ERROR",
    },
  },
  {
    name: "an alert without an id of its own",
    record: { RecordType: 41, Operation: "TIUrlClickData", URLClickAction: "3" },
    expected: {
      "o365.alert_id": "3b9f4f6a-51f2-4a30-9a3e-08dc6d9f1a2b",
      "o365.url_click_action": "PendingDetonationPage",
    },
  },
  {
    name: "malware in a file, with the vendor's link",
    record: {
      RecordType: 47,
      Operation: "AtpDetection",
      SourceWorkload: "2",
      EventDeepLink: "https://security.microsoft.com/x",
      FileData: { MalwareFamily: "Emotet", FileName: "x.docm", FileSize: "4711" },
    },
    expected: {
      "xdr.schema": "scwx.antivirus",
      "o365.alert_link": "https://security.microsoft.com/x",
      "o365.source_workload": "MicrosoftTeams",
      "file.size": 4711,
    },
  },
]);

suite("records of one alert", () => {
  const idOf = (fields: JsonObject): unknown =>
    new XdrMapper().map({
      record: { Id: `id of ${JSON.stringify(fields)}`, CreationTime: "2024-05-06T07:08:09", ...fields },
    }).attributes["o365.alert_id"];
  const families: { name: string; records: JsonObject[] }[] = [
    {
      name: "an alert raised, joined and closed",
      records: ["AlertTriggered", "AlertEntityGenerated", "AlertUpdated"].map((Operation) => ({ ...ALERT, Operation })),
    },
    {
      name: "a match and its undoing",
      records: ["DlpRuleMatch", "DlpRuleUndo"].map((Operation) => ({ ...DLP, Operation })),
    },
    {
      name: "a match and its undoing that share nothing but their Id",
      records: ["DlpRuleMatch", "DlpRuleUndo"].map((Operation) => ({ RecordType: 11, Id: "one", Operation })),
    },
    {
      name: "the states of an investigation",
      records: ["Investigation Started", "Remediated"].map((Status) => ({
        RecordType: 64,
        Operation: "AirInvestigationData",
        InvestigationId: "urn:1",
        Status,
      })),
    },
  ];
  for (const { name, records } of families) {
    test(`share an id: ${name}`, () => {
      const ids = new Set(records.map(idOf));
      assert.equal(ids.size, 1);
      assert.ok(!ids.has(undefined));
    });
  }
});

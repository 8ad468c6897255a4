import { ANN_ID, CREATED, expectKinds } from "./expect-kinds.ts";

const ALERT = {
  RecordType: 98,
  Operation: "MCAS_ALERT_ANUBIS_DETECTION_VELOCITY",
  Workload: "MCAS",
  ResultStatus: "New",
  ObjectId: "65f0c0ffee0123456789abcd",
  AlertCategory: "ANOMALY_DETECTION",
  AlertDisplayName: "Impossible travel activity",
  AlertDescription: "Ann was in two countries within ten minutes",
  AlertSeverity: "High",
  AlertUri: "https://contoso.portal.cloudappsecurity.com/#/alerts/65f0c0ffee0123456789abcd",
  ActivityStartTime: "2024-05-06T06:00:00",
  LastUpdatedTime: "2024-05-06T07:00:00",
  ClientIPs: ["198.51.100.98", "2001:db8::98"],
  Applications: [{ Name: "Microsoft SharePoint Online" }],
};

expectKinds("alerts of Defender for Cloud Apps under their own names (98)", [
  {
    name: "an alert about one person in two places",
    record: ALERT,
    expected: {
      "xdr.title": "Impossible travel activity",
      "xdr.ontology": "ANOMALY_DETECTION",
      "xdr.user_principal_name": "ann@contoso.com",
      "xdr.source_address": undefined,
      "client.address": undefined,
      "xdr.created_time_usec": CREATED,
      "xdr.first_event_time_usec": Date.UTC(2024, 4, 6, 6) * 1000,
      "xdr.updated_time_usec": Date.UTC(2024, 4, 6, 7) * 1000,
      "o365.alert_id": "65f0c0ffee0123456789abcd",
      "o365.alert_status": "New",
      "o365.alert_link": "https://contoso.portal.cloudappsecurity.com/#/alerts/65f0c0ffee0123456789abcd",
      "o365.severity": "High",
      "o365.client_ips": ["198.51.100.98", "2001:db8::98"],
      "security_rule.description": "Ann was in two countries within ten minutes",
      severity: "ERROR",
    },
  },
  {
    name: "an alert with one address",
    record: { ...ALERT, ClientIPs: ["198.51.100.98:443", "198.51.100.98:443"] },
    expected: { "xdr.source_address": "198.51.100.98", "client.address": "198.51.100.98" },
  },
  {
    name: "an alert that the compliance portal passes on (40)",
    record: {
      RecordType: 40,
      Operation: "AlertTriggered",
      Workload: "SecurityComplianceCenter",
      UserId: "SecurityComplianceAlerts",
      AlertId: "5f7d2f6c-1111-4000-8000-000000000040",
      AlertLinks: [{ AlertLinkHref: "" }],
      Name: "Mass download by a single user",
      Source: "Cloud App Security",
      Data: JSON.stringify({
        ts: "2024-05-06 06:00:00Z",
        f3u: "ann@contoso.com",
        alk: "https://contoso.portal.cloudappsecurity.com/#/alerts/1",
      }),
    },
    expected: {
      "xdr.user_principal_name": "ann@contoso.com",
      "xdr.first_event_time_usec": Date.UTC(2024, 4, 6, 6) * 1000,
      "o365.alert_link": "https://contoso.portal.cloudappsecurity.com/#/alerts/1",
    },
  },
]);

expectKinds("entities of alerts (40)", [
  {
    name: "a link that somebody clicked",
    record: {
      RecordType: 40,
      Operation: "AlertEntityGenerated",
      Workload: "SecurityComplianceCenter",
      UserId: "SecurityComplianceAlerts",
      AlertEntityId: "https://bad.example/",
      EntityType: "MaliciousUrl",
      Data: JSON.stringify({ etype: "MaliciousUrl", eid: "https://bad.example/?a=b", trc: "ann@contoso.com" }),
    },
    expected: { "url.full": "https://bad.example/?a=b", "xdr.user_principal_name": "ann@contoso.com" },
  },
  {
    name: "a user, who is no link",
    record: {
      RecordType: 40,
      Operation: "AlertEntityGenerated",
      UserId: "SecurityComplianceAlerts",
      AlertEntityId: "ann@contoso.com",
      EntityType: "User",
    },
    expected: { "url.full": undefined, "xdr.user_principal_name": "ann@contoso.com" },
  },
]);

expectKinds("alerts about a match on a device (40)", [
  {
    name: "an upload that a rule matched",
    record: {
      RecordType: 40,
      Operation: "AlertTriggered",
      Workload: "SecurityComplianceCenter",
      UserId: "SecurityComplianceAlerts",
      UserKey: "SecurityComplianceAlerts",
      Name: "Cards in the browser\u200b",
      Data: JSON.stringify({
        f3u: "ann@contoso.com",
        wl: "Endpoint",
        eop: "FileUploadedToCloud",
        app: "chrome.exe",
        ofph: "C:\\Users\\ann\\cards.xlsx",
        dn: "desk-1",
        mddid: "a1b2",
        efs: "1383",
        ecip: "198.51.100.193",
      }),
    },
    expected: {
      "xdr.title": "Cards in the browser",
      "xdr.user_principal_name": "ann@contoso.com",
      "xdr.source_address": "198.51.100.193",
      "client.address": "198.51.100.193",
      "host.name": "desk-1",
      "device.id": "a1b2",
      "process.executable.name": "chrome.exe",
      "file.path": "C:\\Users\\ann\\cards.xlsx",
      "file.name": "cards.xlsx",
      "file.extension": "xlsx",
      "file.size": 1383,
      "o365.name": "Cards in the browser",
    },
  },
  {
    name: "another alert, whose data has the same names",
    record: {
      RecordType: 40,
      Operation: "AlertTriggered",
      UserId: "SecurityComplianceAlerts",
      Data: JSON.stringify({ wl: "Exchange", app: "Outlook", dn: "x", ecip: "198.51.100.193" }),
    },
    expected: { "host.name": undefined, "process.executable.name": undefined, "client.address": undefined },
  },
]);

expectKinds("what services write beside the published fields", [
  {
    name: "the object id of whoever the token is for (6)",
    record: {
      RecordType: 6,
      Operation: "FileDownloaded",
      Workload: "SharePoint",
      UserKey: "i:0h.f|membership|100320012345abcd@live.com",
      AppAccessContext: { AADSessionId: "9a8b7c6d-1111-4000-8000-000000000006", UserObjectId: ANN_ID.toUpperCase() },
    },
    expected: { "user.id": ANN_ID },
  },
  {
    name: "an application without a name, whose id stands for it (6)",
    record: {
      RecordType: 6,
      Operation: "FileAccessed",
      Workload: "SharePoint",
      ApplicationId: "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb",
      ApplicationDisplayName: "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb",
      AppAccessContext: { ClientAppName: "Fabrikam Sync" },
    },
    expected: { "o365.application_name": "Fabrikam Sync" },
  },
  {
    name: "the user agent of a search (102)",
    record: {
      RecordType: 102,
      Operation: "SearchQueryInitiatedSharePoint",
      Workload: "SharePoint",
      ClientUserAgent: "Mozilla/5.0",
      QueryText: "password",
    },
    options: { extensions: "common" },
    expected: { "xdr.user_agent": "Mozilla/5.0", "user_agent.original": "Mozilla/5.0", "o365.query_text": "password" },
  },
  {
    name: "why a change in the directory failed (8)",
    record: {
      RecordType: 8,
      Operation: "Update device.",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Failure",
      ModifiedProperties: [
        { Name: "MethodExecutionResult.", NewValue: "Microsoft.Online.DirectoryUniquenessException", OldValue: "" },
      ],
    },
    expected: { "o365.outcome": "failure", "error.type": "Microsoft.Online.DirectoryUniquenessException" },
  },
  {
    name: "the name of a labelled file, out of its address (84)",
    record: {
      RecordType: 84,
      Operation: "SensitivityLabeledFileOpened",
      Workload: "PublicEndpoint",
      ObjectId: "https://contoso.sharepoint.com/sites/a/Shared%20Documents/Plan%20%231.xlsx?web=1",
    },
    expected: { "file.name": "Plan #1.xlsx", "file.extension": "xlsx" },
  },
  {
    name: "an address that is not encoded (84)",
    record: {
      RecordType: 84,
      Operation: "SensitivityLabeledFileOpened",
      Workload: "PublicEndpoint",
      ObjectId: "https://contoso.sharepoint.com/sites/a/Up 5%.xlsx",
    },
    expected: { "file.name": "Up 5%.xlsx" },
  },
  {
    name: "an attempt to break out of Copilot's rules, in one of several messages (261)",
    record: {
      RecordType: 261,
      Operation: "CopilotInteraction",
      Workload: "Copilot",
      CopilotEventData: {
        Messages: [
          { isPrompt: true, JailbreakDetected: false },
          { isPrompt: true, JailbreakDetected: true },
        ],
        AccessedResources: [{ Name: "pay.xlsx", XPIADetected: false }],
      },
    },
    expected: { "o365.jailbreak_detected": true, "o365.xpia_detected": undefined },
  },
  {
    name: "instructions hidden in what Copilot read (261)",
    record: {
      RecordType: 261,
      Operation: "CopilotInteraction",
      Workload: "Copilot",
      CopilotEventData: { AccessedResources: [{ Name: "a.docx" }, { Name: "b.docx", XPIADetected: "True" }] },
    },
    expected: { "o365.jailbreak_detected": undefined, "o365.xpia_detected": true },
  },
  {
    name: "a person of a Windows domain on a device (63)",
    record: {
      RecordType: 63,
      Operation: "DLPRuleMatch",
      Workload: "Endpoint",
      UserId: "CONTOSO\\ann",
      PolicyMatchInfo: { PolicyName: "Cards", RuleName: "Upload" },
    },
    expected: { "user.name": "CONTOSO\\ann", "user.email": undefined, "xdr.user_principal_name": undefined },
  },
]);

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import type { XdrOptions } from "../../../processors/xdr/options.ts";

const COMMON = {
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  CreationTime: "2024-01-02T03:04:05",
  OrganizationId: "8D4121ED-0008-406D-BFF9-0D5BB312183C",
  UserType: 0,
  UserKey: "7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe",
  UserId: "ann@contoso.com",
};
const MICROS = Date.UTC(2024, 0, 2, 3, 4, 5) * 1000;

function map(fields: JsonObject, options: XdrOptions = {}, attributes: Attributes = {}): Attributes {
  return new XdrMapper(options).map({ record: { ...COMMON, ...fields }, attributes }).attributes;
}

/** Asserts the given attributes; `undefined` means that there must be none. */
function assertAttributes(actual: Attributes, expected: Attributes): void {
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(actual[name], value, name);
}

suite("XdrMapper", () => {
  const cases: { name: string; fields: JsonObject; options?: XdrOptions; expected: Attributes }[] = [
    {
      name: "fields that every event has",
      fields: { RecordType: 1, Operation: "Set-Mailbox", Workload: "Exchange" },
      options: { tenantId: "11063", sensorId: "o365/contoso" },
      expected: {
        "xdr.schema": "scwx.cloudaudit",
        "xdr.event_time_usec": MICROS,
        "xdr.sensor_event_id": COMMON.Id,
        "xdr.sensor_type": "MICROSOFT_OFFICE_MANAGEMENT",
        "xdr.sensor_cpe": "cpe:2.3:a:microsoft:office_365:*:*:*:*:*:*:*:*",
        "xdr.sensor_tenant": "8d4121ed-0008-406d-bff9-0d5bb312183c",
        "xdr.sensor_id": "o365/contoso",
        "xdr.tenant_id": "11063",
        "xdr.host_id": undefined,
        "xdr.event_time_fidelity": undefined,
        "o365.record_type_name": "ExchangeAdmin",
        "o365.user_type": "Regular",
      },
    },
    {
      name: "no resource id without a Taegis tenant",
      fields: { RecordType: 1, Operation: "Set-Mailbox" },
      expected: { "xdr.tenant_id": undefined, "xdr.resource_id": undefined },
    },
    {
      name: "a mailbox record whose addresses differ",
      fields: { RecordType: 2, Operation: "Send", ClientIP: "10.1.1.1", ClientIPAddress: "2001:DB8::1 ", LogonType: 2 },
      expected: {
        "xdr.source_address": "2001:db8::1",
        "client.address": "2001:db8::1",
        "o365.logon_type": "Delegated",
      },
    },
    {
      name: "the port of the address that was taken, and of no other",
      fields: { RecordType: 15, Operation: "UserLoggedIn", ActorIpAddress: "1.2.3.4", ClientIP: "5.6.7.8:99" },
      expected: { "xdr.source_address": "1.2.3.4", "client.port": undefined, "o365.client_port": undefined },
    },
    {
      name: "an address that is none",
      fields: { RecordType: 261, Operation: "CopilotInteraction", ClientIP: "fff:203.0.113.60" },
      expected: { "xdr.source_address": undefined, "client.address": undefined },
    },
    {
      name: "a mapped address of which the beginning is cut off",
      fields: { RecordType: 261, Operation: "CopilotInteraction", ClientIP: "ffff:203.0.113.60" },
      expected: { "xdr.source_address": "203.0.113.60", "client.port": undefined },
    },
    {
      name: "a service principal in the directory",
      fields: {
        RecordType: 8,
        Operation: "Add member to role.",
        UserId: "Certificate",
        UserKey: "Not Available",
        Actor: [
          { ID: "Contoso Sync", Type: 1 },
          { ID: "ServicePrincipal_11111111-2222-4333-8444-555555555555", Type: 2 },
        ],
      },
      expected: {
        "xdr.user_name": "Contoso Sync",
        "user.name": "Contoso Sync",
        "user.email": undefined,
        "user.id": "11111111-2222-4333-8444-555555555555",
        "xdr.event_name": "Add member to role",
      },
    },
    {
      name: "a guest who signs in",
      fields: { RecordType: 15, Operation: "UserLoggedIn", UserId: "bob_example.com#EXT#@contoso.onmicrosoft.com" },
      expected: {
        "xdr.target_user_name": "bob_example.com#EXT#@contoso.onmicrosoft.com",
        "xdr.target_domain_name": "contoso.onmicrosoft.com",
        "user.email": "bob@example.com",
      },
    },
    {
      name: "a failed sign-in of an account without a name",
      fields: {
        RecordType: 15,
        Operation: "UserLoginFailed",
        ResultStatus: "Success",
        UserId: "Not Available",
        UserKey: "Not Available",
        ErrorNumber: "50034",
      },
      expected: {
        "xdr.action": "LOGON_FAILURE",
        "xdr.target_user_name": undefined,
        "user.name": undefined,
        "user.id": undefined,
        "o365.outcome": "failure",
        "error.type": "50034",
      },
    },
    {
      name: "a sign-out",
      fields: { RecordType: 15, Operation: "UserLoggedOff" },
      expected: { "xdr.action": "LOGOFF", "o365.outcome": "success" },
    },
    {
      name: "an application that is not well known",
      fields: { RecordType: 15, Operation: "UserLoggedIn", ApplicationId: "99999999-2222-4333-8444-555555555555" },
      expected: {
        "xdr.application_name": "99999999-2222-4333-8444-555555555555",
        "o365.application_name": undefined,
        "o365.application_id": "99999999-2222-4333-8444-555555555555",
      },
    },
    {
      name: "a user agent inside JSON text",
      fields: {
        RecordType: 8,
        Operation: "Update user.",
        ExtendedProperties: [{ Name: "additionalDetails", Value: '{"User-Agent":"curl/8"}' }],
      },
      expected: { "xdr.user_agent": "curl/8", "user_agent.original": "curl/8" },
    },
    {
      name: "the user GUID that Dynamics calls a user agent",
      fields: { RecordType: 21, Operation: "Create", UserAgent: "11111111-2222-4333-8444-555555555555" },
      expected: { "xdr.user_agent": undefined, "user_agent.original": undefined },
    },
    {
      name: "a folder of SharePoint",
      fields: {
        RecordType: 6,
        Operation: "FolderCreated",
        ItemType: "Folder",
        SourceFileName: "New",
        ObjectId: "https://c.sharepoint.com/a b",
      },
      expected: { "file.name": undefined, "url.full": "https://c.sharepoint.com/a%20b" },
    },
    {
      name: "an alert of which the person is in the data",
      fields: {
        RecordType: 40,
        Operation: "AlertTriggered",
        UserId: "SecurityComplianceAlerts",
        UserKey: "SecurityComplianceAlerts",
        Name: "Suspicious forwarding",
        Category: "ThreatManagement",
        Severity: "High",
        Status: "Active",
        PolicyId: "AAAAAAAA-2222-4333-8444-555555555555",
        Data: '{"f3u":"bob@contoso.com","ts":"2024-01-01T00:00:00.0000000Z","te":"2024-01-01T01:00:00.0000000Z"}',
      },
      expected: {
        "xdr.schema": "scwx.thirdpartyalert",
        "xdr.title": "Suspicious forwarding",
        "xdr.ontology": "ThreatManagement",
        "xdr.user_principal_name": "bob@contoso.com",
        "user.name": "bob@contoso.com",
        "xdr.created_time_usec": MICROS,
        "xdr.updated_time_usec": undefined,
        "xdr.closed_time_usec": undefined,
        "xdr.first_event_time_usec": Date.UTC(2024, 0, 1) * 1000,
        "xdr.last_event_time_usec": Date.UTC(2024, 0, 1, 1) * 1000,
        "o365.severity": "High",
        "security_rule.name": "Suspicious forwarding",
        "security_rule.uuid": "aaaaaaaa-2222-4333-8444-555555555555",
      },
    },
    {
      name: "an update that closes an alert",
      fields: {
        RecordType: 40,
        Operation: "AlertUpdated",
        Name: "X",
        Status: "Resolved",
        UserId: "SecurityComplianceAlerts",
      },
      expected: {
        "xdr.created_time_usec": undefined,
        "xdr.updated_time_usec": MICROS,
        "xdr.closed_time_usec": MICROS,
        "xdr.user_principal_name": undefined,
        "user.name": undefined,
      },
    },
    {
      name: "an identity risk",
      fields: {
        RecordType: 294,
        Operation: "RiskDetected",
        RiskEventType: "unfamiliarFeatures",
        Activity: "signin",
        ActivityDateTime: "2024-01-01T00:00:00Z",
        DetectedDateTime: "2024-01-01T00:10:00Z",
        LastUpdatedDateTime: "2024-01-01T00:20:00Z",
        UserDisplayName: "bob@contoso.com",
        RiskLevel: "medium",
        ClientIP: "1.2.3.4",
      },
      expected: {
        "xdr.title": "unfamiliarFeatures",
        "xdr.ontology": "signin",
        "xdr.first_event_time_usec": Date.UTC(2024, 0, 1) * 1000,
        "xdr.created_time_usec": Date.UTC(2024, 0, 1, 0, 10) * 1000,
        "xdr.updated_time_usec": Date.UTC(2024, 0, 1, 0, 20) * 1000,
        "xdr.user_principal_name": "bob@contoso.com",
        "xdr.source_address": "1.2.3.4",
        "o365.severity": "medium",
      },
    },
    {
      name: "a mail threat",
      fields: {
        RecordType: 28,
        Operation: "TIMailData",
        UserId: "ThreatIntel",
        UserKey: "ThreatIntel",
        Verdict: "Phish",
        DetectionMethod: "URL malicious reputation",
        DetectionType: "Inline",
        MessageTime: "2024-01-01T00:00:00",
        Recipients: ["bob@contoso.com"],
        SenderIp: "203.0.113.9",
        P2Sender: "evil@example.com",
      },
      expected: {
        "xdr.title": "Phish: URL malicious reputation",
        "xdr.ontology": "Inline",
        "xdr.user_principal_name": "bob@contoso.com",
        "xdr.source_address": "203.0.113.9",
        "client.address": undefined,
      },
    },
    {
      name: "a click on a bad link",
      fields: {
        RecordType: 41,
        Operation: "TIUrlClickData",
        URLClickAction: 2,
        URL: "https://bad.example/",
        UserIp: "1.2.3.4",
        AppName: "Mail",
        TimeOfClick: "2024-01-01T00:00:00",
      },
      expected: {
        "xdr.title": "Safe Links: Blockpage",
        "xdr.ontology": "Mail",
        "xdr.source_address": "1.2.3.4",
        "url.full": "https://bad.example/",
      },
    },
    {
      name: "a click whose action comes as a name",
      fields: { RecordType: 41, Operation: "TIUrlClickData", URLClickAction: "Blockpage" },
      expected: { "xdr.title": "Safe Links: Blockpage" },
    },
    {
      name: "a match of a data loss prevention rule",
      fields: {
        RecordType: 13,
        Operation: "DlpRuleMatch",
        UserId: "DlpPolicyEventBasedAssistant",
        UserKey: "DlpAgent",
        ExchangeMetaData: { From: "bob@contoso.com", Sent: "2024-01-01T00:00:00" },
        PolicyDetails: [
          {
            PolicyName: "Cards",
            Rules: [
              {
                RuleName: "Many",
                Severity: "Low",
                ConditionsMatched: {
                  SensitiveInformation: [
                    {
                      Count: 2,
                      SensitiveInformationDetections: { DetectedValues: [{ Name: "4111111111111111", Value: "x" }] },
                    },
                  ],
                },
              },
              { RuleName: "Most", Severity: "High" },
            ],
          },
        ],
      },
      expected: {
        "xdr.title": "Cards",
        "xdr.ontology": "DLP",
        "xdr.user_principal_name": "bob@contoso.com",
        "xdr.first_event_time_usec": Date.UTC(2024, 0, 1) * 1000,
        "xdr.created_time_usec": MICROS,
        "o365.severity": "High",
        "security_rule.name": "Most",
        "o365.policy_details": [
          {
            PolicyName: "Cards",
            Rules: [
              { RuleName: "Many", Severity: "Low", ConditionsMatched: { SensitiveInformation: [{ Count: 2 }] } },
              { RuleName: "Most", Severity: "High" },
            ],
          },
        ],
      },
    },
    {
      name: "an investigation",
      fields: {
        RecordType: 64,
        Operation: "AirInvestigationData",
        UserId: "AirInvestigation",
        UserKey: "AirInvestigation",
        InvestigationName: "Mail with malicious urls",
        InvestigationType: "ZappedUrlInvestigation",
        StartTimeUtc: "2024-01-01T00:00:00",
        LastUpdateTimeUtc: "2024-01-01T01:00:00Z",
        Data: '{"Entities":[{"Type":"ip","Address":"1.2.3.4"},{"Type":"mailbox","Upn":"bob@contoso.com"}]}',
      },
      expected: {
        "xdr.title": "Mail with malicious urls",
        "xdr.ontology": "ZappedUrlInvestigation",
        "xdr.created_time_usec": Date.UTC(2024, 0, 1) * 1000,
        "xdr.updated_time_usec": Date.UTC(2024, 0, 1, 1) * 1000,
        "xdr.user_principal_name": "bob@contoso.com",
      },
    },
    {
      name: "a listed sender",
      fields: {
        RecordType: 51,
        Operation: "HygieneEvent",
        Event: "Listed",
        Reason: "Outbound spam",
        EventValue: "bob@contoso.com",
        UserId: "FfoServicePartnerUser",
      },
      expected: {
        "xdr.title": "Listed: Outbound spam",
        "xdr.ontology": "Hygiene",
        "xdr.user_principal_name": "bob@contoso.com",
      },
    },
    {
      name: "an alert without a name",
      fields: { RecordType: 98, Operation: "MCASAlert", Workload: "MCAS" },
      expected: { "xdr.title": "MCASAlert", "xdr.ontology": "MCAS" },
    },
    {
      name: "malware in a file",
      fields: {
        RecordType: 6,
        Operation: "FileMalwareDetected",
        UserId: "SHAREPOINT\\system",
        VirusInfo: "O97M/Agent",
        VirusVendor: "MSA",
        ObjectId: "https://c.sharepoint.com/x.xlsm",
        SourceFileName: "x.xlsm",
      },
      expected: {
        "xdr.schema": "scwx.antivirus",
        "xdr.threat_name": "O97M/Agent",
        "xdr.file_path": "https://c.sharepoint.com/x.xlsm",
        "xdr.user_name": "SHAREPOINT\\system",
        "xdr.threat_type": undefined,
        "xdr.action_taken": undefined,
        "file.name": "x.xlsm",
        "file.extension": "xlsm",
        "o365.virus_vendor": "MSA",
      },
    },
    {
      name: "malware in a file when antivirus is off",
      fields: { RecordType: 6, Operation: "FileMalwareDetected", VirusInfo: "O97M/Agent" },
      options: { antivirus: false },
      expected: { "xdr.schema": "scwx.thirdpartyalert", "xdr.title": "O97M/Agent", "xdr.threat_name": undefined },
    },
    {
      name: "a malicious file",
      fields: {
        RecordType: 47,
        Operation: "AtpDetection",
        FileData: { MalwareFamily: "Emotet", FilePath: "https://c/x.docm", FileName: "x.docm" },
        LastModifiedBy: "bob@contoso.com",
      },
      expected: {
        "xdr.threat_name": "Emotet",
        "xdr.file_path": "https://c/x.docm",
        "xdr.user_name": "bob@contoso.com",
        "file.extension": "docm",
      },
    },
    {
      name: "enumerations as names and numbers as text",
      fields: { RecordType: "20", Operation: "ViewReport", UserType: "DcAdmin", Scope: "1" },
      expected: {
        "o365.record_type": 20,
        "xdr.event_type": "PowerBIAudit",
        "o365.user_type": "DCAdmin",
        "o365.scope": "Onprem",
      },
    },
    {
      name: "a type that nobody published",
      fields: { RecordType: 99_999, Operation: "New" },
      expected: { "o365.record_type": 99_999, "xdr.event_type": undefined, "o365.record_type_name": undefined },
    },
    {
      name: "a record without Id",
      fields: { Id: null, RecordType: 15, Operation: "UserLoggedIn" },
      expected: {
        "xdr.schema": "generic",
        "xdr.event_time_usec": MICROS,
        "xdr.sensor_event_id": undefined,
        "xdr.action": undefined,
      },
    },
    {
      name: "the parameters of an inbox rule",
      fields: {
        RecordType: 1,
        Operation: "New-InboxRule",
        Parameters: [
          { Name: "ForwardTo", Value: "x@example.com" },
          { Name: "Empty", Value: "" },
        ],
      },
      options: { extensions: "common" },
      expected: { "o365.parameters": { ForwardTo: "x@example.com" } },
    },
    {
      name: "pairs that came as JSON text",
      fields: { RecordType: 2, Operation: "Send", OperationProperties: '[{"Name":"a","Value":"1"}]' },
      expected: { "o365.operation_properties": { a: "1" } },
    },
  ];
  for (const { name, fields, options, expected } of cases) {
    test(`map() reads ${name}`, () => {
      assertAttributes(map(fields, options), expected);
    });
  }

  test("map() never overwrites an attribute that the record came with", () => {
    const came = { "o365.client_ip": "1.2.3.4:5", "o365.user_type": "Guest", "user.name": "somebody else" };
    const fields = { RecordType: 15, Operation: "UserLoggedIn", ClientIP: "9.9.9.9" };
    assertAttributes(map(fields, {}, came), { ...came, "xdr.target_user_name": "ann@contoso.com" });
    assert.deepEqual(Object.keys(came).length, 3);
  });

  test("map() gives severity by outcome and by the vendor's word", () => {
    const mapper = new XdrMapper();
    const severity = (fields: JsonObject): string => mapper.map({ record: { ...COMMON, ...fields } }).severityText;
    assert.equal(severity({ RecordType: 15, Operation: "UserLoggedIn" }), "INFO");
    assert.equal(severity({ RecordType: 15, Operation: "UserLoginFailed", ErrorNumber: "50126" }), "WARN");
    assert.equal(severity({ RecordType: 15, Operation: "UserLoginFailed", ErrorNumber: "50074" }), "INFO");
    assert.equal(severity({ RecordType: 1, Operation: "Set-Mailbox", ResultStatus: "False" }), "WARN");
    assert.equal(severity({ RecordType: 1, Operation: "Set-Mailbox", Severity: "High" }), "INFO");
    assert.equal(severity({ RecordType: 40, Operation: "AlertTriggered", Severity: "Informational" }), "INFO");
    assert.equal(severity({ RecordType: 40, Operation: "AlertTriggered", Severity: "Low" }), "WARN");
    assert.equal(severity({ RecordType: 40, Operation: "AlertTriggered", Severity: "Medium" }), "WARN2");
    assert.equal(severity({ RecordType: 40, Operation: "AlertTriggered", Severity: "high" }), "ERROR");
    assert.equal(severity({ RecordType: 40, Operation: "AlertTriggered" }), "WARN");
  });

  test("map() gives the same resource id for the same record, and another for the copy", () => {
    const mapper = new XdrMapper({ tenantId: "11063" });
    const record = {
      ...COMMON,
      RecordType: 28,
      Operation: "TIMailData",
      P1Sender: "a@b.com",
      P2Sender: "c@d.com",
      Recipients: ["x@y.com", "z@y.com"],
      Subject: "Hi",
    };
    const first = mapper.map({ record }).attributes;
    const copy = mapper.mapEmailCopy({ record })?.attributes ?? {};
    assert.match(
      String(first["xdr.resource_id"]),
      /^event:\/\/priv:scwx\.thirdpartyalert:11063:1704164645000:[0-9a-f-]{36}$/,
    );
    assert.deepEqual(mapper.map({ record }).attributes, first);
    assertAttributes(copy, {
      "xdr.schema": "scwx.email",
      "xdr.sensor_event_id": first["xdr.sensor_event_id"],
      "xdr.from_email_address": ["c@d.com", "a@b.com"],
      "xdr.to_email_address": ["x@y.com", "z@y.com"],
      "xdr.subject": "Hi",
      "xdr.status": undefined,
      "xdr.direction": undefined,
    });
    assert.notEqual(copy["xdr.resource_id"], first["xdr.resource_id"]);
    assert.equal(mapper.mapEmailCopy({ record: { ...record, RecordType: 1 } }), undefined);
  });

  test("map() keeps nothing of the record before", () => {
    const mapper = new XdrMapper();
    const rich = {
      ...COMMON,
      RecordType: 15,
      Operation: "UserLoginFailed",
      ClientIP: "1.2.3.4:5",
      LogonError: "X",
      More: 1,
    };
    const poor = { Id: "1", CreationTime: "2024-01-02T03:04:05", Operation: "x" };
    const alone = new XdrMapper().map({ record: poor }).attributes;
    for (let i = 0; i < 5; i += 1) {
      mapper.map({ record: rich });
      assert.deepEqual(mapper.map({ record: poor }).attributes, alone);
    }
  });

  test("map() survives more attribute names than it remembers", () => {
    const mapper = new XdrMapper();
    const before = mapper.map({ record: { ...COMMON, RecordType: 1, Operation: "x" } }).attributes;
    for (let i = 0; i < 200; i += 1) {
      const strange = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`Field${i}x${n}`, n]));
      const { attributes } = mapper.map({ record: { ...COMMON, RecordType: 1, Operation: "x", ...strange } });
      assert.equal(attributes[`o365.field${i}x99`], 99);
      assert.equal(attributes["xdr.sensor_event_id"], COMMON.Id);
    }
    assert.deepEqual(mapper.map({ record: { ...COMMON, RecordType: 1, Operation: "x" } }).attributes, before);
  });
});

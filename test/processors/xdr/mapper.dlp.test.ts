import { CREATED, expectKinds, MATCHED } from "./expect-kinds.ts";

const DETECTIONS = {
  Confidence: 85,
  Count: 3,
  SensitiveType: "50842eb7-edc8-4019-85dd-5a5c1f2bb085",
  SensitiveInformationTypeName: "Credit Card Number",
  SensitiveInformationDetections: {
    DetectedValues: [{ Name: MATCHED, Value: `card ${MATCHED} of` }],
    ResultsTruncated: false,
  },
};
const POLICY_DETAILS = [
  {
    PolicyId: "11111111-AAAA-4333-8444-555555555555",
    PolicyName: "Card numbers",
    Rules: [
      {
        RuleId: "22222222-AAAA-4333-8444-555555555555",
        RuleName: "Few cards",
        Severity: "Low",
        RuleMode: "Enable",
        Actions: ["NotifyUser"],
        ConditionsMatched: {
          ConditionMatchedInNewScheme: true,
          SensitiveInformation: [{ ...DETECTIONS, Location: "Message Body" }],
          OtherConditions: [{ Name: "SentToScope", Value: "NotInOrganization" }],
        },
      },
      { RuleId: "33333333-AAAA-4333-8444-555555555555", RuleName: "Many cards", Severity: "High" },
    ],
  },
];

expectKinds("data loss prevention (11, 13, 63)", [
  {
    name: "a match in mail (13)",
    record: {
      RecordType: 13,
      Operation: "DLPRuleMatch",
      Workload: "Exchange",
      UserId: "ann@contoso.com",
      UserKey: "1153977025279851686",
      ExchangeMetaData: {
        MessageID: "<1@contoso.com>",
        From: "ann@contoso.com",
        To: ["bob@fabrikam.com"],
        Subject: "cards",
        Sent: "2024-05-06T07:00:00",
        RecipientCount: 1,
      },
      PolicyDetails: POLICY_DETAILS,
      SensitiveInfoDetectionIsIncluded: true,
    },
    expected: {
      "xdr.schema": "scwx.thirdpartyalert",
      "xdr.title": "Card numbers",
      "xdr.ontology": "DLP",
      "xdr.user_principal_name": "ann@contoso.com",
      "xdr.first_event_time_usec": Date.UTC(2024, 4, 6, 7) * 1000,
      "xdr.created_time_usec": CREATED,
      "xdr.source_address": undefined,
      "o365.severity": "High",
      "security_rule.name": "Few cards",
      "security_rule.uuid": "22222222-aaaa-4333-8444-555555555555",
      severity: "ERROR",
    },
  },
  {
    name: "a match that was undone in a file (11)",
    record: {
      RecordType: 11,
      Operation: "DlpRuleUndo",
      Workload: "OneDrive",
      UserId: "DlpPolicyEventBasedAssistant(00000000-0000-0000-0000-000000000000)",
      UserKey: "DlpAgent",
      UserType: 4,
      ObjectId: "https://contoso-my.sharepoint.com/personal/ann/Documents/cards 1.xlsx",
      SharePointMetaData: {
        From: "ann@contoso.com",
        FileName: "cards 1.xlsx",
        FilePathUrl: "https://contoso-my.sharepoint.com/personal/ann/Documents/cards 1.xlsx",
        LastModifiedTime: "2024-05-06T06:00:00Z",
        IsViewableByExternalUsers: true,
      },
      ExceptionInfo: { Reason: "Override", FalsePositive: false, Justification: "agreed" },
      PolicyDetails: POLICY_DETAILS,
    },
    expected: {
      "xdr.user_principal_name": "ann@contoso.com",
      "user.name": "ann@contoso.com",
      "user.id": undefined,
      "file.name": "cards 1.xlsx",
      "file.extension": "xlsx",
      "url.full": "https://contoso-my.sharepoint.com/personal/ann/Documents/cards%201.xlsx",
      "xdr.first_event_time_usec": Date.UTC(2024, 4, 6, 6) * 1000,
      "o365.exception_info": { Reason: "Override", FalsePositive: false, Justification: "agreed" },
    },
  },
  {
    name: "a file copied to a stick (63)",
    record: {
      RecordType: 63,
      Operation: "FileCopiedToRemovableMedia",
      Workload: "Endpoint",
      ClientIP: "198.51.100.63",
      ObjectId: "C:\\Users\\ann\\Documents\\cards.docx",
      Application: "explorer.exe",
      DeviceName: "desk-1.contoso.com",
      EnforcementMode: 1,
      FileExtension: "docx",
      MDATPDeviceId: "9f8e7d6c5b4a",
      PolicyMatchInfo: {
        PolicyId: "11111111-2222-4333-8444-555555555555",
        PolicyName: "Sticks",
        RuleId: "AAAAAAAA-2222-4333-8444-555555555555",
        RuleName: "No sticks",
      },
      SensitiveInfoTypeData: [
        {
          Confidence: 85,
          Count: 1,
          SensitiveInfoTypeName: "Credit Card Number",
          SensitiveInformationDetectionsInfo: { DetectedValues: [{ Name: MATCHED, Value: MATCHED }] },
        },
      ],
      Sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    expected: {
      "xdr.title": "Sticks",
      "security_rule.name": "No sticks",
      "security_rule.uuid": "aaaaaaaa-2222-4333-8444-555555555555",
      "xdr.user_principal_name": "ann@contoso.com",
      "xdr.source_address": "198.51.100.63",
      "file.path": "C:\\Users\\ann\\Documents\\cards.docx",
      "file.name": "cards.docx",
      "file.extension": "docx",
      "o365.device_name": "desk-1.contoso.com",
      "xdr.host_id": undefined,
    },
  },
  {
    name: "a match that a newer workload reports (263)",
    record: { RecordType: 263, Operation: "DlpRuleMatch", Workload: "M365Apps", PolicyDetails: POLICY_DETAILS },
    expected: { "xdr.schema": "scwx.thirdpartyalert", "xdr.ontology": "DLP", "xdr.title": "Card numbers" },
  },
  {
    name: "matched values inside JSON text (99)",
    record: {
      RecordType: 99,
      Operation: "DlpRuleMatch",
      Workload: "OnPremisesScanner",
      PolicyDetails: JSON.stringify(POLICY_DETAILS),
      ObjectId: "\\\\filer\\share\\cards.txt",
    },
    expected: {
      "xdr.title": "Card numbers",
      "o365.severity": "High",
      "file.path": "\\\\filer\\share\\cards.txt",
    },
  },
]);

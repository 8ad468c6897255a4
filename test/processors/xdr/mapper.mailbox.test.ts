import { expectKinds } from "./expect-kinds.ts";

const MAILBOX = {
  Workload: "Exchange",
  ResultStatus: "Succeeded",
  UserKey: "100320012345ABCD",
  ExternalAccess: false,
  InternalLogonType: 0,
  LogonType: 0,
  LogonUserSid: "S-1-5-21-1-2-3-4",
  MailboxGuid: "1a2b3c4d-0000-4000-8000-000000000009",
  MailboxOwnerUPN: "ann@contoso.com",
  OrganizationName: "contoso.onmicrosoft.com",
  OriginatingServer: "AM0PR01MB0001 (15.20.7544.000)\r\n",
};

expectKinds("mailbox records (2, 3, 19, 50)", [
  {
    name: "an application without a name that came through another one (50)",
    record: {
      ...MAILBOX,
      RecordType: 50,
      Operation: "MailItemsAccessed",
      ClientAppId: "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb",
      AppId: "00000003-0000-0000-c000-000000000000",
    },
    expected: {
      "o365.application_id": "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb",
      "o365.application_name": undefined,
      "o365.app_id": "00000003-0000-0000-c000-000000000000",
    },
  },
  {
    name: "a message sent as somebody else (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "SendAs",
      LogonType: 2,
      ClientIP: "198.51.100.7",
      ClientIPAddress: "198.51.100.7",
      ClientInfoString: "Client=OWA;Action=ViaProxy",
      AppId: "00000002-0000-0ff1-ce00-000000000000",
      MailboxOwnerUPN: "boss@contoso.com",
      SendAsUserSmtp: "boss@contoso.com",
      SessionId: "5f7d2f6c-1111-4000-8000-000000000002",
      Item: { Id: "RgAAA", Subject: "Invoice", Attachments: "a (1).pdf (8192b); b.pdf (20480b)", SizeInBytes: 31_000 },
    },
    expected: {
      "xdr.event_type": "ExchangeItem",
      "xdr.user_name": "ann@contoso.com",
      "xdr.user_agent": "Client=OWA;Action=ViaProxy",
      "o365.logon_type": "Delegated",
      "o365.mailbox_owner_upn": "boss@contoso.com",
      "o365.send_as_user_smtp": "boss@contoso.com",
      "o365.application_name": "Office 365 Exchange Online",
      "session.id": "5f7d2f6c-1111-4000-8000-000000000002",
      "user.id": "100320012345ABCD",
      "o365.outcome": "success",
    },
  },
  {
    name: "a client of Exchange Web Services (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "Create",
      ClientIPAddress: "2001:DB8:0:0::7 ",
      ClientInfoString: "Client=WebServices;python-requests/2.31.0[AppId=11111111-2222-4333-8444-555555555555];",
    },
    expected: {
      "xdr.source_address": "2001:db8::7",
      "user_agent.original": "Client=WebServices;python-requests/2.31.0[AppId=11111111-2222-4333-8444-555555555555];",
    },
  },
  {
    name: "messages deleted in part (3)",
    record: {
      ...MAILBOX,
      RecordType: 3,
      Operation: "SoftDelete",
      ResultStatus: "PartiallySucceeded",
      ClientIPAddress: "203.0.113.8",
      ClientInfoString:
        "Client=ActiveSync;UserAgent=Apple-iPhone14C2/2001.50;Action=/Microsoft-Server-ActiveSync/Proxy",
      AffectedItems: [{ Id: "RgAAA", Subject: "Hi", ParentFolder: { Id: "L", Path: "\\Inbox" } }],
      Folder: { Id: "L", Path: "\\Inbox" },
    },
    expected: {
      "xdr.event_type": "ExchangeItemGroup",
      "o365.outcome": "partial",
      "o365.folder": { Id: "L", Path: "\\Inbox" },
      severity: "INFO",
    },
  },
  {
    name: "operations rolled up into one record (19)",
    record: {
      ...MAILBOX,
      RecordType: 19,
      Operation: "FolderBind",
      ClientIPAddress: "203.0.113.8",
      ClientInfoString: "Client=REST;Client=RESTSystem;;",
      OperationCount: 12,
      AggregateDurationInSeconds: 86_400,
    },
    expected: {
      "xdr.event_type": "ExchangeAggregatedOperation",
      "xdr.user_agent": "Client=REST;Client=RESTSystem;;",
      "xdr.source_address": "203.0.113.8",
      "o365.operation_count": 12,
    },
  },
  {
    name: "mail items that an application read (50)",
    record: {
      ...MAILBOX,
      RecordType: 50,
      Operation: "MailItemsAccessed",
      UserId: "S-1-5-18",
      UserKey: "S-1-5-18",
      UserType: 5,
      AppId: "11111111-2222-4333-8444-555555555555",
      ClientAppId: "11111111-2222-4333-8444-555555555555",
      ClientIPAddress: "2001:db8::50",
      ClientInfoString: "Client=REST;;",
      AppAccessContext: { AADSessionId: "9a8b7c6d-1111-4000-8000-000000000050", APIId: "graph" },
      OperationProperties: [
        { Name: "MailAccessType", Value: "Bind" },
        { Name: "IsThrottled", Value: "False" },
      ],
      OperationCount: 2,
      Folders: [
        {
          Id: "LgAAA",
          Path: "\\Inbox",
          FolderItems: [
            { InternetMessageId: "<1@contoso.com>", SizeInBytes: 4711 },
            { InternetMessageId: "<2@contoso.com>", SizeInBytes: 42 },
          ],
        },
      ],
    },
    expected: {
      "xdr.user_name": "S-1-5-18",
      "user.email": undefined,
      "xdr.source_address": "2001:db8::50",
      "session.id": "9a8b7c6d-1111-4000-8000-000000000050",
      "o365.operation_properties": { MailAccessType: "Bind", IsThrottled: "False" },
      "o365.folders": [
        {
          Id: "LgAAA",
          Path: "\\Inbox",
          FolderItems: [
            { InternetMessageId: "<1@contoso.com>", SizeInBytes: 4711 },
            { InternetMessageId: "<2@contoso.com>", SizeInBytes: 42 },
          ],
        },
      ],
      "o365.application_name": undefined,
    },
  },
  {
    name: "a rule made in Outlook (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "UpdateInboxRules",
      ClientIP: "203.0.113.9",
      ClientIPAddress: "203.0.113.9",
      ClientInfoString: "Client=MSExchangeRPC",
      OperationProperties: '[{"Name":"RuleOperation","Value":"AddMailboxRule"},{"Name":"RuleName","Value":"."}]',
    },
    expected: {
      "xdr.event_name": "UpdateInboxRules",
      "o365.operation_properties": { RuleOperation: "AddMailboxRule", RuleName: "." },
    },
  },
]);

expectKinds("sign-ins of Exchange", [
  {
    name: "a mailbox login, from the client's address (2)",
    record: {
      ...MAILBOX,
      RecordType: 2,
      Operation: "MailboxLogin",
      ClientIP: "10.0.0.4",
      ClientIPAddress: "203.0.113.20",
      ClientInfoString: "Client=POP3/IMAP4;Protocol=IMAP4",
      AppId: "00000002-0000-0ff1-ce00-000000000000",
    },
    expected: {
      "xdr.schema": "scwx.auth",
      "xdr.action": "LOGON_SUCCESS",
      "xdr.target_user_name": "ann@contoso.com",
      "xdr.source_address": "203.0.113.20",
      "xdr.user_agent": "Client=POP3/IMAP4;Protocol=IMAP4",
      "xdr.application_name": "Office 365 Exchange Online",
      "xdr.auth_system": "Exchange",
      "o365.logon_type": "Owner",
    },
  },
  {
    name: "a token that Outlook on the web issued (275)",
    record: {
      RecordType: 275,
      Operation: "OWAGetAccessTokenForResource",
      Workload: "Exchange",
      ResultStatus: "Succeeded",
      ClientIP: "198.51.100.9",
      UniqueTokenIdentifier: "AbC-token",
      ResourceURL: "https://outlook.office.com/",
    },
    expected: {
      "xdr.schema": "scwx.auth",
      "xdr.action": "LOGON_SUCCESS",
      "xdr.source_address": "198.51.100.9",
      "xdr.application_name": "https://outlook.office.com/",
      "o365.unique_token_identifier": "AbC-token",
      "o365.unique_token_id": "AbC-token",
      "o365.resource_url": "https://outlook.office.com/",
    },
  },
]);

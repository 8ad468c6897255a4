import { expectKinds } from "./expect-kinds.ts";

expectKinds("devices", [
  {
    name: "a file that an application opened, without a rule that matched (63)",
    record: {
      RecordType: 63,
      Operation: "FileRead",
      Workload: "Endpoint",
      ClientIP: "203.0.113.63",
      ObjectId: "C:\\Users\\ann\\Documents\\plan.docx",
      Application: "winword.exe",
      DeviceName: "desk-1.contoso.com",
      MDATPDeviceId: "9f8e7d6c5b4a",
      EnforcementMode: 1,
      FileSize: 4711,
      PolicyMatchInfo: {},
    },
    expected: {
      "xdr.schema": "scwx.cloudaudit",
      "xdr.event_name": "FileRead",
      "xdr.user_name": "ann@contoso.com",
      "xdr.source_address": "203.0.113.63",
      "xdr.host_id": undefined,
      "file.path": "C:\\Users\\ann\\Documents\\plan.docx",
      "file.name": "plan.docx",
      "file.extension": "docx",
      "file.size": 4711,
      "host.name": "desk-1.contoso.com",
      "device.id": "9f8e7d6c5b4a",
      "process.executable.name": "winword.exe",
      "o365.enforcement_mode": "Audit",
      "o365.alert_id": undefined,
      severity: "INFO",
    },
  },
  {
    name: "the device of a sign-in",
    record: {
      RecordType: 15,
      Operation: "UserLoggedIn",
      DeviceProperties: [
        { Name: "Id", Value: "0a1b2c3d-1111-4222-8333-444444444444" },
        { Name: "OS", Value: "Windows 10" },
        { Name: "BrowserType", Value: "Edge" },
      ],
    },
    expected: {
      "device.id": "0a1b2c3d-1111-4222-8333-444444444444",
      "user_agent.os.name": "Windows 10",
      "user_agent.name": "Edge",
    },
  },
  {
    name: "a browser that Entra ID does not know",
    record: {
      RecordType: 15,
      Operation: "UserLoggedIn",
      DeviceProperties: '[{"Name":"BrowserType","Value":"Other"},{"Name":"OS","Value":"Ios"}]',
    },
    expected: {
      "user_agent.name": undefined,
      "user_agent.os.name": "Ios",
      "o365.device_properties": { BrowserType: "Other", OS: "Ios" },
    },
  },
]);

expectKinds("rules made in Outlook", [
  {
    name: "their conditions and actions as parameters",
    record: {
      RecordType: 2,
      Operation: "UpdateInboxRules",
      Workload: "Exchange",
      LogonUserDisplayName: "Ann Example",
      LogonType: "0",
      InternalLogonType: 1,
      OperationProperties: [
        { Name: "RuleOperation", Value: "AddMailboxRule" },
        { Name: "RuleName", Value: "." },
        { Name: "RuleActions", Value: '[{"ActionType":"Forward","Recipients":["x@example.com"]}]' },
      ],
    },
    expected: {
      "o365.parameters": {
        RuleOperation: "AddMailboxRule",
        RuleName: ".",
        RuleActions: [{ ActionType: "Forward", Recipients: ["x@example.com"] }],
      },
      "o365.logon_type": "Owner",
      "o365.internal_logon_type": "Admin",
      "user.full_name": "Ann Example",
    },
  },
  {
    name: "no parameters of other mailbox records",
    record: { RecordType: 2, Operation: "Send", OperationProperties: [{ Name: "a", Value: "1" }] },
    expected: { "o365.parameters": undefined, "o365.operation_properties": { a: "1" } },
  },
  {
    name: "no parameters with extensions none",
    record: { RecordType: 1, Operation: "New-InboxRule", Parameters: [{ Name: "ForwardTo", Value: "x@example.com" }] },
    options: { extensions: "none" },
    expected: { "o365.parameters": undefined, "o365.outcome": "unknown", "xdr.event_name": "New-InboxRule" },
  },
  {
    name: "the parameters with extensions common",
    record: { RecordType: 1, Operation: "New-InboxRule", Parameters: [{ Name: "ForwardTo", Value: "x@example.com" }] },
    options: { extensions: "common" },
    expected: { "o365.parameters": { ForwardTo: "x@example.com" } },
  },
]);

expectKinds("enumerations", [
  {
    name: "SharePoint items by number",
    record: { RecordType: 6, Operation: "FolderCreated", ItemType: 5, EventSource: "1", SourceFileName: "x" },
    expected: { "o365.item_type": "Folder", "o365.event_source": "ObjectModel", "file.name": undefined },
  },
  {
    name: "add-ons of Teams",
    record: { RecordType: 25, Operation: "AppInstalled", AddOnType: 2 },
    expected: { "o365.add_on_type": "Connector" },
  },
  {
    name: "simulated attacks",
    record: { RecordType: 85, Operation: "SimulatedAttack", AttackSimEvent: 6 },
    expected: { "o365.attack_sim_event": "CredentialEntered", "xdr.schema": "scwx.cloudaudit" },
  },
  {
    name: "the portal for encrypted messages",
    record: { RecordType: 154, Operation: "AuthenticateRequest", AuthenticationStatus: 1, OperationStatus: 0 },
    expected: {
      "o365.authentication_status": "Failure",
      "o365.operation_status": "Success",
      "o365.outcome": "failure",
      severity: "WARN",
    },
  },
  {
    name: "a number that is in no list",
    record: { RecordType: 2, Operation: "Send", LogonType: 99 },
    expected: { "o365.logon_type": "99" },
  },
  {
    name: "an app of a kind that is in no list (25)",
    record: { RecordType: 25, Operation: "AppInstalled", Workload: "MicrosoftTeams", AddOnType: 4 },
    expected: { "o365.add_on_type": "4" },
  },
]);

expectKinds("applications", [
  {
    name: "an id under whatever name, and the name of one that is well known",
    record: { RecordType: 50, Operation: "MailItemsAccessed", ClientAppId: "00000003-0000-0000-C000-000000000000" },
    expected: {
      "o365.application_id": "00000003-0000-0000-c000-000000000000",
      "o365.application_name": "Microsoft Graph",
      "o365.client_app_id": "00000003-0000-0000-C000-000000000000",
    },
  },
  {
    name: "a context that came as a list",
    record: {
      RecordType: 6,
      Operation: "FileAccessed",
      AppAccessContext: [{ AADSessionId: "9a8b7c6d-1111-4000-8000-000000000050", ClientAppName: "Fabrikam" }],
    },
    expected: { "session.id": "9a8b7c6d-1111-4000-8000-000000000050", "o365.application_name": "Fabrikam" },
  },
]);

expectKinds("fields that are not confirmed", [
  {
    name: "none by default",
    record: { RecordType: 2, Operation: "MailboxLogin", ExtendedProperties: [{ Name: "RequestType", Value: "x" }] },
    expected: { "xdr.source_user_name": undefined, "xdr.logon_type": undefined, "xdr.event_time_fidelity": undefined },
  },
  {
    name: "all when told to",
    record: { RecordType: 2, Operation: "MailboxLogin", ExtendedProperties: [{ Name: "RequestType", Value: "x" }] },
    options: { emitUnverified: true },
    expected: {
      "xdr.source_user_name": "ann@contoso.com",
      "xdr.logon_type": "x",
      "xdr.event_time_fidelity": "SECOND",
    },
  },
]);

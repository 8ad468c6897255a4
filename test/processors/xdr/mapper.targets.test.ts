import { ANN_ID, expectKinds } from "./expect-kinds.ts";

const LABEL = "6a10f3c2-a682-44ba-a911-52dcca64e78d";
const APP = "5f91ce94-4cc5-4ebe-aeb6-f074e57201bb";
const VIC_ID = "288fc35b-236b-4b73-868a-11f9d367bb13";

expectKinds("whom and what an action was about", [
  {
    name: "a member of a group, in a record of the directory (8)",
    record: {
      RecordType: 8,
      Operation: "Add member to group.",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Success",
      ObjectId: "vic@contoso.com",
      Actor: [
        { ID: "ann@contoso.com", Type: 5 },
        { ID: APP, Type: 2 },
        { ID: `User_${ANN_ID}`, Type: 2 },
        { ID: ANN_ID, Type: 2 },
      ],
      Target: [
        { ID: `User_${VIC_ID}`, Type: 2 },
        { ID: VIC_ID, Type: 2 },
        { ID: "vic@contoso.com", Type: 5 },
      ],
    },
    expected: {
      "user.id": ANN_ID,
      "o365.application_id": APP,
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_user_id": VIC_ID,
      "o365.target_name": undefined,
    },
  },
  {
    name: "a user who lost a role in an application: the user is in what was changed (8)",
    record: {
      RecordType: 8,
      Operation: "Remove app role assignment from user.",
      Workload: "AzureActiveDirectory",
      Target: [
        { ID: `ServicePrincipal_${APP}`, Type: 2 },
        { ID: "Payroll", Type: 1 },
      ],
      ModifiedProperties: [
        { Name: "User.UPN", NewValue: "", OldValue: "vic@contoso.com" },
        { Name: "User.ObjectID", NewValue: "", OldValue: VIC_ID.toUpperCase() },
      ],
    },
    expected: {
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_user_id": VIC_ID,
      "o365.target_name": "Payroll",
    },
  },
  {
    name: "a group that something was shared with: no user (14)",
    record: {
      RecordType: 14,
      Operation: "SharingSet",
      Workload: "SharePoint",
      TargetUserOrGroupName: "Site Members",
      TargetUserOrGroupType: "SharePointGroup",
    },
    expected: { "o365.target_user_name": undefined, "o365.target_user_or_group_name": "Site Members" },
  },
  {
    name: "somebody who became owner of a site (14)",
    record: {
      RecordType: 14,
      Operation: "AddedToGroup",
      Workload: "SharePoint",
      TargetUserOrGroupName: "vic@contoso.com",
      TargetUserOrGroupType: "Member",
      EventData: "<Group>Site Owners</Group>",
    },
    expected: { "o365.target_user_name": "vic@contoso.com", "o365.target_group_name": "Site Owners" },
  },
  {
    name: "a user who was deleted: the name from before (8)",
    record: {
      RecordType: 8,
      Operation: "Delete user.",
      Workload: "AzureActiveDirectory",
      ObjectId: "288fc35b236b4b73868a11f9d367bb13vic@contoso.com",
      Target: [
        { ID: `User_${VIC_ID}`, Type: 2 },
        { ID: "288fc35b236b4b73868a11f9d367bb13vic@contoso.com", Type: 5 },
      ],
    },
    expected: {
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_user_id": VIC_ID,
      "o365.object_id": "288fc35b236b4b73868a11f9d367bb13vic@contoso.com",
    },
  },
  {
    name: "a role that was activated: the target itself (8)",
    record: {
      RecordType: 8,
      Operation: "Add member to role completed (PIM activation).",
      Workload: "AzureActiveDirectory",
      Target: [
        { ID: `Role_${APP}`, Type: 2 },
        { ID: APP, Type: 2 },
        { ID: "Role", Type: 2 },
        { ID: "Global Administrator", Type: 1 },
        { ID: "vic@contoso.com", Type: 5 },
      ],
    },
    expected: {
      "o365.target_role_name": "Global Administrator",
      "o365.target_name": "Global Administrator",
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_group_name": undefined,
    },
  },
  {
    name: "a change of an application: no role (8)",
    record: {
      RecordType: 8,
      Operation: "Update application.",
      Workload: "AzureActiveDirectory",
      Target: [
        { ID: "Application", Type: 2 },
        { ID: "Payroll", Type: 1 },
      ],
    },
    expected: { "o365.target_role_name": undefined, "o365.target_name": "Payroll" },
  },
  {
    name: "whose mail a search of eDiscovery was about (24)",
    record: {
      RecordType: 24,
      Operation: "PurviewSearchExportJobSubmitted",
      Workload: "SecurityComplianceCenter",
      CaseName: "Case 7",
      DataSources: ["vic@contoso.com"],
    },
    expected: { "o365.target_user_name": "vic@contoso.com", "o365.case_name": "Case 7" },
  },
  {
    name: "a search of eDiscovery in many mailboxes (31)",
    record: {
      RecordType: 31,
      Operation: "SearchStarted",
      Workload: "AeD",
      DataSources: ["vic@contoso.com", "bob@contoso.com"],
    },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a search of eDiscovery everywhere, in the form before (24)",
    record: {
      RecordType: 24,
      Operation: "SearchCreated",
      Workload: "SecurityComplianceCenter",
      ExchangeLocations: "All",
    },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "whose mail an administrator read in Explorer (38)",
    record: {
      RecordType: 38,
      Operation: "AdminMailAccess",
      Workload: "SecurityComplianceCenter",
      ExtendedProperties: [
        { Name: "InternetMessageId", Value: "%3C1%40example.com%3E" },
        { Name: "MailboxId", Value: "vic@contoso.com" },
      ],
    },
    expected: { "o365.target_user_name": "vic@contoso.com", "o365.internet_message_id": "<1@example.com>" },
  },
  {
    name: "somebody who was in a meeting (25)",
    record: {
      RecordType: 25,
      Operation: "MeetingParticipantDetail",
      Workload: "MicrosoftTeams",
      Attendees: [{ DisplayName: "Eve", RecipientType: "User", UPN: "eve@example.com" }],
    },
    expected: { "o365.target_user_name": "eve@example.com" },
  },
  {
    name: "somebody of another tenant who was invited to a channel (25)",
    record: {
      RecordType: 25,
      Operation: "InviteSent",
      Workload: "MicrosoftTeams",
      Invitee: "eve@example.com",
    },
    expected: { "o365.target_user_name": "eve@example.com" },
  },
  {
    name: "one member of a team (25)",
    record: {
      RecordType: 25,
      Operation: "MemberAdded",
      Workload: "MicrosoftTeams",
      Members: [{ DisplayName: "Vic", Role: 1, UPN: "vic@contoso.com" }],
      ExtraProperties: [
        { Key: "OsName", Value: "windows" },
        { Key: "OsVersion", Value: "10" },
      ],
    },
    expected: {
      "o365.target_user_name": "vic@contoso.com",
      "o365.target_role_name": "Owner",
      "user_agent.os.name": "windows",
      "user_agent.os.version": "10",
    },
  },
  {
    name: "several members of a team: no single one (25)",
    record: {
      RecordType: 25,
      Operation: "MemberAdded",
      Workload: "MicrosoftTeams",
      Members: [{ UPN: "vic@contoso.com" }, { UPN: "bob@contoso.com" }],
    },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a member of a workspace (20)",
    record: {
      RecordType: 20,
      Operation: "AddGroupMembers",
      Workload: "PowerBI",
      WorkSpaceName: "Finance",
      MembershipInformation: [{ MemberEmail: "eve@fabrikam.com" }],
    },
    expected: { "o365.target_user_name": "eve@fabrikam.com", "o365.target_group_name": "Finance" },
  },
  {
    name: "a token, in whatever service it was used (1)",
    record: { RecordType: 1, Operation: "Get-Mailbox", AppAccessContext: [{ UniqueTokenId: "AbC" }] },
    options: { extensions: "none" },
    expected: { "o365.unique_token_id": "AbC" },
  },
  {
    name: "a mail under review (68)",
    record: {
      RecordType: 68,
      Operation: "SupervisoryReviewOLAudit",
      ExchangeDetails: { From: "bob@contoso.com", Recipients: ["ann@contoso.com"], Subject: "Hello" },
    },
    expected: {
      "o365.sender": "bob@contoso.com",
      "o365.recipients": ["ann@contoso.com"],
      "o365.subject": "Hello",
    },
  },
  {
    name: "a mail that a rule matched (13)",
    record: {
      RecordType: 13,
      Operation: "DlpRuleMatch",
      ExchangeMetaData: {
        From: "ann@contoso.com",
        To: ["Bob <bob@fabrikam.com>"],
        BCC: ["bob@fabrikam.com", "eve@fabrikam.com"],
        Subject: "Cards",
      },
    },
    expected: {
      "o365.sender": "ann@contoso.com",
      "o365.recipients": ["bob@fabrikam.com", "eve@fabrikam.com"],
      "o365.subject": "Cards",
    },
  },
  {
    name: "a file that was classified (361)",
    record: { RecordType: 361, Operation: "Scan", DocumentMetaData: { FileOwner: "Ann", FileName: "a.docx" } },
    expected: { "file.owner.name": "Ann", "file.name": "a.docx" },
  },
  {
    name: "somebody who joined a team without being asked (25)",
    record: {
      RecordType: 25,
      Operation: "MemberAdded",
      Workload: "MicrosoftTeams",
      Members: [{ DisplayName: "Ann", UPN: "Ann@contoso.com" }],
    },
    expected: { "o365.target_user_name": "Ann@contoso.com" },
  },
  {
    name: "a chat between two: the other one (25)",
    record: {
      RecordType: 25,
      Operation: "ChatCreated",
      Workload: "MicrosoftTeams",
      CommunicationType: "OneOnOne",
      Members: [
        { DisplayName: "Ann", UPN: "Ann@Contoso.com" },
        { DisplayName: "Eve", UPN: "eve@fabrikam.com" },
      ],
    },
    expected: { "o365.target_user_name": "eve@fabrikam.com", "user.name": "ann@contoso.com" },
  },
  {
    name: "a chat of three: no single other one (25)",
    record: {
      RecordType: 25,
      Operation: "ChatCreated",
      Workload: "MicrosoftTeams",
      Members: [{ UPN: "ann@contoso.com" }, { UPN: "bob@contoso.com" }, { UPN: "vic@contoso.com" }],
    },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a chat with somebody who has no address: not the one who acted (25)",
    record: {
      RecordType: 25,
      Operation: "ChatCreated",
      Workload: "MicrosoftTeams",
      Members: [{ UPN: "ann@contoso.com" }, { DisplayName: "Eve" }],
    },
    expected: { "o365.target_user_name": undefined },
  },
  {
    name: "a mail that somebody sent (2)",
    record: { RecordType: 2, Operation: "Send", Workload: "Exchange", Item: { InternetMessageId: "<2@contoso.com>" } },
    expected: { "o365.internet_message_id": "<2@contoso.com>" },
  },
  {
    name: "the mail of a click (41)",
    record: {
      RecordType: 41,
      Operation: "TIUrlClickData",
      AppName: "mail",
      SourceId: "5F7D2F6C-1111-4000-8000-000000000041",
    },
    expected: { "o365.network_message_id": "5f7d2f6c-1111-4000-8000-000000000041" },
  },
  {
    name: "a click that was not in a mail (41)",
    record: {
      RecordType: 41,
      Operation: "TIUrlClickData",
      AppName: "Teams",
      SourceId: "5f7d2f6c-1111-4000-8000-000000000041",
    },
    expected: { "o365.network_message_id": undefined },
  },
  {
    name: "a flow that is shared (30)",
    record: {
      RecordType: 30,
      Operation: "PutPermissions",
      Workload: "MicrosoftFlow",
      RecipientUPN: "bob@contoso.com",
      FlowDetailsUrl: "https://flow.contoso.com/1",
    },
    expected: { "o365.target_user_name": "bob@contoso.com", "url.full": "https://flow.contoso.com/1" },
  },
  {
    name: "a mail that is released from quarantine (65)",
    record: {
      RecordType: 65,
      Operation: "QuarantineReleaseMessage",
      Workload: "Quarantine",
      ReleaseTo: "bob@contoso.com",
      RequestType: 2,
    },
    expected: { "o365.target_user_name": "bob@contoso.com", "o365.request_type": "Release" },
  },
  {
    name: "a label that Outlook lowered (83)",
    record: {
      RecordType: 83,
      Operation: "SensitivityLabelUpdated",
      Workload: "PublicEndpoint",
      Application: "Word",
      DeviceName: "LAPTOP-7",
      Platform: 1,
      ObjectId: "https://contoso.sharepoint.com/plan.docx",
      SensitivityLabelEventData: { SensitivityLabelId: LABEL, OldSensitivityLabelId: APP, LabelEventType: 2 },
    },
    expected: {
      "xdr.event_type": "SensitivityLabelAction",
      "host.name": "LAPTOP-7",
      "file.name": "plan.docx",
      "url.full": "https://contoso.sharepoint.com/plan.docx",
      "o365.application_name": "Word",
      "o365.sensitivity_label_id": LABEL,
      "o365.old_sensitivity_label_id": APP,
      "o365.label_event_type": "Downgraded",
      "o365.platform": "Windows",
    },
  },
  {
    name: "a label that was taken off a file of SharePoint (6)",
    record: {
      RecordType: 6,
      Operation: "FileSensitivityLabelRemoved",
      Workload: "SharePoint",
      SensitivityLabelEventData: { OldSensitivityLabelId: LABEL, LabelEventType: 3, ActionSource: 3 },
    },
    expected: {
      "o365.sensitivity_label_id": undefined,
      "o365.old_sensitivity_label_id": LABEL,
      "o365.label_event_type": "Removed",
      "o365.action_source": "Manual",
    },
  },
  {
    name: "a label of a report (20)",
    record: {
      RecordType: 20,
      Operation: "SensitivityLabelApplied",
      SensitivityLabelEventData: { SensitivityLabelId: LABEL },
    },
    expected: { "o365.sensitivity_label_id": LABEL },
  },
  {
    name: "a label of a mail in transport (43)",
    record: { RecordType: 43, Operation: "MipLabel", LabelId: LABEL.toUpperCase(), LabelName: "Secret" },
    expected: { "o365.sensitivity_label_id": LABEL, "o365.label_name": "Secret" },
  },
  {
    name: "where Copilot was asked (261)",
    record: { RecordType: 261, Operation: "CopilotInteraction", CopilotEventData: { AppHost: "Word" } },
    expected: { "o365.application_name": "Word" },
  },
  {
    name: "a label in flat fields, as the vendor's pages list them (94)",
    record: {
      RecordType: 94,
      Operation: "SensitivityLabelApplied",
      Workload: "Aip",
      SensitivityLabelId: LABEL,
      LabelEventType: 1,
      ActionSource: "3",
    },
    options: { extensions: "none" },
    expected: { "o365.label_event_type": undefined, "o365.sensitivity_label_id": undefined },
  },
  {
    name: "a query of insights by an application (52)",
    record: { RecordType: 52, Operation: "SearchDataInsightsSubscription", UserId: "NOT-FOUND", AadAppId: APP },
    expected: { "xdr.user_name": undefined, "o365.application_id": APP },
  },
  {
    name: "SharePoint's own account, which has the SID of nobody (6)",
    record: {
      RecordType: 6,
      Operation: "FileModified",
      Workload: "SharePoint",
      UserId: "SHAREPOINT\\system",
      UserKey: "S-1-0-0",
    },
    expected: { "xdr.user_name": "SHAREPOINT\\system", "user.id": undefined },
  },
  {
    name: "a scan of a file on demand (361)",
    record: {
      RecordType: 361,
      Operation: "DataScanClassification",
      Workload: "SharePoint",
      DocumentMetaData: { FileName: "plan.docx", FilePathUrl: "https://contoso.sharepoint.com/plan.docx" },
      ClassificationPosture: 3,
    },
    expected: {
      "file.name": "plan.docx",
      "url.full": "https://contoso.sharepoint.com/plan.docx",
      "o365.classification_posture": "FirstMatch",
    },
  },
  {
    name: "an item of Dynamics (21)",
    record: {
      RecordType: 21,
      Operation: "CrmDefaultActivity",
      Workload: "CRM",
      ItemUrl: "https://org.crm.dynamics.com/main.aspx?etn=contact",
    },
    expected: { "url.full": "https://org.crm.dynamics.com/main.aspx?etn=contact" },
  },
  {
    name: "a plan of a group (188)",
    record: { RecordType: 188, Operation: "PlanRead", Workload: "Planner", ContainerType: 2, ResultStatus: "1" },
    expected: { "o365.container_type": "Group", "o365.outcome": "success" },
  },
  {
    name: "a device that somebody looked into (110)",
    record: {
      RecordType: 110,
      Operation: "RunLiveResponse",
      Workload: "MicrosoftDefenderForEndpoint",
      DeviceName: "srv-1.contoso.com",
    },
    expected: { "host.name": "srv-1.contoso.com" },
  },
]);

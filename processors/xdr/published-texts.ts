/**
 * Top-level fields that are published as text, beside those of `field-types.ts` that are known to arrive otherwise.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema (state of 2026-07-01)
 */
export const PUBLISHED_TEXTS: readonly string[] = `
  Action Activity ActivityDateTime ActivityParameters ActorContextId ActorIP ActorInfoString ActorIpAddress
  ActorUserId AddOnGuid AddOnName AdminSubmissionDeliveryCheck AdminSubmissionRegistered AdminSubmissionSubmitted
  AdminSubmissionSubmitting AdminSubmissionTablAllow AdminSubmissionTimeout AdminSubmissionTriage AgentID AgentName
  AgreementCreationDateTime AgreementId AgreementSender AlertEntityId AlertId AlertType AppId AppName
  AppRegistrationTenantId Application ApplicationDisplayName ApplicationId ApplicationMode ApplicationName
  ApplicationVersion ApprovalExpiryDateInUTC ApprovalUpdatedDateInUTC Approver AttachmentId AttachmentName
  AttackSimUserSubmission AttackTechnique Audit AuthType AutomationId BackupItemID BackupItemId BackupItemType BatchID
  BillingAzureResourceGroupName BillingAzureSubscriptionId BillingPolicyId CallId CampaignID CampaignType CaseId
  CaseName Category ChannelGuid ChannelName ChannelType Client ClientAppId ClientApplication ClientIP ClientIPAddress
  ClientInfoString ClientMachineName ClientProcessName ClientRegion ClientRequestId ClientUUID ClientVersion
  CloudInstanceName CmdletVersion Comments ComponentFault Compute ConfigId ConfigName Connectors
  ContactEmail1DisplayName ContactEmail1EmailAddress ContactEmail2DisplayName ContactEmail2EmailAddress
  ContactEmail3DisplayName ContactEmail3EmailAddress ContainerId CopilotLogVersion CopyActivityRunId CorrelationId
  CourseID CreationMethodology CreationTime CrmOrganizationUniqueName CustomEvent CustomSubmission DashboardName Data
  DataClassification DataDSRControl DataExportType DataOnboardingAtSetup DataOnboardingStatus DataState DatasetColumns
  DatasetName DeeplinkURL DeliveryAction Description DestMailboxId DestMailboxOwnerMasterAccountSid
  DestMailboxOwnerSid DestMailboxOwnerUPN DestinationFileExtension DestinationFileName DestinationLabel
  DestinationRelativeUrl DestinationSinks DestinationTenantId Detail DetectedDateTime DetectionTimingType
  DetectionType DeviceId Directionality DiscardEmployeeIds DiscoveryId DomainURL EditMethodology EffectiveOrganization
  ElevationApprovedTime ElevationApprover ElevationRequestId ElevationRole ElevationTime EndTime EndTimeData Entity
  EntityId EntityName EntityType EnvironmentId Event EventData EventDeepLink EventName EventOccurenceTime EventTime
  EventValue ExportName ExportTriggeredAt ExtendedCompletionDate ExternalUserTenantId FailureReason
  FeedBackComponentName FileName FormId FormName GenericInfo GoalList GraphName GraphQueryStats GraphQueryStatus
  GroupName HostAppId Id ImpersonationType ImportType InputParameters InstanceUrl InterSystemsId Interface
  InternetMessageId IntraSystemsId InvestigationId InvestigationName InvestigationType Invitee ItemID ItemId ItemName
  ItemUrl JobEndTime JobID JobId JobName JobRunStatus JobStartTime JobType KernalId LabelAction LabelAppliedDateTime
  LabelId LabelName LastModifiedBy LastModifiedDate LastUpdateTimeUtc LastUpdatedDateTime LatestDeliverylocation
  ListId ListItemUniqueId ListName ListTitle ListUrl LogonUserDisplayName LogonUserSid Logs MachineDomainInfo
  MachineId MailboxGuid MailboxOwnerMasterAccountSid MailboxOwnerSid MailboxOwnerUPN MeetingId MemberIds Message
  MessageList MessageTime MessageURLs ModifiedObjectResolvedName Name NameOfDownloadedZipFile NetworkMessageId
  NewContainerId NewLabel NewPlanId NewValue NonPiiParameters Object1Id Object1Name Object1Type Object2Id Object2Name
  Object2Type OldLabel OldValue OnBehalfOfResId Operation OperationInput OrgAppPermission OrganizationId
  OrganizationName OrganizationOwner OriginalContainerId OriginalDeliverylocation OriginalPlanId OriginatingServer
  P1Sender P2Sender ParentEntityId PhishConfidenceLevel PipelineName PipelineRunId PlaceType PlanId PlanList PolicyID
  PolicyId PrimaryFieldValue ProductType ProfileName ProjectId PromptText Property ProtectionUnitID ProvisioningStatus
  PulseId Query QueryId QueryResponse QueryText Reason Recipient RecordNumber ReleaseTo ReportMetadata ReportName
  RequestId ResourceURL RestoreLocation RestoreLocationType RestoreTime ResultMessage ResultStatus RiskDetail
  RiskEventType RiskId RiskLevel RiskState RoadmapId RoadmapItemId Roster RunEndTime RunID RunStartTime ScenarioType
  Schedule ScopeList SendAsUserMailboxGuid SendAsUserSmtp SendOnBehalfOfUserMailboxGuid SendOnBehalfOfUserSmtp Sender
  SenderIp SensitivityLabelId SensitivityLabelOwnerEmail ServiceType SessionEndTime SessionId SessionStartTime
  SharedWithContainerId SharingType Site SiteUrl Source SourceApp SourceFileExtension SourceFileName SourceId
  SourceLabel SourceName SourceRelativeUrl SourceUserId StartTime StartTimeUtc State Subject SubmissionId
  SubmissionNotification SubscriptionId SuccessStatus SupportTicketId SwitchState TAK TabType TableName
  TargetContextId TargetObjectId TargetUserId TargetUserOrGroupName TargetUserOrGroupType TaskID TaskId TaskList
  TeamGuid TeamName Teams TenantId TenantSettings ThreatsAndDetectionTech TimeData TimeOfClick TokenIssuerType
  TokenObjectId TokenTenantId TokenType ToolID ToolName TriggerMode URL URLPath UndeliveredScope UniqueSharingId
  UniqueTokenIdentifier UserAgent UserDisplayName UserDomain UserIp UserRole UserServicePlan UserSharedWith
  UserSubmission UserSubmissionTriage Username Verdict WorkSpaceName Workload WpaUserRole
`
  .trim()
  .split(/\s+/);

import type { Kind } from "./kinds.ts";

/**
 * One row of the routing table: records that are told apart by what they say, not by their type alone. All conditions
 * that are given must hold; the first row that holds decides. Where none holds, the record type does (`record-kinds.ts`).
 */
export interface Route {
  readonly kind: Kind;
  /** Why, for the documentation. */
  readonly why: string;
  /** Record type numbers; `unknown` stands for an absent type and for every number that is not published. Default: all. */
  readonly types?: readonly (number | "unknown")[];
  /** Operations, compared without case and without a full stop at the end. */
  readonly operations?: readonly string[];
  /** The operation holds one of these, in lower case. */
  readonly operationHas?: readonly string[];
  readonly contentTypes?: readonly string[];
  /** A top-level field whose value, as text, is one of these, compared like operations. */
  readonly field?: { readonly name: string; readonly in: readonly string[] };
  /** At least one of these top-level fields holds something. */
  readonly has?: readonly string[];
  /** None of these top-level fields holds anything. */
  readonly lacks?: readonly string[];
}

const DLP_OPERATIONS = ["DlpRuleMatch", "DlpRuleUndo", "DlpInfo"];
const MATCHED_POLICY = ["PolicyDetails", "PolicyMatchInfo"];

/**
 * Session operations of Teams and SharePoint (`TeamsSessionStarted`, `SignInEvent`) are no sign-ins, so that one sign-in
 * does not count twice.
 */
export const ROUTES: readonly Route[] = [
  {
    kind: "sign_in",
    why: "Sign-ins among directory records; the event type alone does not tell, directory changes carry it as well",
    types: [8],
    operationHas: ["logon", "login", "loggedin", "loggedoff", "signin"],
    field: { name: "AzureActiveDirectoryEventType", in: ["0", "AccountLogon"] },
  },
  {
    kind: "sign_in",
    why: "Sign-ins by their operation",
    types: [8, "unknown"],
    operations: ["UserLoggedIn", "UserLoginFailed", "UserLoggedOff"],
  },
  { kind: "mailbox_sign_in", why: "Sign-ins to a mailbox by their operation", operations: ["MailboxLogin"] },
  { kind: "file_malware", why: "Malware in a file by the operation", operations: ["FileMalwareDetected"] },
  {
    kind: "endpoint",
    why: "Activity on a device that no rule matched: an alert for each file that was opened would be noise",
    types: [63],
    has: ["DeviceName", "MDATPDeviceId", "EndpointOperation"],
    lacks: MATCHED_POLICY,
  },
  {
    kind: "teams_threat",
    why: "What Teams itself detected, among what people did there",
    operations: ["TeamsImpersonationDetected", "SecurityRiskInCallDetected"],
  },
  {
    kind: "dlp",
    why: "Types of devices, data loss prevention and its classification, when a rule matched",
    types: [108, 144, 153, 234, 263, 270, 271, 276, 289, 291, 410, "unknown"],
    has: MATCHED_POLICY,
  },
  { kind: "dlp", why: "Everything else of this content type is a match", contentTypes: ["DLP.All"] },
  { kind: "dlp", why: "Matches by the operation, whatever workload reports them", operations: DLP_OPERATIONS },
  {
    kind: "other",
    why: "Changes of custom detection rules, which are no detections",
    types: [113],
    operations: [
      "CreateCustomDetection",
      "EditCustomDetection",
      "DeleteCustomDetection",
      "ChangeCustomDetectionRuleStatus",
      "RunCustomDetection",
    ],
  },
  {
    kind: "other",
    why: "What an administrator did about a message, where no investigation is named",
    types: [86, 89],
    has: ["AirAdminActionType"],
    lacks: ["InvestigationId", "InvestigationName"],
  },
  {
    kind: "alert",
    why: "Alerts of types that are not published",
    types: ["unknown"],
    operations: ["AlertTriggered", "AlertEntityGenerated", "AlertUpdated"],
  },
  {
    kind: "detection",
    why: "Types without documentation whose names speak of alerts or findings, when the record is one",
    types: [42, 61, 115, 166, 167, 305, 417, "unknown"],
    has: ["AlertId"],
  },
  { kind: "mail_threat", why: "By the operation", types: ["unknown"], operations: ["TIMailData"] },
  { kind: "url_click", why: "By the operation", types: ["unknown"], operations: ["TIUrlClickData"] },
  { kind: "file_threat", why: "By the operation", types: ["unknown"], operations: ["AtpDetection"] },
  { kind: "investigation", why: "By the operation", types: ["unknown"], operations: ["AirInvestigationData"] },
];

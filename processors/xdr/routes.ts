import type { XdrSchema } from "./schema-fields.ts";

/** What sort of record it is. Rows of the mapping tables refer to these names. */
export type Kind =
  | "generic"
  | "sign_in"
  | "mailbox_sign_in"
  | "file_malware"
  | "file_threat"
  | "alert"
  | "detection"
  | "risk"
  | "mail_threat"
  | "url_click"
  | "investigation"
  | "hygiene"
  | "dlp"
  | "directory"
  | "exchange_admin"
  | "mailbox"
  | "sharepoint"
  | "teams"
  | "power_bi"
  | "copilot"
  | "quarantine"
  | "compliance"
  | "dynamics"
  | "information_protection"
  | "other";

/** One row of the routing table. All conditions that are given must hold; the first row that holds decides. */
export interface Route {
  readonly kind: Kind;
  readonly schema: XdrSchema;
  /** Schema when the option `antivirus` is off. */
  readonly withoutAntivirus?: XdrSchema;
  /** Record type numbers; `unknown` stands for an absent type and for every number that is not published. */
  readonly types?: readonly (number | "unknown")[];
  /** Operations, compared without case and without a full stop at the end. */
  readonly operations?: readonly string[];
  /** The operation holds one of these, in lower case. */
  readonly operationHas?: readonly string[];
  readonly workloads?: readonly string[];
  readonly contentTypes?: readonly string[];
  /** A top-level field whose value, as text, is one of these. */
  readonly field?: { readonly name: string; readonly in: readonly string[] };
}

const DLP_OPERATIONS = ["DlpRuleMatch", "DlpRuleUndo", "DlpInfo"];

/**
 * Parts of the names of sign-in operations. The event type alone does not tell: there are directory changes (`Add User.`)
 * that carry the number of a sign-in.
 */
const SIGN_IN_WORDS = ["logon", "login", "loggedin", "signin"];

/**
 * Where records go. Record types that nobody listed yet are routed by operation and workload.
 *
 * Session operations of Teams and SharePoint (`TeamsSessionStarted`, `SignInEvent`) stay in cloudaudit, so that one
 * sign-in does not count twice.
 */
export const ROUTES: readonly Route[] = [
  { kind: "sign_in", schema: "auth", types: [15, 9] },
  {
    kind: "sign_in",
    schema: "auth",
    types: [8],
    operationHas: SIGN_IN_WORDS,
    field: { name: "AzureActiveDirectoryEventType", in: ["0", "AccountLogon"] },
  },
  {
    kind: "sign_in",
    schema: "auth",
    types: [8, "unknown"],
    operations: ["UserLoggedIn", "UserLoginFailed"],
  },
  { kind: "sign_in", schema: "auth", types: ["unknown"], operations: ["UserLoggedOff"] },
  { kind: "mailbox_sign_in", schema: "auth", types: [275] },
  { kind: "mailbox_sign_in", schema: "auth", operations: ["MailboxLogin"] },
  {
    kind: "file_malware",
    schema: "antivirus",
    withoutAntivirus: "thirdpartyalert",
    operations: ["FileMalwareDetected"],
  },
  { kind: "file_threat", schema: "antivirus", withoutAntivirus: "thirdpartyalert", types: [47] },
  { kind: "alert", schema: "thirdpartyalert", types: [40] },
  { kind: "risk", schema: "thirdpartyalert", types: [294] },
  { kind: "detection", schema: "thirdpartyalert", types: [62, 78, 98, 113, 307] },
  { kind: "mail_threat", schema: "thirdpartyalert", types: [28] },
  { kind: "url_click", schema: "thirdpartyalert", types: [41] },
  { kind: "investigation", schema: "thirdpartyalert", types: [64, 86, 89] },
  { kind: "hygiene", schema: "thirdpartyalert", types: [51] },
  { kind: "dlp", schema: "thirdpartyalert", types: [11, 13, 33, 63, 99, 100, 107] },
  { kind: "dlp", schema: "thirdpartyalert", contentTypes: ["DLP.All"] },
  { kind: "dlp", schema: "thirdpartyalert", operations: DLP_OPERATIONS },
  { kind: "directory", schema: "cloudaudit", types: [8] },
  { kind: "exchange_admin", schema: "cloudaudit", types: [1] },
  { kind: "mailbox", schema: "cloudaudit", types: [2, 3, 19, 50] },
  { kind: "sharepoint", schema: "cloudaudit", types: [4, 6, 7, 14, 36, 37, 54, 55, 56] },
  { kind: "teams", schema: "cloudaudit", types: [25, 57] },
  { kind: "power_bi", schema: "cloudaudit", types: [20] },
  { kind: "copilot", schema: "cloudaudit", types: [261, 284, 328, 334] },
  { kind: "quarantine", schema: "cloudaudit", types: [65] },
  { kind: "compliance", schema: "cloudaudit", types: [18] },
  { kind: "dynamics", schema: "cloudaudit", types: [21] },
  { kind: "information_protection", schema: "cloudaudit", types: [93, 94, 95, 96, 97] },
  { kind: "directory", schema: "cloudaudit", workloads: ["AzureActiveDirectory"] },
  { kind: "mailbox", schema: "cloudaudit", workloads: ["Exchange"] },
  { kind: "sharepoint", schema: "cloudaudit", workloads: ["SharePoint", "OneDrive"] },
  { kind: "teams", schema: "cloudaudit", workloads: ["MicrosoftTeams"] },
  { kind: "compliance", schema: "cloudaudit", workloads: ["SecurityComplianceCenter"] },
  { kind: "power_bi", schema: "cloudaudit", workloads: ["PowerBI"] },
  { kind: "copilot", schema: "cloudaudit", workloads: ["Copilot"] },
  { kind: "quarantine", schema: "cloudaudit", workloads: ["Quarantine"] },
  { kind: "information_protection", schema: "cloudaudit", workloads: ["Aip"] },
  { kind: "other", schema: "cloudaudit" },
];

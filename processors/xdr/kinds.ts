import type { XdrSchema } from "./schema/schemas.ts";

/** What sort of record it is. Rows of the mapping tables refer to these names. */
export const KIND_NAMES = [
  "generic",
  "sign_in",
  "mailbox_sign_in",
  "file_malware",
  "file_threat",
  "alert",
  "detection",
  "risk",
  "mail_threat",
  "url_click",
  "investigation",
  "hygiene",
  "teams_threat",
  "dlp",
  "directory",
  "exchange_admin",
  "mailbox",
  "sharepoint",
  "teams",
  "power_bi",
  "copilot",
  "quarantine",
  "compliance",
  "dynamics",
  "information_protection",
  "endpoint",
  "attack_simulation",
  "message_portal",
  "planner",
  "sentinel",
  "other",
] as const;
export type Kind = (typeof KIND_NAMES)[number];

/** A kind of record and the schema that it is mapped to. */
export interface KindFacts {
  readonly schema: XdrSchema;
  /** Schema when the option `antivirus` is off. */
  readonly withoutAntivirus?: XdrSchema;
  /** What records of this kind are, for the documentation. */
  readonly what: string;
}

export const KINDS: Readonly<Record<Kind, KindFacts>> = {
  generic: { schema: "generic", what: "No audit record: not JSON, or without Id, Operation or CreationTime" },

  sign_in: { schema: "auth", what: "Sign-ins to Entra ID, failed ones and sign-outs" },
  mailbox_sign_in: { schema: "auth", what: "Sign-ins to a mailbox, and tokens that Outlook on the web issued" },

  file_malware: {
    schema: "antivirus",
    withoutAntivirus: "thirdpartyalert",
    what: "Malware that SharePoint found in a file (FileMalwareDetected)",
  },
  file_threat: {
    schema: "antivirus",
    withoutAntivirus: "thirdpartyalert",
    what: "Malware or phishing that Defender for Office 365 found in a file",
  },

  alert: { schema: "thirdpartyalert", what: "Alerts of the security and compliance portals" },
  detection: { schema: "thirdpartyalert", what: "Alerts of other Microsoft products" },
  risk: { schema: "thirdpartyalert", what: "Risk detections of Entra ID Protection" },
  mail_threat: { schema: "thirdpartyalert", what: "Phishing and malware in mail" },
  url_click: { schema: "thirdpartyalert", what: "Clicks on links that Safe Links judged" },
  investigation: { schema: "thirdpartyalert", what: "Automated investigations (AIR)" },
  hygiene: { schema: "thirdpartyalert", what: "Users who may no longer send mail, or may again" },
  teams_threat: { schema: "thirdpartyalert", what: "Outsiders whom Teams takes for impersonators, in chats and calls" },
  dlp: { schema: "thirdpartyalert", what: "Matches of data loss prevention rules" },

  directory: { schema: "cloudaudit", what: "Changes in Entra ID" },
  exchange_admin: { schema: "cloudaudit", what: "Cmdlets of Exchange administrators and of the service itself" },
  mailbox: { schema: "cloudaudit", what: "What was done in a mailbox" },
  sharepoint: { schema: "cloudaudit", what: "SharePoint and OneDrive: files, lists, sharing, sites" },
  teams: { schema: "cloudaudit", what: "Microsoft Teams" },
  power_bi: { schema: "cloudaudit", what: "Power BI and Fabric" },
  copilot: { schema: "cloudaudit", what: "Copilot, other AI apps and agents" },
  quarantine: { schema: "cloudaudit", what: "What was done with messages in quarantine" },
  compliance: { schema: "cloudaudit", what: "Cmdlets and activity in the Purview and Defender portals" },
  dynamics: { schema: "cloudaudit", what: "Dynamics 365" },
  information_protection: {
    schema: "cloudaudit",
    what: "Sensitivity labels and encryption on files, and files that have them",
  },
  endpoint: { schema: "cloudaudit", what: "File activity on devices that no data loss prevention rule matched" },
  attack_simulation: { schema: "cloudaudit", what: "Attack simulation training" },
  message_portal: { schema: "cloudaudit", what: "The portal in which outsiders read encrypted messages" },
  planner: { schema: "cloudaudit", what: "Planner" },
  sentinel: { schema: "cloudaudit", what: "The data lake of Sentinel" },
  other: { schema: "cloudaudit", what: "Everything else" },
};

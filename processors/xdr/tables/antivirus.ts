import { ALERT_DETAILS } from "./alert-details.ts";
import type { Table } from "./row.ts";

/** Malware found in a file of SharePoint, OneDrive or Teams. */
export const ANTIVIRUS: Table = [
  { to: "xdr.threat_name", from: ["FileData.MalwareFamily", "VirusInfo"] },
  { to: "xdr.file_path", from: ["FileData.FilePath"] },
  { to: "xdr.file_path", from: ["ObjectId"], when: { kinds: ["file_malware"] } },
  { to: ["xdr.user_name", "user.name"], from: ["LastModifiedBy"], rule: "user" },
  { to: ["xdr.user_name", "user.name"], from: ["UserId"], rule: "user", when: { kinds: ["file_malware"] } },
  { to: ["xdr.user_name", "user.name"], from: ["UserId"], rule: "person" },
  { to: "file.name", from: ["FileData.FileName", "SourceFileName"] },
  { to: "file.path", from: ["FileData.FilePath", "ObjectId"], rule: "file_path" },
  { to: "url.full", from: ["FileData.FilePath", "ObjectId"], rule: "url" },
  { to: "file.extension", from: ["SourceFileExtension"], rule: "file_extension" },
  { to: "file.extension", from: ["@file.name"], rule: "file_extension_of_path" },
  { to: "file.size", from: ["FileData.FileSize"], rule: "number" },
  { to: "user_agent.original", from: ["UserAgent"], rule: "user_agent" },
  ...ALERT_DETAILS,
];

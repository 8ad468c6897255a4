import { structure } from "../extensions.ts";
import { operation } from "../operation.ts";
import { address, addressNetwork, portOfAddress } from "./address.ts";
import { application, knownApplication, userAgent } from "./client.ts";
import { fileExtension, fileExtensionOfPath, fileNameOfPath, filePath, url } from "./item.ts";
import { errorType } from "./outcome.ts";
import { clearedNames } from "./parameters.ts";
import { recordType } from "./record-type.ts";
import type { Rule } from "./rule.ts";
import { highestRuleSeverity } from "./severity.ts";
import { integer, lowerGuid, text } from "./text.ts";
import { micros } from "./time.ts";
import {
  addressList,
  directoryId,
  domain,
  emailAddress,
  objectId,
  person,
  principalName,
  singleAddress,
  upn,
  user,
  userId,
} from "./who.ts";

export type RuleName =
  | "text"
  | "number"
  | "guid"
  | "record_type"
  | "time"
  | "address"
  | "port"
  | "network"
  | "user"
  | "person"
  | "upn"
  | "principal_name"
  | "user_id"
  | "directory_id"
  | "object_id"
  | "email"
  | "emails"
  | "single_email"
  | "domain"
  | "user_agent"
  | "application"
  | "known_application"
  | "operation"
  | "error_type"
  | "highest_severity"
  | "cleared_names"
  | "url"
  | "file_path"
  | "file_name_of_path"
  | "file_extension"
  | "file_extension_of_path"
  | "structure";

/** The rules by the names that tables use. What each does stands at its function. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  text,
  number: integer,
  guid: lowerGuid,
  record_type: recordType,
  time: micros,
  address,
  port: portOfAddress,
  network: addressNetwork,
  user,
  person,
  upn,
  principal_name: principalName,
  user_id: userId,
  directory_id: directoryId,
  object_id: objectId,
  email: emailAddress,
  emails: addressList,
  single_email: singleAddress,
  domain,
  user_agent: userAgent,
  application,
  known_application: knownApplication,
  operation,
  error_type: errorType,
  highest_severity: highestRuleSeverity,
  cleared_names: clearedNames,
  url,
  file_path: filePath,
  file_name_of_path: fileNameOfPath,
  file_extension: fileExtension,
  file_extension_of_path: fileExtensionOfPath,
  structure,
};

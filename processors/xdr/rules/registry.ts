import { structure } from "../structured.ts";
import { operation } from "../operation.ts";
import { address, addressNetwork, portOfAddress } from "./address.ts";
import { application, browser, knownApplication, userAgent } from "./client.ts";
import { fileExtension, fileExtensionOfPath, fileNameOfPath, filePath, url } from "./item.ts";
import { errorType } from "./outcome.ts";
import { clearedNames, parameters, ruleParameters } from "./parameters.ts";
import { recordType } from "./record-type.ts";
import type { Rule } from "./rule.ts";
import { highestRuleSeverity } from "./severity.ts";
import { country, decimal, integer, lowerGuid, text } from "./text.ts";
import { micros } from "./time.ts";
import {
  addressList,
  directoryId,
  domain,
  emailAddress,
  fullName,
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
  | "decimal"
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
  | "full_name"
  | "country"
  | "user_agent"
  | "browser"
  | "application"
  | "known_application"
  | "operation"
  | "error_type"
  | "highest_severity"
  | "cleared_names"
  | "parameters"
  | "rule_parameters"
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
  decimal,
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
  full_name: fullName,
  country,
  user_agent: userAgent,
  browser,
  application,
  known_application: knownApplication,
  operation,
  error_type: errorType,
  highest_severity: highestRuleSeverity,
  cleared_names: clearedNames,
  parameters,
  rule_parameters: ruleParameters,
  url,
  file_path: filePath,
  file_name_of_path: fileNameOfPath,
  file_extension: fileExtension,
  file_extension_of_path: fileExtensionOfPath,
  structure,
};

import { structure } from "../structured.ts";
import { operation } from "../operation.ts";
import {
  actorApplicationId,
  actorObjectId,
  memberRole,
  targetApplicationId,
  thingObjectId,
  userObjectId,
  users,
} from "./actor.ts";
import { address, addressNetwork, onlyAddress, portOfAddress } from "./address.ts";
import { changedObjectId, changedText, changedUpn } from "./changed.ts";
import { application, browser, knownApplication, userAgent } from "./client.ts";
import { fileExtension, fileExtensionOfPath, fileNameOfPath, filePath, joinedGroup, messageId, url } from "./item.ts";
import { errorType } from "./outcome.ts";
import { clearedNames, cmdletObject, cmdletUser, parameters, pathName, ruleParameters } from "./parameters.ts";
import { recordType } from "./record-type.ts";
import type { Rule } from "./rule.ts";
import { highestPolicyName, highestRuleId, highestRuleName, highestRuleSeverity } from "./severity.ts";
import { country, decimal, flag, integer, lowerGuid, nameText, text } from "./text.ts";
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

/** Names of rules. */
export const RULE_NAMES = [
  "text",
  "number",
  "flag",
  "decimal",
  "guid",
  "record_type",
  "time",
  "address",
  "only_address",
  "port",
  "network",
  "user",
  "person",
  "upn",
  "principal_name",
  "user_id",
  "directory_id",
  "object_id",
  "user_object_id",
  "thing_object_id",
  "target_application_id",
  "actor_object_id",
  "actor_application_id",
  "users",
  "changed_text",
  "changed_object_id",
  "changed_upn",
  "member_role",
  "cmdlet_user",
  "cmdlet_object",
  "path_name",
  "joined_group",
  "message_id",
  "email",
  "emails",
  "single_email",
  "domain",
  "full_name",
  "country",
  "user_agent",
  "browser",
  "application",
  "known_application",
  "application_name",
  "operation",
  "error_type",
  "highest_severity",
  "highest_rule_name",
  "highest_rule_id",
  "highest_policy_name",
  "cleared_names",
  "parameters",
  "rule_parameters",
  "url",
  "file_path",
  "file_name_of_path",
  "file_extension",
  "file_extension_of_path",
  "structure",
  "unset",
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** A rule that rows name. */
interface NamedRule {
  readonly apply: Rule;
  /** What it makes of a source, for the documentation. Whatever it cannot use is passed over. */
  readonly what: string;
  /** True when it gives `null` or a `Spare` in places. */
  readonly hesitates: boolean;
}

const named = (apply: Rule, what: string): NamedRule => ({ apply, what, hesitates: false });
const hesitant = (apply: Rule, what: string): NamedRule => ({ apply, what, hesitates: true });

/** The rules by the names that rows use. */
export const RULES: Readonly<Record<RuleName, NamedRule>> = {
  text: named(
    text,
    "Text and numbers as text, without blanks around; words that say nothing (`Not Available`, `<null>`) are passed over",
  ),
  number: named(integer, "A whole number, also when it comes as text"),
  flag: named(flag, "`true` where a source says so; of several elements, where one does"),
  decimal: named(decimal, "A number, also when it comes as text"),
  guid: named(lowerGuid, "Text; a GUID in lower case"),
  record_type: hesitant(recordType, "The number of a record type, also from its name"),
  time: named(micros, "A time as whole microseconds since the epoch; UTC when it has no zone"),
  address: hesitant(
    address,
    "An IP address in its shortest form, without port, brackets or zone; a mapped IPv4 address as IPv4. Host names, loopback and other text are passed over; so is an address of a private network or of Microsoft 365 as long as another source has a better one",
  ),
  only_address: hesitant(onlyAddress, "As `address`, of a list that has no other one"),
  port: hesitant(portOfAddress, "The port of the address that `address` takes from the same sources"),
  network: named(addressNetwork, "`private` or `microsoft` for an address that is not the client's own"),
  user: named(
    user,
    "Who acted, as the record names them, without claims encoding; system accounts and service principals too",
  ),
  person: named(person, "As `user`, without accounts of services"),
  upn: named(upn, "A user principal name or mail address; other names are passed over"),
  principal_name: named(principalName, "As `user`; several names with `;` between them are passed over"),
  user_id: named(userId, "An id that outlives a change of name: GUID, PUID, long decimal id or SID"),
  directory_id: named(directoryId, "The GUID behind `User_` or `ServicePrincipal_`"),
  object_id: named(objectId, "A GUID, also behind `User_` or `ServicePrincipal_`"),
  user_object_id: named(userObjectId, "The GUID behind `User_`"),
  thing_object_id: named(thingObjectId, "The GUID behind a kind of object (`Application_`, `Policy_`), except `User_`"),
  target_application_id: named(
    targetApplicationId,
    "Of a list of `{ID, Type}` that holds an application or service principal the GUID that is no object's own",
  ),
  actor_object_id: named(
    actorObjectId,
    "Of a list of `{ID, Type}` the GUID behind `User_` or `ServicePrincipal_`, else the only GUID of a user who used no application",
  ),
  actor_application_id: named(
    actorApplicationId,
    "Of a list of `{ID, Type}` the GUID that is not the actor's own: the application that acted, on its own or for a user",
  ),
  users: named(
    users,
    "The users of a list, each by its `UPN`, `MemberEmail` or `RecipientEmail`; a list with somebody who has none is passed over",
  ),
  changed_text: named(changedText, "The text of a property that was changed: the new one, else the old one"),
  changed_object_id: named(changedObjectId, "As `changed_text`, a GUID"),
  changed_upn: named(changedUpn, "As `changed_text`, a user principal name"),
  member_role: named(memberRole, "What the members of a list are, when all are the same: `Member`, `Owner` or `Guest`"),
  cmdlet_user: named(
    cmdletUser,
    "The user principal name or mail address among the parameters of a cmdlet: its `User`, `Trustee`, `Member`, `Members`, `Links` or `Mailbox`",
  ),
  cmdlet_object: named(cmdletObject, "What a cmdlet is about, by name: its `Identity`, read like `path_name`"),
  path_name: named(
    pathName,
    "The name of an object of Exchange: of a path the last part, without the tenant or mailbox in front; ids are passed over",
  ),
  joined_group: named(joinedGroup, "The name in the element `Group` of XML"),
  message_id: named(messageId, "The id of a message; where it is percent-encoded, without that"),
  email: named(
    emailAddress,
    "A mail address; that of a guest (`#EXT#`) or a personal account (`live.com#`) is their own",
  ),
  emails: named(addressList, "The mail addresses of a list, each once"),
  single_email: named(singleAddress, "A mail address; of a list only when it has one element"),
  domain: named(domain, "The domain of a user principal name, in lower case"),
  full_name: named(fullName, "A person's name as people write it; account names and addresses are passed over"),
  country: named(country, "A country code of two letters, in upper case"),
  user_agent: named(userAgent, "Text; a GUID, which Dynamics writes into the field of that name, is passed over"),
  browser: named(browser, "Text, except `Other`"),
  application: named(application, "The name of a well-known Microsoft application, else the text"),
  known_application: named(
    knownApplication,
    "The name of a well-known Microsoft application; other ids are passed over",
  ),
  application_name: named(nameText, "Text; ids are passed over"),
  operation: named(operation, "Text without the full stop and blanks at its end"),
  error_type: named(errorType, "A short name of an error; `0` and sentences are passed over"),
  highest_severity: named(highestRuleSeverity, "The highest severity among the rules of the policies that matched"),
  highest_rule_name: named(highestRuleName, "The name of the rule that has this severity"),
  highest_rule_id: named(highestRuleId, "The id of the rule that has this severity"),
  highest_policy_name: named(highestPolicyName, "The name of the policy whose rule has this severity"),
  cleared_names: named(clearedNames, "Names of parameters that were given without a value"),
  parameters: named(
    parameters,
    "Parameters of a cmdlet as an object, from a list of pairs, JSON text or a command line",
  ),
  rule_parameters: named(ruleParameters, "As `parameters`, with values that are JSON text as objects and lists"),
  url: named(url, "An absolute web address; blanks are encoded"),
  file_path: named(filePath, "A path of a file system; web addresses and bare names are passed over"),
  file_name_of_path: named(fileNameOfPath, "The last part of a path or web address, when it has an extension"),
  file_extension: named(fileExtension, "A file extension without its dot, in lower case"),
  file_extension_of_path: named(fileExtensionOfPath, "The extension of the last part of a path, in lower case"),
  structure: named(structure, "The value with its structure, without what says nothing"),
  unset: hesitant(() => null, "Nothing, and no row below fills the attribute either"),
};

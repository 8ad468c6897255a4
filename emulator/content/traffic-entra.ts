import { account, address, userAgent } from "./traffic-people.ts";
import { common, type Members, type RecordSeed } from "./traffic-common.ts";

const FAILURES = [
  { code: "50126", error: "InvalidUserNameOrPassword" },
  { code: "50053", error: "IdsLocked" },
  { code: "50074", error: "UserStrongAuthClientAuthNRequiredInterrupt" },
];

/** A sign-in through the security token service (RecordType 15). One in six fails. */
export function signInRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  const ip = address(random);
  const failure = random.chance(1 / 6) ? random.pick(FAILURES) : undefined;
  const application = random.guid();
  return {
    ...common(seed, {
      RecordType: 15,
      Operation: failure === undefined ? "UserLoggedIn" : "UserLoginFailed",
      Workload: "AzureActiveDirectory",
      UserId: user.upn,
      UserKey: user.objectId,
    }),
    ResultStatus: failure === undefined ? "Success" : "Failed",
    ClientIP: ip,
    ObjectId: application,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: "ResultStatusDetail", Value: failure === undefined ? "Success" : "UserError" },
      { Name: "UserAgent", Value: userAgent(random) },
      { Name: "RequestType", Value: "OAuth2:Authorize" },
    ],
    ModifiedProperties: [],
    Actor: [
      { ID: user.objectId, Type: 0 },
      { ID: user.upn, Type: 5 },
    ],
    ActorContextId: seed.tenantId,
    ActorIpAddress: ip,
    InterSystemsId: random.guid(),
    IntraSystemId: random.guid(),
    SupportTicketId: "",
    Target: [{ ID: application, Type: 0 }],
    TargetContextId: seed.tenantId,
    ApplicationId: application,
    DeviceProperties: [
      { Name: "OS", Value: random.pick(["Windows10", "MacOs", "Ios", "Linux"]) },
      { Name: "BrowserType", Value: random.pick(["Chrome", "Safari", "Firefox"]) },
      { Name: "SessionId", Value: random.guid() },
    ],
    ErrorNumber: failure?.code ?? "0",
    ...(failure === undefined ? {} : { LogonError: failure.error }),
  };
}

const CHANGES = [
  { operation: "Add member to role.", property: "Role.DisplayName", value: '"Helpdesk Administrator"' },
  { operation: "Update user.", property: "Department", value: '["Vertrieb (Süd)"]' },
  { operation: "Add service principal credentials.", property: "KeyDescription", value: '["[KeyUsage=Verify]"]' },
  { operation: "Reset user password.", property: "ActionClientName", value: '"DirectorySync"' },
  { operation: "Consent to application.", property: "ConsentContext.IsAdminConsent", value: '"True"' },
];

/** A change of the directory (RecordType 8). */
export function directoryRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  const target = account(random, seed.domain);
  const change = random.pick(CHANGES);
  return {
    ...common(seed, {
      RecordType: 8,
      Operation: change.operation,
      Workload: "AzureActiveDirectory",
      UserId: user.upn,
      UserKey: `${user.puid}@${seed.domain}`,
    }),
    ResultStatus: "Success",
    ObjectId: target.upn,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: "additionalDetails", Value: JSON.stringify({ "User-Agent": userAgent(random) }) },
      { Name: "extendedAuditEventCategory", Value: "User" },
    ],
    ModifiedProperties: [{ Name: change.property, NewValue: change.value, OldValue: "" }],
    Actor: [
      { ID: user.upn, Type: 5 },
      { ID: user.puid, Type: 3 },
      { ID: user.objectId, Type: 2 },
    ],
    ActorContextId: seed.tenantId,
    InterSystemsId: random.guid(),
    IntraSystemId: random.guid(),
    SupportTicketId: "",
    Target: [
      { ID: `User_${target.objectId}`, Type: 2 },
      { ID: target.upn, Type: 5 },
    ],
    TargetContextId: seed.tenantId,
  };
}

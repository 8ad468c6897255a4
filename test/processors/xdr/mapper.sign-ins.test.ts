import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../../../collector/record.ts";
import { ANN_ID, CREATED, expectKinds, type KindCase } from "./expect-kinds.ts";

const SIGN_IN = {
  RecordType: 15,
  Operation: "UserLoggedIn",
  Workload: "AzureActiveDirectory",
  ResultStatus: "Success",
  ObjectId: "00000003-0000-0000-c000-000000000000",
  ApplicationId: "89bee1f7-5e6e-4d8a-9f3d-ecd601259da7",
  AzureActiveDirectoryEventType: 1,
  ActorIpAddress: "203.0.113.15",
  ClientIP: "203.0.113.15",
  ActorContextId: "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
  TargetContextId: "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
  Actor: [
    { ID: ANN_ID, Type: 0 },
    { ID: "ann@contoso.com", Type: 5 },
  ],
  Target: [{ ID: "00000003-0000-0000-c000-000000000000", Type: 0 }],
  DeviceProperties: [
    { Name: "OS", Value: "Windows 10" },
    { Name: "SessionId", Value: "9a8b7c6d-1111-4000-8000-000000000015" },
  ],
  ExtendedProperties: [
    { Name: "ResultStatusDetail", Value: "Success" },
    { Name: "UserAgent", Value: "Mozilla/5.0" },
    { Name: "RequestType", Value: "OAuth2:Authorize" },
  ],
  ErrorNumber: "0",
};
const FAILED = { ...SIGN_IN, Operation: "UserLoginFailed" };

const SUCCESS = { "xdr.action": "LOGON_SUCCESS", "o365.outcome": "success", "error.type": undefined, severity: "INFO" };
const FAILURE = { "xdr.action": "LOGON_FAILURE", "o365.outcome": "failure" };

function of(name: string, record: JsonObject, expected: Attributes): KindCase {
  return { name, record, expected: { "xdr.schema": "scwx.auth", ...expected } };
}

expectKinds("how a sign-in ended", [
  of("a success", SIGN_IN, {
    ...SUCCESS,
    "xdr.event_time_usec": CREATED,
    "xdr.target_user_name": "ann@contoso.com",
    "xdr.target_domain_name": "contoso.com",
    "xdr.source_address": "203.0.113.15",
    "xdr.user_agent": "Mozilla/5.0",
    "xdr.application_name": "Office365 Shell WCSS-Client",
    "xdr.auth_system": "AzureActiveDirectory",
    "xdr.mfa_used": undefined,
    "session.id": "9a8b7c6d-1111-4000-8000-000000000015",
    "user.id": ANN_ID,
    "o365.request_type": "OAuth2:Authorize",
    "o365.sign_in_interrupted": undefined,
  }),
  of(
    "a wrong password although the status is Success",
    { ...FAILED, ErrorNumber: "50126", LogonError: "InvalidUserNameOrPassword" },
    { ...FAILURE, "error.type": "InvalidUserNameOrPassword", "o365.sign_in_interrupted": undefined, severity: "WARN" },
  ),
  of(
    "a failure without any code",
    { ...FAILED, ErrorNumber: "", ResultStatus: "Failed" },
    { ...FAILURE, "error.type": "_OTHER", severity: "WARN" },
  ),
  ...["16000", "50074", "50076", "50078", "50140", "50144", "50158", "50203", "65001", "90095"].map((code) =>
    of(
      `a failure that is an interruption, ${code}`,
      { ...FAILED, ErrorNumber: code },
      { ...FAILURE, "error.type": code, "o365.sign_in_interrupted": true, severity: "INFO" },
    ),
  ),
  of(
    "an interruption that counts as success",
    { ...SIGN_IN, ErrorNumber: "50140", LogonError: "KmsiInterrupt" },
    { ...SUCCESS, "o365.sign_in_interrupted": true, "o365.error_code": "50140", "o365.logon_error": "KmsiInterrupt" },
  ),
  of(
    "an error code that comes as a number",
    { ...FAILED, ErrorNumber: 50_053, LogonError: "IdsLocked" },
    { ...FAILURE, "error.type": "IdsLocked", "o365.error_code": "50053" },
  ),
  of("a sign-out", { ...SIGN_IN, Operation: "UserLoggedOff" }, { ...SUCCESS, "xdr.action": "LOGOFF" }),
  of(
    "the old format (9)",
    {
      RecordType: 9,
      Operation: "PasswordLogonInitialAuthUsingPassword",
      Workload: "AzureActiveDirectory",
      ResultStatus: "failed",
      AzureActiveDirectoryEventType: 0,
      ClientIP: "198.51.100.99",
      Client: "Exchange",
      LoginStatus: -2_147_217_390,
      UserDomain: "contoso.com",
      ExtendedProperties: [{ Name: "LoginError", Value: "-2147217390;PP_E_BAD_PASSWORD;The passwords differ." }],
    },
    {
      ...FAILURE,
      "error.type": "PP_E_BAD_PASSWORD",
      "xdr.source_address": "198.51.100.99",
      "o365.login_status": -2_147_217_390,
    },
  ),
  of(
    "enumerations as names",
    { ...SIGN_IN, RecordType: "AzureActiveDirectoryStsLogon", UserType: "Guest" },
    {
      ...SUCCESS,
      "o365.record_type": 15,
      "o365.user_type": "Guest",
    },
  ),
]);

expectKinds("who signs in", [
  of(
    "a guest of the directory",
    { ...SIGN_IN, UserId: "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com" },
    {
      "xdr.target_user_name": "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com",
      "xdr.target_domain_name": "contoso.onmicrosoft.com",
      "user.email": "bob@fabrikam.com",
    },
  ),
  of(
    "a personal account",
    { ...SIGN_IN, UserId: "live.com#bob@outlook.com" },
    {
      "xdr.target_user_name": "live.com#bob@outlook.com",
      "xdr.target_domain_name": "outlook.com",
      "user.email": "bob@outlook.com",
    },
  ),
  of(
    "a user of another tenant",
    { ...SIGN_IN, ActorContextId: "11111111-2222-4333-8444-555555555555" },
    {
      "o365.actor_context_id": "11111111-2222-4333-8444-555555555555",
      "o365.target_context_id": "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
    },
  ),
  of(
    "an account that does not exist",
    { ...FAILED, UserId: "Not Available", UserKey: "Not Available", Actor: [], ErrorNumber: "50034" },
    { ...FAILURE, "xdr.target_user_name": undefined, "user.name": undefined, "user.id": undefined },
  ),
  of(
    "an id where the actor has the name",
    { ...SIGN_IN, UserId: ANN_ID },
    { "xdr.target_user_name": "ann@contoso.com" },
  ),
  of(
    "an application",
    {
      ...SIGN_IN,
      UserId: "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      UserKey: "Not Available",
      UserType: 4,
      Actor: [{ ID: "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Type: 2 }],
    },
    {
      "xdr.target_user_name": "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      "xdr.target_domain_name": undefined,
      "user.email": undefined,
      "user.id": ANN_ID,
    },
  ),
]);

const addresses: [sent: string, address: string | undefined, port: number | undefined][] = [
  ["203.0.113.1", "203.0.113.1", undefined],
  ["203.0.113.1:4711", "203.0.113.1", 4711],
  ["[203.0.113.1]:4711", "203.0.113.1", 4711],
  ["2001:DB8:0:0::1", "2001:db8::1", undefined],
  ["[2001:db8::1]", "2001:db8::1", undefined],
  ["[2001:db8::1]:4711", "2001:db8::1", 4711],
  ["[fe80::1%12]:4711", "fe80::1", 4711],
  ["2001:db8::1%eth0", "2001:db8::1", undefined],
  ["::ffff:203.0.113.1", "203.0.113.1", undefined],
  ["[::ffff:203.0.113.1]:4711", "203.0.113.1", 4711],
  ["ffff:203.0.113.1", "203.0.113.1", undefined],
  ["<null>", undefined, undefined],
  ["::1", undefined, undefined],
  ["127.0.0.1", undefined, undefined],
  ["host.contoso.com", undefined, undefined],
  ["203.0.113.1, 198.51.100.1", undefined, undefined],
  ["", undefined, undefined],
];
expectKinds(
  "addresses of sign-ins",
  addresses.map(([sent, address, port]) =>
    of(
      `"${sent}"`,
      { ...SIGN_IN, ActorIpAddress: sent, ClientIP: sent },
      {
        "xdr.source_address": address,
        "client.address": address,
        "client.port": port,
        "o365.client_ip": sent === "" ? undefined : sent,
      },
    ),
  ),
);

const times = [
  "2024-05-06T07:08:09",
  "2024-05-06T07:08:09Z",
  "2024-05-06 07:08:09",
  "2024-05-06T07:08:09.0000000Z",
  "2024-05-06T09:08:09+02:00",
];
expectKinds(
  "times of sign-ins",
  times.map((sent) => of(`"${sent}"`, { ...SIGN_IN, CreationTime: sent }, { "xdr.event_time_usec": CREATED })),
);

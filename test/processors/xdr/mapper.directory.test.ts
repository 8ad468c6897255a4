import { ANN_ID, expectKinds } from "./expect-kinds.ts";

expectKinds("directory changes (8)", [
  {
    name: "a change in the portal",
    record: {
      RecordType: 8,
      Operation: "Add member to role.",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Success",
      UserKey: "100320012345ABCD@contoso.onmicrosoft.com",
      ObjectId: "bob@contoso.com",
      ActorIpAddress: "203.0.113.88",
      ClientIP: "<null>",
      Actor: [
        { ID: "ann@contoso.com", Type: 5 },
        { ID: "100320012345ABCD", Type: 3 },
        { ID: "74658136-14ec-4630-ad9b-26e160ff0fc6", Type: 2 },
        { ID: "User_0F1E2D3C-4B5A-4978-8695-A4B3C2D1E0F9", Type: 2 },
      ],
      ExtendedProperties: [{ Name: "additionalDetails", Value: '{"User-Agent":"Mozilla/5.0"}' }],
      ModifiedProperties: [{ Name: "Role.DisplayName", NewValue: '"Global Administrator"', OldValue: "" }],
    },
    expected: {
      "xdr.schema": "scwx.cloudaudit",
      "xdr.event_name": "Add member to role",
      "xdr.user_name": "ann@contoso.com",
      "xdr.source_address": "203.0.113.88",
      "xdr.user_agent": "Mozilla/5.0",
      "user.id": ANN_ID,
      "o365.user_key": "100320012345ABCD@contoso.onmicrosoft.com",
      "o365.application_name": "ADIbizaUX",
      "o365.modified_properties": { "Role.DisplayName": { NewValue: '"Global Administrator"' } },
    },
  },
  {
    name: "a role that was activated: the address is among the details",
    record: {
      RecordType: 8,
      Operation: "Add member to role completed (PIM activation).",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Success",
      ExtendedProperties: [
        { Name: "additionalDetails", Value: '{"Justification":"change 77","ipaddr":"203.0.113.77"}' },
      ],
    },
    expected: { "xdr.source_address": "203.0.113.77", "client.address": "203.0.113.77" },
  },
  {
    name: "a change by an application with many names",
    record: {
      RecordType: 8,
      Operation: "Add user.",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Success",
      UserId: "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      UserKey: "Not Available",
      Actor: [
        { ID: "Microsoft.Azure.SyncFabric", Type: 1 },
        { ID: "https://sync.fabrikam.com;11111111-2222-4333-8444-555555555555", Type: 4 },
      ],
    },
    expected: {
      "xdr.user_name": "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      "o365.application_name": "Microsoft.Azure.SyncFabric",
    },
  },
  {
    name: "a change by an application",
    record: {
      RecordType: 8,
      Operation: "Update user.",
      Workload: "AzureActiveDirectory",
      ResultStatus: "Success",
      UserId: "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      UserKey: "Not Available",
      UserType: 4,
      Actor: [
        { ID: "Fabrikam Sync", Type: 1 },
        { ID: "11111111-2222-4333-8444-555555555555", Type: 2 },
        { ID: "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Type: 2 },
      ],
    },
    expected: {
      "xdr.user_name": "ServicePrincipal_0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
      "user.id": ANN_ID,
      "user.email": undefined,
      "o365.application_name": "Fabrikam Sync",
    },
  },
]);

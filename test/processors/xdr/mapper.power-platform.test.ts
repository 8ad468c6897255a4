import { expectKinds } from "./expect-kinds.ts";

const VIC_ID = "288fc35b-236b-4b73-868a-11f9d367bb13";
const RESOURCE = "powerplatform.analytics.resource";
/** The service has next to nothing in fields of its own. */
const POWER_PLATFORM = { RecordType: 256, Workload: "PowerPlatform", UserType: 2 };

expectKinds("Power Platform (256)", [
  {
    name: "an app that somebody opened",
    record: {
      ...POWER_PLATFORM,
      Operation: "LaunchPowerApp",
      ResultStatus: "Succeeded",
      EnvironmentId: "env-1",
      PropertyCollection: [
        { Name: `${RESOURCE}.power_app.display_name`, Value: "Expenses" },
        { Name: "enduser.ip_address", Value: "::ffff:203.0.113.20" },
        { Name: "user_agent.original", Value: "Mozilla/5.0 (Windows NT 10.0)" },
      ],
    },
    options: { extensions: "common" },
    expected: {
      "xdr.user_name": "ann@contoso.com",
      "xdr.source_address": "203.0.113.20",
      "client.address": "203.0.113.20",
      "xdr.user_agent": "Mozilla/5.0 (Windows NT 10.0)",
      "user_agent.original": "Mozilla/5.0 (Windows NT 10.0)",
      "o365.target_name": "Expenses",
      "o365.outcome": "success",
      "o365.environment_id": "env-1",
    },
  },
  {
    name: "a flow, from an address that is better known at the top",
    record: {
      ...POWER_PLATFORM,
      Operation: "EditFlow",
      ClientIP: "203.0.113.21:50000",
      PropertyCollection: [
        { Name: "enduser.ip_address", Value: "198.51.100.21" },
        { Name: `${RESOURCE}.cloud_flow.display_name`, Value: "Forward my mail" },
      ],
    },
    expected: {
      "xdr.source_address": "203.0.113.21",
      "client.port": 50_000,
      "o365.target_name": "Forward my mail",
    },
  },
  {
    name: "an app that could not be deleted, by somebody whom only the list names",
    record: {
      ...POWER_PLATFORM,
      Operation: "AdminDeleteApp",
      UserId: "Unknown",
      UserKey: "",
      PropertyCollection: [
        { Name: `${RESOURCE}.power_app.id`, Value: "app-1" },
        { Name: `${RESOURCE}.environment.id`, Value: "default-1" },
        { Name: `${RESOURCE}.environment.name`, Value: "Contoso (default)" },
        { Name: `${RESOURCE}.telemetry_correlation.id`, Value: "correlation-1" },
        { Name: "powerplatform.analytics.operation.is_successful", Value: "False" },
        { Name: "enduser.id", Value: VIC_ID },
        { Name: "enduser.principal_name", Value: "vic@contoso.com" },
      ],
    },
    options: { extensions: "none" },
    expected: {
      "xdr.user_name": "vic@contoso.com",
      "user.name": "vic@contoso.com",
      "user.id": VIC_ID,
      "o365.outcome": "failure",
      "error.type": "_OTHER",
      "o365.environment_id": "default-1",
      "o365.environment_name": "Contoso (default)",
      severity: "WARN",
    },
  },
  {
    name: "what it was about, beside the fields of the record",
    record: {
      ...POWER_PLATFORM,
      Operation: "EditApp",
      PropertyCollection: [
        { Name: `${RESOURCE}.power_app.id`, Value: "app-1" },
        { Name: `${RESOURCE}.telemetry_correlation.id`, Value: "correlation-1" },
      ],
    },
    expected: { "o365.object_id": "app-1", "o365.correlation_id": "correlation-1" },
  },
  {
    name: "an app that was shared with somebody",
    record: {
      ...POWER_PLATFORM,
      Operation: "PowerAppPermissionEdited",
      PropertyCollection: [{ Name: "targetuser.id", Value: VIC_ID.toUpperCase() }],
    },
    expected: { "o365.target_user_id": VIC_ID, "o365.target_user_name": undefined },
  },
]);

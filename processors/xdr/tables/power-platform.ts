import type { Table } from "./row.ts";

/** A value among the pairs in which Power Platform has nearly everything. */
const pair = (name: string): string => `PropertyCollection[${name}]`;
const resource = (name: string): string => pair(`powerplatform.analytics.resource.${name}`);

/**
 * Power Platform: what was acted on and where, by names that it shares with other services.
 *
 * @see https://learn.microsoft.com/power-platform/admin/logging-power-apps (read 2026-11-26)
 */
export const POWER_PLATFORM: Table = [
  {
    to: ["xdr.user_name", "user.name"],
    from: [pair("enduser.principal_name")],
    rule: "user",
    when: { kinds: ["other"] },
  },
  {
    to: "o365.target_name",
    from: [resource("power_app.display_name"), resource("cloud_flow.display_name")],
    when: { kinds: ["other"] },
  },
  {
    to: "o365.object_id",
    from: ["ObjectId", resource("power_app.id"), resource("cloud_flow.id")],
    when: { kinds: ["other"] },
    keeps: true,
  },
  { to: "o365.environment_id", from: ["EnvironmentId", resource("environment.id")], when: { kinds: ["other"] } },
  { to: "o365.environment_name", from: ["EnvironmentName", resource("environment.name")], when: { kinds: ["other"] } },
  {
    to: "o365.correlation_id",
    from: ["CorrelationId", "CorrelationID", resource("telemetry_correlation.id")],
    when: { kinds: ["other"] },
    keeps: true,
  },
];

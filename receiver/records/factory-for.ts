import type { Settings } from "../../collector/component.ts";
import { version } from "../../collector/version.ts";
import type { O365Config } from "../config.ts";
import { createRecordFactory, type RecordFactory } from "./record-factory.ts";

/** The record factory of an integration. */
export function recordFactoryFor(
  { id, clock }: Pick<Settings, "id" | "clock">,
  { tenantId, cloud, dlpValues }: Pick<O365Config, "tenantId" | "cloud" | "dlpValues">,
): RecordFactory {
  return createRecordFactory({
    tenantId,
    cloud,
    integration: id,
    serviceVersion: version,
    dlpValues,
    now: () => clock.now(),
  });
}

import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { version } from "./version.ts";

/** Whose records they are. */
export interface IntegrationIdentity {
  readonly tenantId: string;
  /** `commercial`, `gcc`, `gcc_high` or `dod`. */
  readonly cloud: string;
  /** YAML id, for example `o365/contoso`. */
  readonly integration: string;
}

/** The resource of everything that comes from one integration: its audit records, and what the collector says about it. */
export function integrationResource(
  { tenantId, cloud, integration }: IntegrationIdentity,
  serviceVersion: string = version,
): Resource {
  return resourceFromAttributes({
    "service.name": "otel-o365",
    "service.version": serviceVersion,
    "cloud.provider": "azure",
    "o365.tenant_id": tenantId,
    "o365.cloud": cloud,
    "o365.integration": integration,
  });
}

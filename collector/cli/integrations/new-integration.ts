import { stringify } from "yaml";

/** What an integration file says. Paths are absolute: the collector may run from another folder. */
export interface NewIntegration {
  readonly id: string;
  readonly cloud: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly contentTypes: readonly string[] | undefined;
  readonly proxy: string | undefined;
  readonly caFile: string | undefined;
  /** For a comment: the domain that the tenant was looked up by. */
  readonly domain: string | undefined;
}

/** The text of the file that defines one integration. */
export function integrationYaml(integration: NewIntegration): string {
  const { id, cloud, tenantId, clientId, certificateFile, privateKeyFile, contentTypes, proxy, caFile, domain } =
    integration;
  const receiver = {
    cloud,
    tenant_id: tenantId,
    client_id: clientId,
    certificate_file: certificateFile,
    private_key_file: privateKeyFile,
    ...(contentTypes === undefined ? {} : { content_types: contentTypes }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(caFile === undefined ? {} : { tls: { ca_file: caFile } }),
  };
  const whose = domain === undefined ? "" : ` of ${domain}`;
  return `# Made by "otel-o365 integrations add". One integration${whose}; any key of the receiver may be added.\n${stringify({ receivers: { [id]: receiver } }, { lineWidth: 0 })}`;
}

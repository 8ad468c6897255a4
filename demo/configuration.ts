import { stringify } from "yaml";

/** Addresses and files of one run. */
export interface DemoSurroundings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly authority: string;
  readonly apiRoot: string;
  readonly caFile: string;
  readonly outputFile: string;
  readonly storageDirectory: string;
  readonly endpoint: string | undefined;
}

/** A configuration of the same shape as collector.example.yaml, for the emulated tenant. */
export function demoConfiguration(at: DemoSurroundings): string {
  const backend = at.endpoint === undefined ? {} : { "otlp_http/backend": { endpoint: at.endpoint } };
  return stringify({
    receivers: {
      "o365/contoso": {
        tenant_id: at.tenantId,
        client_id: at.clientId,
        certificate_file: at.certificateFile,
        private_key_file: at.privateKeyFile,
        content_types: ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General", "DLP.All"],
        poll_interval: "2s",
        initial_lookback: "25h",
        // A real tenant needs none of the keys below: `cloud` sets the addresses.
        endpoints: { authority: at.authority, api: at.apiRoot, scope: `${at.apiRoot}/.default` },
        tls: { ca_file: at.caFile },
      },
    },
    processors: { xdr: {}, batch: {} },
    exporters: { debug: {}, file: { path: at.outputFile }, ...backend },
    storage: { directory: at.storageDirectory },
    service: {
      shutdown_timeout: "5s",
      // Nobody reads them here, and what listens at their port otherwise, a Collector for example, is nobody's concern.
      telemetry: { metrics: { readers: [] } },
      pipelines: {
        logs: {
          receivers: ["o365/contoso"],
          processors: ["xdr", "batch"],
          exporters: ["debug", "file", ...Object.keys(backend)],
        },
      },
    },
  });
}

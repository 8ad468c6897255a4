import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { createRegistry, factories, formatProblem, loadConfig } from "../../collector/index.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** A configuration of one component that both collectors are asked about. */
export interface Probe {
  /** Section and type, such as `exporters::otlp_http`, or `service`. */
  readonly component: string;
  /** Row of the page of differences, if there is one. */
  readonly name: string;
  readonly config: Mapping;
}

export function readProbes(): readonly Probe[] {
  const text = readFileSync(join(import.meta.dirname, "probes.yaml"), "utf8");
  const components = parse(text) as Readonly<Record<string, { readonly base: Mapping; readonly probes: Mapping }>>;
  return Object.entries(components).flatMap(([component, { base, probes }]) => [
    { component, name: "", config: base },
    ...Object.entries(probes).map(([name, config]) => ({
      component,
      name,
      config: { ...base, ...(config as Mapping) },
    })),
  ]);
}

/** A whole configuration around some probes of one component. Everything else in it is what both collectors take. */
function around(probes: readonly Probe[], shared: Mapping, receiver: string): Mapping {
  const [first] = probes;
  const [section, type] = (first?.component ?? "").split("::");
  const ids = probes.map((_, index) => `${type}/probe${index}`);
  const placed = (name: string, fallback: Mapping): Mapping =>
    section === name ? Object.fromEntries(ids.map((id, index) => [id, probes[index]?.config ?? {}])) : fallback;
  const extensions = { "bearertokenauth/probe": { token: "secret" }, ...placed("extensions", {}) };
  const processors = placed("processors", {});
  const exporters = placed("exporters", { debug: {} });
  return {
    ...shared,
    extensions,
    processors,
    exporters,
    service: {
      ...(section === "service" ? first?.config : {}),
      extensions: Object.keys(extensions),
      pipelines: {
        logs: { receivers: [receiver], processors: Object.keys(processors), exporters: Object.keys(exporters) },
      },
    },
  };
}

/** What otel-o365 has against probes of one component; empty when it takes them. */
export function askOurs(probes: readonly Probe[]): string {
  const o365 = {
    tenant_id: "3f2c1f4e-0000-4000-8000-000000000001",
    client_id: "3f2c1f4e-0000-4000-8000-000000000002",
    certificate_file: "certificate.pem",
    private_key_file: "key.pem",
  };
  const text = stringify(around(probes, { receivers: { o365 } }, "o365"));
  const { config, problems } = loadConfig([{ path: "probe.yaml", text }], createRegistry(factories), {
    env: {},
    nowMs: Date.now(),
    offlineChecks: false,
  });
  return config === undefined ? problems.map(formatProblem).join("\n") : "";
}

/** The same configuration for the Collector, which has another source. */
export function theirConfiguration(probes: readonly Probe[]): Mapping {
  return around(probes, { receivers: { otlp: { protocols: { http: {} } } } }, "otlp");
}

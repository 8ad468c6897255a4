import type { SectionKey } from "./sections.ts";

const NOT_NEEDED = "remove it";
const BY_COLLECTOR = "send to an OpenTelemetry Collector by otlp_http, and from there to this backend";

/** Components that configurations of the OpenTelemetry Collector commonly have, and what does their work here. */
const INSTEAD: Readonly<Partial<Record<SectionKey, Readonly<Record<string, string>>>>> = {
  receivers: {
    otlp: "audit records come from the receiver o365; nothing is taken from a Collector",
  },
  processors: {
    attributes: 'take "transform"',
    resource: 'take "transform"',
    resourcedetection: 'take "transform" to set what is known',
    redaction: 'take "redact"',
    logdedup: "repeats are recognized by the receiver; remove it",
    memory_limiter: `service::max_in_flight_bytes bounds what waits; ${NOT_NEEDED}`,
    probabilistic_sampler: 'an audit trail is not sampled; take "filter" to drop what is noise',
  },
  exporters: {
    logging: 'take "debug", as in the Collector',
    nop: 'take "debug"',
    azuremonitor: BY_COLLECTOR,
    elasticsearch: BY_COLLECTOR,
    googlecloud: BY_COLLECTOR,
    kafka: BY_COLLECTOR,
    loki: "Loki takes OTLP: take otlp_http",
    splunk_hec: BY_COLLECTOR,
    syslog: BY_COLLECTOR,
  },
  extensions: {
    file_storage: `state is kept in storage::directory; ${NOT_NEEDED}`,
    pprof: NOT_NEEDED,
    zpages: NOT_NEEDED,
  },
};

/** What to do about a component that only the Collector has; undefined when nothing is known of it. */
export function insteadOf(section: SectionKey, type: string): string | undefined {
  const known = INSTEAD[section];
  return known !== undefined && Object.hasOwn(known, type) ? known[type] : undefined;
}

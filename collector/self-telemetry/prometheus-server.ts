import type { Server } from "node:http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import type { MetricReader } from "@opentelemetry/sdk-metrics";
import { listen, stopListening } from "../listen.ts";
import { shortAnswerServer } from "../short-answer-server.ts";
import type { PrometheusConfig } from "./metrics-schema.ts";

const PATH = "/metrics";

/** Serves metrics in the Prometheus text format. The listening is ours: the library's own would not say what to do about a port in use. */
export class PrometheusServer {
  readonly reader: MetricReader;
  readonly #config: PrometheusConfig;
  readonly #key: string;
  readonly #server: Server;

  /** @param key Where the configuration says the address, for messages. */
  constructor(config: PrometheusConfig, key: string) {
    const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: config.withoutScopeInfo });
    this.reader = exporter;
    this.#config = config;
    this.#key = key;
    this.#server = shortAnswerServer((request, response) => {
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (isRead && request.url?.split("?", 1)[0] === PATH) exporter.getMetricsRequestHandler(request, response);
      else response.writeHead(isRead ? 404 : 405).end(`Metrics are at ${PATH}\n`);
    });
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when nothing can listen there. */
  async start(): Promise<void> {
    const { host, port } = this.#config;
    await listen(this.#server, { host, port }, { what: "metrics", key: this.#key });
  }

  async stop(): Promise<void> {
    await stopListening(this.#server);
  }
}

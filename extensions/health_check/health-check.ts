import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Extension, ExtensionSettings } from "../../collector/component.ts";
import { listen, stopListening } from "../../collector/listen.ts";
import { shortAnswerServer } from "../../collector/short-answer-server.ts";
import { type Answer, livenessAnswer, readinessAnswer } from "./answer.ts";
import type { HealthCheckConfig } from "./config.ts";

type Needed = Pick<ExtensionSettings, "health" | "clock" | "logger">;

/** Answers over HTTP how the collector is. */
export class HealthCheck implements Extension {
  readonly #settings: Needed;
  readonly #config: HealthCheckConfig;
  readonly #server: Server;

  constructor(settings: Needed, config: HealthCheckConfig) {
    this.#settings = settings;
    this.#config = config;
    this.#server = shortAnswerServer((request, response) => {
      this.#serve(request, response);
    });
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when nothing can listen at the endpoint. */
  async start(): Promise<void> {
    const about = { what: "health checks", key: "extensions::health_check::endpoint" };
    const port = await listen(this.#server, this.#config.endpoint, about);
    this.#settings.logger.debug("Serving health checks", { port });
  }

  async shutdown(): Promise<void> {
    await stopListening(this.#server);
  }

  #serve({ method, url = "/" }: IncomingMessage, response: ServerResponse): void {
    const isRead = method === "GET" || method === "HEAD";
    const answer = isRead ? this.#answer(url.split("?", 1)[0] ?? "/") : { status: 405, body: { status: "Only GET" } };
    response.writeHead(answer.status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(method === "HEAD" ? undefined : `${JSON.stringify(answer.body)}\n`);
  }

  #answer(path: string): Answer {
    const { health, clock } = this.#settings;
    if (path === this.#config.livenessPath) return livenessAnswer(health(), clock.now());
    // As in the Collector, whose path "/" takes everything.
    if (path === this.#config.path || this.#config.path === "/") {
      return readinessAnswer(health(), clock.now(), this.#config.details);
    }
    return {
      status: 404,
      body: { status: `Nothing here; ask for ${this.#config.path} or ${this.#config.livenessPath}` },
    };
  }
}

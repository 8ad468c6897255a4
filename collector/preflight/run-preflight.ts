import { Writable } from "node:stream";
import { createNoopMeter } from "@opentelemetry/api";
import type { AnyFactory } from "../component.ts";
import type { Clock } from "../clock.ts";
import type { ConfiguredComponent } from "../config/model.ts";
import { formatPath } from "../config/problem.ts";
import { describeError } from "../errors.ts";
import { createLogger } from "../logger.ts";
import { fact, type Fact, type PreflightSettings } from "./fact.ts";

export interface PreflightOptions {
  readonly clock: Clock;
  readonly startSubscriptions: boolean;
}

/** What a component gets for its preflight, and whatever else is asked of it while it does not run. */
export function preflightSettings(id: string, { clock, startSubscriptions }: PreflightOptions): PreflightSettings {
  return {
    id,
    // What a component would log, its facts say.
    logger: createLogger({ level: "error", encoding: "json", stream: nowhere(), now: () => clock.now() }),
    meter: createNoopMeter(),
    clock,
    random: Math.random,
    startSubscriptions,
  };
}

/** Everything that a component has to say about itself: what can be seen offline, then what it takes to connect. */
export async function runPreflight(
  component: ConfiguredComponent,
  { clock, startSubscriptions }: PreflightOptions,
  signal: AbortSignal,
): Promise<readonly Fact[]> {
  const { id, factory, config } = component;
  const facts: Fact[] = [...offlineFacts(factory, config, clock.now())];
  const settings = preflightSettings(id, { clock, startSubscriptions });
  try {
    for await (const found of factory.preflight?.(config, settings, signal) ?? []) facts.push(found);
  } catch (error) {
    signal.throwIfAborted();
    facts.push(
      fact("fail", "preflight", `Cannot go on: ${describeError(error)}; report it to the makers of otel-o365`),
    );
  }
  return facts;
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function offlineFacts(factory: AnyFactory, config: unknown, nowMs: number): readonly Fact[] {
  return (factory.check?.(config, nowMs) ?? []).map(({ path, message, severity }) =>
    fact(severity === "warning" ? "warn" : "fail", "configuration", `${formatPath(path)}: ${message}`),
  );
}

import { Writable } from "node:stream";
import { createNoopMeter } from "@opentelemetry/api";
import type { AnyFactory, Extension } from "../component.ts";
import type { Clock } from "../clock.ts";
import type { CollectorConfig, ConfiguredComponent } from "../config/model.ts";
import { formatPath } from "../config/problem.ts";
import { CollectorError, describeError } from "../errors.ts";
import { createLogger } from "../logger.ts";
import { fact, type Fact, type PreflightSettings } from "./fact.ts";

export interface PreflightOptions {
  readonly clock: Clock;
  readonly startSubscriptions: boolean;
  /** Of the configuration, for exporters that they sign in. */
  readonly extensions?: CollectorConfig["extensions"];
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
  options: PreflightOptions,
  signal: AbortSignal,
): Promise<readonly Fact[]> {
  const { id, factory, config } = component;
  const facts: Fact[] = [...offlineFacts(factory, config, options.clock.now())];
  const signIn = signInOf(component, options);
  const settings = { ...preflightSettings(id, options), ...authenticatorOf(signIn) };
  try {
    await signIn?.start();
    for await (const found of factory.preflight?.(config, settings, signal) ?? []) facts.push(found);
  } catch (error) {
    signal.throwIfAborted();
    const unforeseen = `Cannot go on: ${describeError(error)}; report it to the makers of otel-o365`;
    facts.push(fact("fail", "preflight", error instanceof CollectorError ? error.message : unforeseen));
  } finally {
    await signIn?.shutdown(AbortSignal.abort());
  }
  return facts;
}

/** The extension that signs an exporter in, made for this preflight alone. */
function signInOf({ factory, config }: ConfiguredComponent, options: PreflightOptions): Extension | undefined {
  const id = factory.kind === "exporter" ? factory.authenticator?.(config) : undefined;
  const extension = id === undefined ? undefined : options.extensions?.get(id);
  if (id === undefined || extension === undefined) return undefined;
  const health = (): never => {
    throw new TypeError("nothing runs during a preflight");
  };
  return extension.factory.create(
    { ...preflightSettings(id, options), reportStatus: () => {}, health },
    extension.config,
  );
}

function authenticatorOf(extension: Extension | undefined): Pick<PreflightSettings, "authenticator"> {
  return extension?.authenticator === undefined ? {} : { authenticator: extension.authenticator };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function offlineFacts(factory: AnyFactory, config: unknown, nowMs: number): readonly Fact[] {
  return (factory.check?.(config, nowMs) ?? []).map(({ path, message, severity }) =>
    fact(severity === "warning" ? "warn" : "fail", "configuration", `${formatPath(path)}: ${message}`),
  );
}

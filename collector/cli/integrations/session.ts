import { systemClock, type Clock } from "../../clock.ts";
import type { AnyFactory } from "../../component.ts";
import type { CollectorConfig, ConfigResult, ConfiguredComponent } from "../../config/model.ts";
import type { FactoryOf } from "../../config/registry.ts";
import { suggest } from "../../config/nearest.ts";
import { CollectorError, ErrorCode } from "../../errors.ts";
import type { Onboarding } from "../../onboarding.ts";
import type { Io } from "../io.ts";
import { loadSources } from "../load-files.ts";
import { createPrompter, type Prompter } from "../prompter.ts";
import { findFolder, sourcesOf, type Changes, type IntegrationFolder } from "./files.ts";
import { idOf, TYPE } from "./names.ts";

/** What all commands on integrations work with. */
export interface Session {
  readonly io: Io;
  readonly factories: readonly AnyFactory[];
  readonly folder: IntegrationFolder;
  /** Undefined where nobody can be asked. */
  readonly prompter: Prompter | undefined;
  readonly clock: Clock;
}

export interface SessionOptions {
  /** What `--config` named. */
  readonly paths: readonly string[];
  readonly directory: string | undefined;
  /** Never ask, even at a terminal. */
  readonly noInput: boolean;
}

export function openSession(options: SessionOptions, factories: readonly AnyFactory[], io: Io): Session {
  return {
    io,
    factories,
    folder: findFolder(options.paths, options.directory),
    prompter: options.noInput ? undefined : createPrompter(io),
    clock: systemClock,
  };
}

/** The collector's configuration, after some changes in the folder. */
export function load({ folder, factories, io }: Session, changes?: Changes, offlineChecks = false): ConfigResult {
  return loadSources(sourcesOf(folder, changes), factories, io.env, { offlineChecks });
}

/** An integration of the configuration. */
export type Integration = ConfiguredComponent<FactoryOf<"receiver">>;

/**
 * The integration of a name.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when there is none.
 */
export function find(config: CollectorConfig, name: string): Integration {
  const found = config.receivers.get(idOf(name)) ?? config.receivers.get(name);
  if (found !== undefined) return found;
  const names = [...config.receivers.keys()].map((id) => id.replace(`${TYPE}/`, ""));
  throw new CollectorError(
    ErrorCode.config,
    `Cannot find integration "${name}": the configuration has none of that name; ${suggest(name, names, "integrations")}`,
  );
}

/** @throws {TypeError} When the registry holds no receiver that can be set up. */
export function onboardingOf(factories: readonly AnyFactory[]): Onboarding<unknown> {
  for (const factory of factories) {
    if (factory.kind === "receiver" && factory.type === TYPE && factory.onboarding !== undefined)
      return factory.onboarding;
  }
  throw new TypeError(`Cannot set integrations up: no receiver "${TYPE}" is registered`);
}

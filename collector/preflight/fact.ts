import type { Meter } from "@opentelemetry/api";
import type { Clock } from "../clock.ts";
import type { ClientAuthenticator } from "../component.ts";
import type { LogFields, Logger } from "../telemetry.ts";

/** How a fact bears on collecting. `warn`: it works, or may; somebody should look at it. `fail`: it does not work. */
export const LEVELS = ["ok", "warn", "fail"] as const;
export type Level = (typeof LEVELS)[number];

/** One thing that was found out about a component and its surroundings, for one line of `otel-o365 check`. */
export interface Fact {
  /** Stable word for programs: `token`, `permission`. */
  readonly name: string;
  /** What it is about where there are several: a content type, a host. */
  readonly subject?: string;
  readonly level: Level;
  /** What was seen and, unless all is well, what to do: *Cannot <action> <object>: <what was seen>; <what to do>*. */
  readonly message: string;
  /** Machine-readable detail: codes, ids, times. No secret. */
  readonly fields?: LogFields;
}

/** What a component gets for its preflight. */
export interface PreflightSettings {
  /** As in YAML: "o365/contoso". */
  readonly id: string;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly random: () => number;
  /** Subscriptions that are missing may be started. Without it a preflight changes nothing on the remote side. */
  readonly startSubscriptions: boolean;
  /** Of the extension that an exporter's `auth::authenticator` names. */
  readonly authenticator?: ClientAuthenticator;
}

/** A fact without a subject or fields, for the common case. */
export function fact(level: Level, name: string, message: string, more: Pick<Fact, "subject" | "fields"> = {}): Fact {
  return { name, level, message, ...more };
}

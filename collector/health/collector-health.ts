import type { StatusEntry } from "../status.ts";
import { troubleSentences } from "./announce.ts";
import { type State, WELL, worst } from "./judge.ts";
import type { Look, Looks } from "./monitor.ts";

export type Phase = "starting" | "running" | "stopping";

/** What is said of one integration. */
export interface IntegrationHealth {
  /** YAML id. */
  readonly id: string;
  /** `unknown`: its ledger cannot be read or written. */
  readonly state: State | "unknown";
  /** What troubles it, each with its cause and what to do. */
  readonly troubles: readonly string[];
  /** A part of its audit trail is missing for good. */
  readonly gap: boolean;
}

/** Whether the collector does what it is there for. */
export interface CollectorHealth {
  readonly phase: Phase;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  /** It runs, and everything that it is to collect is collected and delivered, as `otel-o365 status` judges it. */
  readonly healthy: boolean;
  /** It still looks after its integrations; false: it hangs, and a restart may help. */
  readonly alive: boolean;
  readonly integrations: readonly IntegrationHealth[];
  /** What is wrong with parts that belong to no integration. */
  readonly problems: readonly string[];
}

/** What the judgement rests on. */
export interface HealthView {
  readonly phase: Phase;
  readonly startedMs: number;
  readonly nowMs: number;
  /** Undefined when nothing that keeps a ledger runs (yet). */
  readonly looks: Looks | undefined;
  readonly statuses: readonly StatusEntry[];
  /** Ids of receivers. Those without a ledger are judged by what they report. */
  readonly receivers: readonly string[];
}

/** How much later than announced a look may be before what it saw no longer counts. */
const OVERDUE_MS = 120_000;

/** Judges a collector by the last look at its integrations, and by what parts report that no look covers. */
export function collectorHealth(view: HealthView): CollectorHealth {
  const { phase, startedMs, nowMs, looks } = view;
  const integrations = [...(looks?.byIntegration ?? [])].map(([id, look]) => integrationHealth(id, look));
  const dueMs = looks?.nextMs ?? startedMs;
  const alive = looks === undefined || nowMs - dueMs <= OVERDUE_MS;
  const overdue = `Cannot tell how the integrations are: they were to be looked at ${Math.round((nowMs - dueMs) / 1000)} s ago and were not; restart the collector`;
  const problems = [...(alive ? [] : [overdue]), ...unwatchedProblems(view)];
  const looked = looks === undefined || looks.nextMs !== undefined;
  const healthy =
    phase === "running" && looked && problems.length === 0 && integrations.every(({ state }) => WELL.has(state));
  return { phase, startedMs, healthy, alive, integrations, problems };
}

/** The worst state of all integrations; undefined when there is none that can be told. */
export function worstState({ integrations }: CollectorHealth): State | "unknown" | undefined {
  const states = integrations.map(({ state }) => state);
  const known = states.filter((state) => state !== "unknown");
  if (known.length < states.length) return "unknown";
  return known.length === 0 ? undefined : worst(known);
}

function integrationHealth(id: string, look: Look): IntegrationHealth {
  if ("failure" in look) return { id, state: "unknown", troubles: [look.failure], gap: false };
  const { verdict } = look;
  return { id, state: verdict.state, troubles: troubleSentences(verdict), gap: verdict.gap };
}

/** Where no ledger tells what was delivered, what components report counts, as far as it needs somebody. */
function unwatchedProblems({ statuses, looks, receivers }: HealthView): readonly string[] {
  const unwatched = new Set(receivers.filter((id) => looks?.byIntegration.has(id) !== true));
  return statuses
    .filter(
      ({ component, status }) => status === "permanent_error" && (looks === undefined || unwatched.has(component)),
    )
    .map(({ component, aspect, message }) =>
      [component, ...(aspect === undefined ? [] : [aspect]), message ?? "does not work"].join(": "),
    );
}

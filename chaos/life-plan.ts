import { Random } from "../emulator/content/random.ts";

/** Requests that a process is counted by. */
export const MOMENTS = ["listing", "blob", "export"] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * How and when a process ends. By requests rather than by time, so that a busy machine, on which it takes seconds to start,
 * ends it at the same point of its work.
 */
export interface LifePlan {
  readonly signal: "SIGKILL" | "SIGTERM";
  /** It ends when so many requests of this kind have arrived. `start`: while it starts. `time`: after `atMostMs` alone. */
  readonly at: Moment | "start" | "time";
  readonly count: number;
  /** So long after that request; 0 is before it is answered. */
  readonly thenMs: number;
  /** It ends after so many listings at the latest: a process whose backends are on hold goes on listing. */
  readonly mostListings: number;
  /** And this long after its first request; for `start`, after its start. */
  readonly atMostMs: number;
}

const MOST: Readonly<Record<Moment, number>> = { listing: 150, blob: 80, export: 20 };
const AT_MOST_MS = 10_000;
/** Longer than a backend that looks wrong is left alone, so that delivery comes back to it. */
const LONG_LIFE_MS = 70_000;
/** Every so many lives is a long one. */
const LONG_LIFE_EVERY = 8;

/** @param isLongRun Whether lives of more than a minute have room in it. */
export function planLife(seed: number, number: number, isLongRun: boolean): LifePlan {
  const random = new Random(seed, "life", number);
  const plan = {
    signal: random.chance(0.2) ? "SIGTERM" : "SIGKILL",
    count: 0,
    thenMs: random.chance(0.3) ? 0 : random.below(60),
    mostListings: Number.POSITIVE_INFINITY,
  } as const;
  if (isLongRun && number % LONG_LIFE_EVERY === LONG_LIFE_EVERY - 1) {
    return { ...plan, at: "time", atMostMs: LONG_LIFE_MS };
  }
  if (random.chance(0.1)) return { ...plan, at: "start", atMostMs: random.below(1500) };
  const at = random.pick(["listing", "blob", "blob", "export", "export"] as const);
  const mostListings = MOST.listing + random.below(MOST.listing);
  return { ...plan, at, count: 1 + random.below(MOST[at]), mostListings, atMostMs: AT_MOST_MS };
}

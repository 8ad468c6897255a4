import { setTimeout as sleep } from "node:timers/promises";
import { readLedger } from "../collector/storage/ledger-report.ts";
import { CONTENT_TYPES } from "../emulator/index.ts";
import { START_INTERVAL_MS } from "../receiver/subscriptions.ts";
import { COLLECTOR, type Program } from "./collector-process.ts";
import { missingAt, whatWasServed } from "./comparison.ts";
import { drained } from "./drain.ts";
import type { Lives } from "./lives.ts";
import { judge, type Outcome } from "./outcome.ts";
import { openScene, type Scene } from "./scene.ts";

export interface ChaosOptions {
  /** Everything that is decided follows from it. */
  readonly seed: number;
  /** How long the storm lasts, at least: it goes on until enough has happened. */
  readonly durationMs: number;
  /** Default: the command line of this project. */
  readonly program?: Program;
  /** Told now and then how it goes. */
  readonly onProgress?: (line: string) => void;
}

/** Shorter runs begin their recovery with a new process, so that nobody waits for the end of a back-off. */
const SHORT_MS = 30_000;
const LONG_MS = 120_000;
/** Longer than `reconcile_interval`: these begin it with a new process as well, for a comparison that failed is put off. */
const VERY_LONG_MS = 12 * 60_000;
/** Longer than a backend that looks wrong is left alone. */
const PATIENCE_MS = 100_000;
/** So many processes must have been ended at work, however slowly they start on a busy machine: there is no chaos without. */
const LEAST_LIVES = 3;
/** So many records must have been given out: what is made while a subscription is off is not, and that takes as long as a start does. */
const LEAST_WANTED = 600;
/** A start that is allowed within this time is waited for. */
const SOON_MS = 10_000;
const PULSE_MS = 40;
const PROGRESS_MS = 60_000;
const PROGRESS_LINES = 10;

/** Puts the collector through a storm of faults and kills, lets it recover, and compares what was made with what arrived. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { seed, durationMs, program = COLLECTOR } = options;
  const isVeryLongRun = durationMs >= VERY_LONG_MS;
  const scene = await openScene({ seed, durationMs, program, isLongRun: durationMs >= LONG_MS, isVeryLongRun });
  try {
    await storm(scene, options);
    const calmMs = Date.now();
    const failures = await recover(scene, durationMs < SHORT_MS || isVeryLongRun, isVeryLongRun);
    const seconds = {
      storm: Math.round((calmMs - scene.startMs) / 1000),
      drain: Math.round((Date.now() - calmMs) / 1000),
    };
    return judge(scene, seconds, failures);
  } finally {
    await scene.close();
  }
}

/** Faults, kills and traffic, for their time or until a process fails. */
async function storm(scene: Scene, options: ChaosOptions): Promise<void> {
  const over = new AbortController();
  const ends = await Promise.allSettled([liveOn(scene.lives, over), goOn(scene, options, over)]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Lets time pass for the tenant until the storm is over; says when it is. */
async function goOn(scene: Scene, { durationMs, onProgress }: ChaosOptions, over: AbortController): Promise<void> {
  const { startMs, traffic, upsets, lives } = scene;
  const lineEveryMs = Math.max(PROGRESS_MS, durationMs / PROGRESS_LINES);
  let nextLineMs = startMs + lineEveryMs;
  let isSupplied = false;
  try {
    while (!over.signal.aborted && !(isSupplied && lives.worked >= LEAST_LIVES)) {
      const now = Date.now();
      isSupplied ||= now >= startMs + durationMs && hasServedEnough(scene);
      if (!isSupplied) traffic.advance(now);
      upsets.advance(now);
      if (now >= nextLineMs) {
        nextLineMs += lineEveryMs;
        onProgress?.(progress(scene, now - startMs));
      }
      await sleep(PULSE_MS);
    }
  } finally {
    over.abort();
  }
}

function hasServedEnough({ tenant, made }: Scene): boolean {
  return whatWasServed(tenant.emulator, made).wanted.size >= LEAST_WANTED;
}

/** One process after the other until `over` aborts; aborts it when one of them fails. */
async function liveOn(lives: Lives, over: AbortController): Promise<void> {
  try {
    while (!over.signal.aborted && lives.failures.length === 0) await lives.live(over.signal);
  } finally {
    over.abort();
  }
}

/**
 * Lets the collector recover, and stops it. Resolves to what went wrong.
 *
 * @param isAnew Whether a new process begins it.
 * @param isStubborn Whether what is missing is waited for although everything was listed: a comparison may find it.
 */
async function recover(scene: Scene, isAnew: boolean, isStubborn: boolean): Promise<readonly string[]> {
  const { backends, letters, lives, made, tenant, traffic } = scene;
  if (lives.failures.length > 0) return [];
  scene.calm();
  if (isAnew) await lives.stop("SIGTERM");
  // Who waits for the rule of 15 minutes does not look before.
  if (startForbidden(scene)) await lives.stop("SIGTERM");
  const process = await lives.run();
  while (Date.now() <= traffic.lastVisibleMs) await sleep(PULSE_MS);
  const served = whatWasServed(tenant.emulator, made);
  const missing = (): number =>
    backends.reduce((sum, backend) => {
      const setAside = letters.get(backend);
      return setAside === undefined ? sum : sum + missingAt(served, backend, setAside).length;
    }, 0);
  const givenUp = await drained({
    directory: scene.ledger.directory,
    process,
    contentTypes: CONTENT_TYPES,
    now: Date.now,
    patienceMs: PATIENCE_MS,
    isStubborn,
    listings: scene.listings,
    missing,
    makeBlob: () => traffic.makeUsual(Date.now()),
  });
  const lines = process.lines.slice(-8).join("\n    ");
  const exit = await lives.stop("SIGTERM");
  const failures: string[] = [];
  if (givenUp !== undefined) failures.push(`Given up waiting: ${givenUp}\n    ${lines}`);
  else if (exit?.code !== 0) failures.push(`The last process did not settle everything: exit code ${exit?.code}`);
  return failures;
}

/**
 * Starts the subscriptions that the collector must not start yet: a kill between its note of a start and the request leaves
 * it with the API's rule of one start in 15 minutes. Whether there were any.
 */
function startForbidden({ tenant, ledger, tally }: Scene): boolean {
  const { tenantId, clientId } = ledger.owner;
  const types = readLedger(ledger.directory)?.integrations[0]?.contentTypes ?? [];
  const off = tenant.emulator.disabledSubscriptions(tenantId, clientId).filter((type) => {
    const startedMs = types.find(({ contentType }) => contentType === type)?.subscriptionStartedMs ?? 0;
    return startedMs + START_INTERVAL_MS > Date.now() + SOON_MS;
  });
  for (const type of off) {
    tenant.emulator.enableSubscription(tenantId, clientId, type);
    tally.add("tenant", "subscription started by hand, because of the rule of 15 minutes");
  }
  return off.length > 0;
}

function progress({ made, backends, tally }: Scene, passedMs: number): string {
  const got = backends.map(({ name, receipts }) => `${name} ${receipts.distinct}`).join(", ");
  const kills = tally.count("processes", "killed (SIGKILL)");
  return `${Math.round(passedMs / 1000)} s: ${made.size} records made, accepted by ${got}, ${kills} kills`;
}

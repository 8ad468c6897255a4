import { COLLECTOR, wrappedCollector } from "../../../chaos/collector-process.ts";
import { EXCUSES } from "../../../chaos/receipts.ts";
import type { KillAt, Sabotage, Wrap } from "../../../chaos/wrap.ts";
import { SmallWorld } from "./small-world.ts";

/** A process that has not died by then will not. */
const MOST_LIFE_MS = 60_000;

/** How the process that is to die runs, and what else happens. */
export interface KillCase {
  /** It kills itself at this step. */
  readonly kill?: KillAt;
  /** It is killed from outside: at its n-th download, before the answer or within it; or when the backend has accepted n requests, before it says so. */
  readonly killAt?: { readonly moment: "download" | "body" | "accepted"; readonly nth: number };
  /** It does its work wrongly as well. */
  readonly sabotage?: Sabotage;
  /** Subscriptions are off before it. */
  readonly isUnsubscribed?: boolean;
  /** A process that is not killed comes first, and so much later the one that is, with new content. Milliseconds. */
  readonly laterMs?: number;
  /** The new content was created so long before, milliseconds. Default 0. With this, `kill` counts only calls about it. */
  readonly newContentAgeMs?: number;
  /** Time between the kill and the restart, milliseconds. */
  readonly downMs?: number;
  /** Keys of the receiver. */
  readonly receiver?: Readonly<Record<string, unknown>>;
}

/** What a run with one kill has shown. */
export interface KillResult {
  /** Why the run did not come to its end. */
  readonly failure: string | undefined;
  readonly wanted: number;
  readonly missing: number;
  /** Records that came again because they were in flight at the kill. */
  readonly repeated: number;
  readonly unexplained: number;
}

/** A collector is killed, another one is started; then what was made is compared with what arrived. */
export async function runKillCase(one: KillCase): Promise<KillResult> {
  const { isUnsubscribed = false, receiver = {} } = one;
  const world = await SmallWorld.open({ isSubscribed: !isUnsubscribed, receiver });
  try {
    world.makeHistory();
    const failure = await play(world, one);
    const { receipts } = world.backend;
    return {
      failure,
      wanted: world.wanted,
      missing: world.missing(),
      repeated: EXCUSES.reduce((sum, excuse) => sum + receipts.repeats[excuse], 0),
      unexplained: receipts.unexplained + receipts.strangers,
    };
  } finally {
    await world.close();
  }
}

async function play(world: SmallWorld, one: KillCase): Promise<string | undefined> {
  const { laterMs = 0, newContentAgeMs, downMs = 0, sabotage } = one;
  let { kill } = one;
  if (laterMs > 0) {
    // A first life without trouble, for steps that need a past.
    world.start(COLLECTOR);
    const failure = await world.drain();
    if (failure !== undefined) return failure;
    world.passTime(laterMs);
    const contentId = world.makeBlob("Audit.General", newContentAgeMs);
    if (newContentAgeMs !== undefined && kill?.step === "addListed") kill = { ...kill, holding: contentId };
  }
  const alive = await die(world, one.killAt, { kill, sabotage, aheadMs: laterMs });
  if (alive !== undefined) return alive;
  world.passTime(downMs);
  const aheadMs = laterMs + downMs;
  // The collector as it is, unless its clock has to be ahead.
  world.start(aheadMs === 0 ? COLLECTOR : wrappedCollector({ aheadMs }));
  return world.drain(newContentAgeMs !== undefined);
}

/** Starts a collector and waits until it was killed. Resolves to why it was not. */
async function die(world: SmallWorld, killAt: KillCase["killAt"], wrap: Wrap): Promise<string | undefined> {
  let downloads = 0;
  let accepted = 0;
  world.onRequest = ({ operation }) => {
    if (operation !== "blob") return undefined;
    downloads += 1;
    if (downloads !== killAt?.nth) return undefined;
    if (killAt.moment === "download") world.process?.kill("SIGKILL");
    if (killAt.moment !== "body") return undefined;
    setTimeout(() => world.process?.kill("SIGKILL"), 100);
    return { kind: "stall" };
  };
  world.onAccepted = () => {
    accepted += 1;
    if (killAt?.moment === "accepted" && accepted === killAt.nth) world.process?.kill("SIGKILL");
  };
  const process = world.start(wrappedCollector(wrap));
  const tooLong = setTimeout(() => process.kill("SIGTERM"), MOST_LIFE_MS);
  const exit = await world.ended("in flight at a kill");
  clearTimeout(tooLong);
  world.onRequest = () => undefined;
  return exit?.signal === "SIGKILL" ? undefined : `the process was not killed: ${process.lines.slice(-3).join("; ")}`;
}

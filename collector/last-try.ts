import { type Clock, ignoreAbort } from "./clock.ts";

/** What stands in front of an exporter and tries again without end, when the collector stops. */
export interface Persevering {
  /** The collector stops: what waits for a failing backend is tried once more at once, unless the backend asked to wait. */
  hurry(): void;
  /** Since hurry(): the backend has failed once more, or holds all that it is offered. */
  readonly inVain: boolean;
}

interface BranchTraffic {
  readonly exporter: string;
  underWay: number;
  /** When the last of it was settled; milliseconds since the epoch. */
  idleSinceMs: number;
}

const LOOK_INTERVAL_MS = 250;
/** A branch that works is between two chunks of a blob for less. */
const IDLE_MS = 1000;

/**
 * Finds out, while the collector stops, that waiting for its deadline is of no use: whatever is still on its way was offered to its
 * backend once more and failed, and every other branch is through. What is given back then is owed by the ledger, as after the deadline.
 */
export class LastTry {
  readonly #clock: Clock;
  readonly #branches = new Map<string, BranchTraffic>();
  readonly #exporters = new Map<string, Persevering>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param exporter As it stands in front of the branches; only some can say that they try in vain. */
  watch(id: string, exporter: object): void {
    if (isPersevering(exporter)) this.#exporters.set(id, exporter);
  }

  /** Settles as `work` does, and counts it for its branch until then. */
  async track<T>(branch: string, exporter: string, work: Promise<T>): Promise<T> {
    const traffic = this.#branches.get(branch) ?? { exporter, underWay: 0, idleSinceMs: 0 };
    this.#branches.set(branch, traffic);
    traffic.underWay += 1;
    try {
      return await work;
    } finally {
      traffic.underWay -= 1;
      traffic.idleSinceMs = this.#clock.now();
    }
  }

  /**
   * Resolves to the branches that still owe something once nothing else can be settled; to none when `signal` aborts first, because
   * everything was settled or the time is up.
   */
  async run(signal: AbortSignal): Promise<readonly string[]> {
    for (const exporter of this.#exporters.values()) exporter.hurry();
    while (!signal.aborted) {
      const branches = [...this.#branches];
      const owing = branches.filter(([, { underWay }]) => underWay > 0);
      const idleUntilMs = this.#clock.now() - IDLE_MS;
      const isOver = ([, { underWay, exporter, idleSinceMs }]: (typeof branches)[number]): boolean =>
        underWay > 0 ? this.#exporters.get(exporter)?.inVain === true : idleSinceMs <= idleUntilMs;
      if (owing.length > 0 && branches.every(isOver)) return owing.map(([name]) => name);
      await this.#clock.sleep(LOOK_INTERVAL_MS, signal).catch(ignoreAbort);
    }
    return [];
  }
}

function isPersevering(value: object): value is Persevering {
  return "hurry" in value && typeof value.hurry === "function" && "inVain" in value;
}

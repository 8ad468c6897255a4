import type { Backend } from "./backend.ts";
import { CollectorProcess, type Exit, type Program } from "./collector-process.ts";
import { readLedgerCopy, type LedgerPlace } from "./ledger-copy.ts";
import { planLife, type LifePlan, type Moment } from "./life-plan.ts";
import type { OpenReceipt } from "./receipts.ts";
import type { Tally } from "./tally.ts";
import { branchOf, CONCURRENCY, MAX_IN_FLIGHT_BYTES } from "./world.ts";

export interface LivesOptions {
  readonly seed: number;
  readonly program: Program;
  readonly configFile: string;
  readonly isLongRun: boolean;
  readonly backends: readonly Backend[];
  readonly ledger: LedgerPlace;
  readonly tally: Tally;
  /** Bytes of the largest blob so far. */
  readonly largestBlobBytes: () => number;
}

interface Life {
  readonly process: CollectorProcess;
  /** Undefined for a process that nobody means to kill. */
  plan: LifePlan | undefined;
  /** Requests so far of the kind that the plan counts. */
  count: number;
  listings: number;
  /** Runs out at the end of its time. */
  timer: NodeJS.Timeout | undefined;
  /** The signal that it was sent. */
  signal: LifePlan["signal"] | undefined;
}

const HEADING = "processes";
const KILLED = "killed (SIGKILL)";
const STOPPED = "stopped (SIGTERM), everything settled";
const STOPPED_LATE = "stopped (SIGTERM), past its deadline";

/** The collector, process after process, and what each left in flight. */
export class Lives {
  /** What must not have happened, each with the last lines of the process. */
  readonly failures: string[] = [];
  /** Most that one process had in flight for one backend. */
  mostInFlightBytes = 0;
  /** Processes that were ended after they had begun to work. */
  worked = 0;
  readonly #options: LivesOptions;
  #life: Life | undefined;
  #number = 0;

  constructor(options: LivesOptions) {
    this.#options = options;
    options.tally.expect(HEADING, [KILLED, STOPPED, STOPPED_LATE]);
  }

  /** Told about every request of the collector, before it is answered. */
  request(moment: Moment | "other"): void {
    const life = this.#life;
    if (life?.plan === undefined) return;
    const { at, atMostMs, count, mostListings, thenMs } = life.plan;
    life.timer ??= endLater(life, atMostMs);
    if (moment === "listing" && ++life.listings > mostListings) endLater(life, 0);
    if (at === moment && ++life.count === count) endLater(life, thenMs);
  }

  /** Starts a process and ends it as the seed wants, or when `until` aborts; a process that then runs goes on. */
  async live(until: AbortSignal): Promise<void> {
    const plan = planLife(this.#options.seed, this.#number, this.#options.isLongRun);
    const life = this.#start(plan);
    if (plan.at === "start") life.timer = endLater(life, plan.atMostMs);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const onAbort = (): void => resolve();
    until.addEventListener("abort", onAbort, { once: true });
    await Promise.race([life.process.exited, over]);
    until.removeEventListener("abort", onAbort);
    clearTimeout(life.timer);
    if (!until.aborted) await this.#ended(life);
  }

  /** A process that goes on until stop(). One that runs stays; the kill that it was meant for is off. */
  async run(): Promise<CollectorProcess> {
    const life = this.#life;
    if (life !== undefined && (life.signal !== undefined || life.process.hasExited)) await this.#ended(life);
    const running = this.#life ?? this.#start(undefined);
    running.plan = undefined;
    return running.process;
  }

  /** Ends the process that runs, if one does, and waits for it. */
  async stop(signal: LifePlan["signal"]): Promise<Exit | undefined> {
    const life = this.#life;
    if (life === undefined) return undefined;
    end(life, signal);
    return this.#ended(life);
  }

  #start(plan: LifePlan | undefined): Life {
    const { program, configFile } = this.#options;
    this.#number += 1;
    this.#life = {
      process: new CollectorProcess(program, configFile),
      plan,
      count: 0,
      listings: 0,
      timer: undefined,
      signal: undefined,
    };
    return this.#life;
  }

  async #ended(life: Life): Promise<Exit> {
    const exit = await life.process.exited;
    this.#life = undefined;
    for (const backend of this.#options.backends) await backend.idle();
    if (life.timer !== undefined && life.plan?.at !== "start") this.worked += 1;
    const how = nameOf(exit, life.signal);
    if (how === undefined) {
      const { code, signal } = exit;
      this.failures.push(
        `Process ${this.#number} ended by itself (code ${code}, signal ${signal}):\n    ${life.process.lines.slice(-8).join("\n    ")}`,
      );
    } else this.#options.tally.add(HEADING, how);
    this.#settle(how === KILLED ? "in flight at a kill" : "in flight at a stop");
    return exit;
  }

  /** Asks the ledger which of the accepted records the collector knows about. */
  #settle(excuse: "in flight at a kill" | "in flight at a stop"): void {
    const { backends, ledger, largestBlobBytes } = this.#options;
    const open = new Map(backends.map((backend) => [branchOf(backend), [...backend.receipts.open()]]));
    const views = readLedgerCopy(ledger, new Map([...open].map(([branch, receipts]) => [branch, uidsOf(receipts)])));
    // A lane takes one more blob as long as it is not full, and several may be on their way to it.
    const mostBytes = MAX_IN_FLIGHT_BYTES / backends.length + CONCURRENCY * largestBlobBytes();
    for (const backend of backends) {
      const view = views.get(branchOf(backend));
      const isKnown = ({ uid, contentId }: OpenReceipt): boolean =>
        (uid !== undefined && view?.remembered.has(uid)) || view?.settled.get(contentId) === "delivered";
      const { bytes } = backend.receipts.endLife(excuse, isKnown);
      this.mostInFlightBytes = Math.max(this.mostInFlightBytes, bytes);
      if (bytes > mostBytes) {
        this.failures.push(
          `Process ${this.#number} had ${bytes} bytes in flight to backend ${backend.name}; ${mostBytes} are the most`,
        );
      }
    }
  }
}

function uidsOf(receipts: readonly OpenReceipt[]): readonly string[] {
  return receipts.flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
}

/** Ends a process as it was planned, unless the plan is off by then. */
function endLater(life: Life, ms: number): NodeJS.Timeout | undefined {
  const endNow = (): void => {
    if (life.plan !== undefined) end(life, life.plan.signal);
  };
  if (ms > 0) return setTimeout(endNow, ms);
  endNow();
  return undefined;
}

function end(life: Life, signal: LifePlan["signal"]): void {
  if (life.signal !== undefined) return;
  life.signal = signal;
  life.process.kill(signal);
}

/** Undefined when nobody has ended it. */
function nameOf({ code, signal }: Exit, sent: LifePlan["signal"] | undefined): string | undefined {
  if (sent === "SIGKILL" && signal === "SIGKILL") return KILLED;
  if (sent !== "SIGTERM") return undefined;
  // Before it listens to signals, the signal ends it like a kill.
  if (signal === "SIGTERM") return KILLED;
  if (code === 0) return STOPPED;
  return code === 3 ? STOPPED_LATE : undefined;
}

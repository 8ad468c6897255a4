import type { Branch, ReceiverSettings } from "../../collector/component.ts";
import { describeError } from "../../collector/errors.ts";
import type { Replay, ReplayProgress, Share } from "../../collector/replayable.ts";
import type { Ledger, LedgerCounts } from "../../collector/storage/storage.ts";
import type { O365Config } from "../config.ts";
import type { ReplaySignals } from "./settle-all.ts";

/** What one kind of replay does, between start and end. */
export interface ReplayWork {
  /** Finds and delivers. Resolves early when `intake` aborts. */
  run(ledger: Ledger, branches: readonly Branch[], signals: ReplaySignals): Promise<void>;
  found(): Share;
  unreadable(): number;
  problems(): readonly string[];
  missing(): ReplayProgress["missing"];
}

/** A replay whose blobs are in a ledger of its own: what all kinds have in common. */
export class DeliveringReplay implements Replay {
  readonly #settings: ReceiverSettings;
  readonly #config: O365Config;
  readonly #branches: readonly Branch[];
  readonly #work: ReplayWork;
  readonly #intake = new AbortController();
  readonly #delivery = new AbortController();
  #ledger: Ledger | undefined;
  #running: Promise<void> = Promise.resolve();
  #malformed = 0;
  /** How it was when the run ended: the ledger may be closed by the time somebody asks. */
  #final: ReplayProgress | undefined;

  constructor(settings: ReceiverSettings, config: O365Config, branches: readonly Branch[], work: ReplayWork) {
    this.#settings = settings;
    this.#config = config;
    this.#branches = branches;
    this.#work = work;
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be opened. */
  start(): Promise<void> {
    const { cloud, tenantId, clientId } = this.#config;
    const ledger = this.#settings.storage.ledger({ cloud, tenantId, clientId });
    // Whatever is listed is owed, however old it is.
    ledger.openBranches(
      this.#branches.map(({ name }) => name),
      0,
    );
    this.#ledger = ledger;
    this.#running = this.#run(ledger);
    // Whoever asks for the outcome gets it from finished(); nobody has to.
    this.#running.catch(() => {});
    return Promise.resolve();
  }

  async finished(): Promise<void> {
    await this.#running;
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    this.#intake.abort(new Error("The replay is stopping"));
    const giveUp = (): void => this.#delivery.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    await this.#running.catch(() => {});
    signal.removeEventListener("abort", giveUp);
  }

  progress(): ReplayProgress {
    return this.#final ?? this.#look();
  }

  #look(): ReplayProgress {
    const counts = this.#ledger?.counts() ?? [];
    const sum = (of: (count: LedgerCounts) => number): number => counts.reduce((total, one) => total + of(one), 0);
    const listed = sum((one) => one.listed);
    return {
      found: this.#work.found(),
      settled: { done: listed - sum((one) => one.pending), total: listed },
      records: sum((one) => one.records),
      malformed: this.#malformed,
      unreadable: this.#work.unreadable(),
      problems: this.#work.problems(),
      missing: this.#work.missing(),
    };
  }

  async #run(ledger: Ledger): Promise<void> {
    const signals = { intake: this.#intake.signal, delivery: this.#delivery.signal };
    const branches = this.#branches.map((branch, index) => (index === 0 ? this.#counting(branch) : branch));
    try {
      await this.#work.run(ledger, branches, signals);
    } catch (error) {
      if (signals.intake.aborted) return;
      this.#settings.reportStatus({ status: "permanent_error", message: describeError(error) });
      throw error;
    } finally {
      this.#final = this.#look();
    }
  }

  /** All branches get the same records: the first one is where they are counted. */
  #counting(branch: Branch): Branch {
    return {
      name: branch.name,
      consume: async (records, signal) => {
        await branch.consume(records, signal);
        for (const { attributes } of records) {
          if (attributes["o365.malformed"] === true) this.#malformed += 1;
        }
      },
    };
  }
}

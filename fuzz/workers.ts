import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Failure, type Order, type Report, report } from "./messages.ts";
import { PART_LENGTH } from "./run.ts";

/** Trying a record takes less than a millisecond: a worker that says nothing for so long is caught in one. */
const SILENCE_MS = 300_000;
const EXEC_ARGV = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=32"];

export interface WorkersOptions {
  readonly seed: number;
  /** Number of the first record. */
  readonly first: number;
  readonly records: number;
  readonly workers: number;
  readonly onProgress: (progress: Progress) => void;
  /** Default: the worker that tries the processor's mapping. */
  readonly script?: string;
  readonly partLength?: number;
  readonly silenceMs?: number;
}

export interface Progress {
  /** Records tried by all workers together. */
  readonly tried: number;
  /** Bytes, of all workers together. */
  readonly memory: number;
}

/**
 * As `fuzz`, in several processes: each takes the next part of the numbers when it is done with one. Which worker tries a
 * record makes no difference to it. The first failure ends all.
 *
 * @throws {Error} When a worker ends by itself, or says nothing any more: names the records that it was trying.
 */
export async function fuzzWithWorkers(options: WorkersOptions): Promise<Failure | undefined> {
  const { workers, script = join(import.meta.dirname, "worker-main.ts") } = options;
  const children = Array.from({ length: workers }, () => fork(script, { execArgv: EXEC_ARGV }));
  const parts = partsOf(options);
  const progress = progressOf(options);
  const found = Promise.withResolvers<Failure>();
  const all = children.map(async (child) => {
    for (const part of parts) {
      const failure = await new Errand(child, part, options).run((told) => progress(child, told));
      if (failure !== undefined) found.resolve(failure);
    }
  });
  try {
    return await Promise.race([found.promise, Promise.all(all).then(() => undefined)]);
  } finally {
    await Promise.all(children.map(stop));
  }
}

/** The numbers in parts that begin where `fuzz` takes new mappers. */
function* partsOf({ seed, first, records, partLength = PART_LENGTH }: WorkersOptions): Generator<Order> {
  const end = first + records;
  for (let at = first; at < end;) {
    const next = Math.min(end, at - (at % partLength) + partLength);
    yield { seed, first: at, records: next - at };
    at = next;
  }
}

function progressOf({ onProgress }: WorkersOptions): (child: ChildProcess, told: Report) => void {
  const memories = new Map<ChildProcess, number>();
  let tried = 0;
  return (child, told) => {
    tried += told.tried;
    memories.set(child, told.memory);
    onProgress({ tried, memory: [...memories.values()].reduce((sum, memory) => sum + memory, 0) });
  };
}

/** One part, tried by one worker. */
class Errand {
  readonly #child: ChildProcess;
  readonly #part: Order;
  readonly #silenceMs: number;
  #tried = 0;

  constructor(child: ChildProcess, part: Order, { silenceMs = SILENCE_MS }: WorkersOptions) {
    this.#child = child;
    this.#part = part;
    this.#silenceMs = silenceMs;
  }

  async run(onReport: (told: Report) => void): Promise<Failure | undefined> {
    const outcome = Promise.withResolvers<Failure | undefined>();
    const silence = setTimeout(() => {
      outcome.reject(this.#error(`has said nothing for ${this.#silenceMs / 1000} s`));
    }, this.#silenceMs);
    const onMessage = (message: unknown): void => {
      silence.refresh();
      const told = report.parse(message);
      this.#tried += told.tried;
      onReport(told);
      if (told.ended) outcome.resolve(told.failure);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      outcome.reject(this.#error(signal === null ? `has ended by itself with code ${code}` : `was ended by ${signal}`));
    };
    this.#child.on("message", onMessage).on("exit", onExit).on("error", outcome.reject);
    try {
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null) onExit(exitCode, signalCode);
      // Whether it could be sent does not matter: one that has ended says so with its exit.
      else this.#child.send(this.#part, () => {});
      return await outcome.promise;
    } finally {
      clearTimeout(silence);
      this.#child.off("message", onMessage).off("exit", onExit).off("error", outcome.reject);
    }
  }

  #error(what: string): Error {
    const { seed, first, records } = this.#part;
    const last = first + records - 1;
    const again = `npm run fuzz:xdr -- --seed ${seed} --first ${first} --records ${records} --workers 1`;
    return new Error(`A process ${what} among records ${first + this.#tried} to ${last}; try them again: ${again}`);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

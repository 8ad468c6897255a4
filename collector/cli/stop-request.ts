import type { SignalSource } from "./io.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * One key press reaches a process more than once: from the terminal, from npm and from a wrapper script, within
 * milliseconds. What comes this soon after the first is the same request.
 */
const SAME_REQUEST_MS = 300;

/** What the operator asks for by signals: to stop, then to stop at once. Listens until dispose(). */
export class StopRequest implements Disposable {
  /** Resolves with the first signal. */
  readonly stop: Promise<NodeJS.Signals>;
  /** Resolves with the second one. */
  readonly force: Promise<NodeJS.Signals>;
  readonly #source: SignalSource;
  readonly #listener: (signal: NodeJS.Signals) => void;

  /** @param now Milliseconds, monotonic or not. */
  constructor(source: SignalSource, now: () => number) {
    const stop = Promise.withResolvers<NodeJS.Signals>();
    const force = Promise.withResolvers<NodeJS.Signals>();
    let firstMs: number | undefined;
    this.#source = source;
    this.#listener = (signal) => {
      if (firstMs === undefined) {
        firstMs = now();
        stop.resolve(signal);
      } else if (now() - firstMs >= SAME_REQUEST_MS) {
        force.resolve(signal);
      }
    };
    this.stop = stop.promise;
    this.force = force.promise;
    for (const signal of SIGNALS) source.on(signal, this.#listener);
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) this.#source.off(signal, this.#listener);
  }
}

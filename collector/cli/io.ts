import type { LogStream } from "../logger.ts";

/** What the command line takes from the process, so that a test can stand in for it. */
export interface Io {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: LogStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
}

/** The part of `process` that delivers signals. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

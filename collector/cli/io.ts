import type { Readable, Writable } from "node:stream";
import type { LogStream } from "../logger.ts";

/** What the command line takes from the process, so that a test can stand in for it. */
export interface Io {
  readonly stdout: OutStream;
  readonly stderr: LogStream;
  /** Where answers to questions come from; absent: nobody can be asked. */
  readonly stdin?: InStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
}

/** `process.stdin`, or any stream in a test. */
export interface InStream extends Readable {
  readonly isTTY?: boolean;
}

/** `process.stdout`, or any stream in a test. */
export interface OutStream extends Writable {
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** The part of `process` that delivers signals. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { WRAP_VARIABLE, type Wrap } from "./wrap.ts";

/** Halves the time that a process takes to start; `npm ci` empties it. */
const COMPILE_CACHE = "node_modules/.cache/compile";
/** Lines of standard error kept of each process. */
const MOST_LINES = 40;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What runs as a collector. */
export interface Program {
  readonly script: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line of this project. */
export const COLLECTOR: Program = { script: "collector/cli/main.ts" };

/** The collector with some of its parts wrapped. */
export function wrappedCollector(wrap: Wrap): Program {
  return { script: "chaos/wrapped-collector.ts", env: { [WRAP_VARIABLE]: JSON.stringify(wrap) } };
}

/** A collector in a process of its own. */
export class CollectorProcess {
  /** Resolves when it has ended, however it did. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor({ script, env }: Program, configFile: string) {
    const args = ["--disable-warning=ExperimentalWarning", script, "--config", configFile];
    this.#child = spawn(process.execPath, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    });
    this.exited = once(this.#child, "exit").then(() => ({
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
    }));
    if (this.#child.stderr !== null) void this.#keep(this.#child.stderr);
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines that it wrote to standard error. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  kill(signal: "SIGKILL" | "SIGTERM"): void {
    this.#child.kill(signal);
  }

  /** Never rejects: a stream that breaks off has nothing more to say. */
  async #keep(stderr: NodeJS.ReadableStream): Promise<void> {
    try {
      for await (const line of createInterface({ input: stderr })) {
        this.#lines.push(line);
        if (this.#lines.length > MOST_LINES) this.#lines.shift();
      }
    } catch {
      // The process is gone.
    }
  }
}

import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { runCli } from "../../collector/cli/program.ts";
import { factories } from "../../collector/components.ts";

/** How a command line ended, and what it printed. */
export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Emits the signals that the process would get. */
  readonly signals?: EventEmitter;
}

/** Runs `otel-o365` with the real components in this process, without a terminal. Rejects with what the command failed with. */
export async function cli(
  args: readonly string[],
  { env = {}, signals = new EventEmitter() }: CliOptions = {},
): Promise<CliOutcome> {
  const stdout = new PassThrough({ encoding: "utf8" });
  const stderr = new PassThrough({ encoding: "utf8" });
  const code = await runCli(args, () => Promise.resolve(factories), {
    stdout,
    stderr,
    env,
    signals,
  });
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

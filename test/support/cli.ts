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
  /** Somebody who reads what was printed so far on standard output, and may answer with a line on standard input. */
  readonly user?: (printed: string) => Promise<string | undefined>;
}

/** Runs `otel-o365` with the real components in this process, without a terminal. Rejects with what the command failed with. */
export async function cli(
  args: readonly string[],
  { env = {}, signals = new EventEmitter(), user }: CliOptions = {},
): Promise<CliOutcome> {
  const stdin = new PassThrough();
  const stdout = new PassThrough({ encoding: "utf8" });
  const stderr = new PassThrough({ encoding: "utf8" });
  let printed = "";
  stdout.on("data", (text: string) => {
    printed += text;
    user?.(printed).then(
      (line) => line !== undefined && stdin.end(`${line}\n`),
      (error: unknown) => stdin.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  const io = { stdin, stdout, stderr, env, signals };
  const code = await runCli(args, () => Promise.resolve(factories), io);
  // What was written last is heard in the next turn.
  await new Promise(setImmediate);
  return { code, stdout: printed, stderr: String(stderr.read() ?? "") };
}

import { createLogger, errorLine } from "../logger.ts";
import { ExitCode } from "./exit-code.ts";
import { type LoadFactories, runCli } from "./program.ts";

/** Runs the command line of this process and ends it: the only place that does. */
export async function runProcess(factories: LoadFactories): Promise<never> {
  const { stdout, stderr } = process;
  // A reader that went away (`otel-o365 schema | head -1`) is no failure of ours, and there is nobody left to tell.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  process.on("uncaughtException", (error, origin) => {
    const logger = createLogger({ level: "error", encoding: "auto", stream: stderr, now: Date.now });
    const stack = error instanceof Error ? error.stack : undefined;
    logger.error("Stopped by an error that nothing handled; please report it", { origin, error, stack });
    process.exit(ExitCode.failure);
  });
  const code = await outcome(factories);
  // Not every standard output writes at once: whoever reads a pipe has to get the end of it.
  await Promise.all([written(stdout), written(stderr)]);
  process.exit(code);
}

async function outcome(factories: LoadFactories): Promise<ExitCode> {
  try {
    const { stdout, stderr, stdin, env } = process;
    return await runCli(process.argv.slice(2), factories, { stdout, stderr, stdin, env, signals: process });
  } catch (error) {
    process.stderr.write(`${errorLine(error)}\n`);
    return ExitCode.failure;
  }
}

function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}

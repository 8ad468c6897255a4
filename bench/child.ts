import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { z } from "zod";

/** Whether processes can be bound to a core here. */
export const canPin: boolean = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** Binds a process, all its threads included, to one core. Without `taskset`, or with one core only, nothing is bound. */
export function pin(child: ChildProcess, core: number): void {
  if (canPin && child.pid !== undefined) spawnSync("taskset", ["-a", "-c", "-p", String(core), String(child.pid)]);
}

/** Starts a part of the benchmark in a process of its own, on a core, and waits for its first message. */
export async function startPart<Ready>(
  script: string,
  args: readonly string[],
  core: number,
  message: z.ZodType<Ready>,
): Promise<{ readonly child: ChildProcess; readonly ready: Ready }> {
  const child = fork(script, args, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  pin(child, core);
  const [ready] = await once(child, "message");
  return { child, ready: message.parse(ready) };
}

/** Sends a question and waits for the next message. Parts answer one at a time, in order. */
export async function ask<Answer>(child: ChildProcess, question: string, message: z.ZodType<Answer>): Promise<Answer> {
  const answer = once(child, "message");
  child.send(question);
  const [value] = await answer;
  return message.parse(value);
}

export async function stopPart(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { sinkReady, tenantReady, type SinkReady, type TenantReady, type TenantSpec } from "./messages.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** The collector has a core for itself. */
const OTHERS_CORE = 1;

/** Whether processes can be bound to a core here. */
export const canPin: boolean = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** Binds a process, all its threads included, to one core. Without `taskset`, or with one core only, nothing is bound. */
export function pin(child: ChildProcess, core: number): void {
  if (canPin && child.pid !== undefined) spawnSync("taskset", ["-a", "-c", "-p", String(core), String(child.pid)]);
}

/** A part of the benchmark in a process of its own. */
export interface Part<Ready> {
  readonly ready: Ready;
  /** Sends a question and waits for the next message. Parts answer one at a time, in order. */
  ask<Answer>(question: string, message: z.ZodType<Answer>): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the tenants and waits until they serve. */
export function startTenants(spec: TenantSpec): Promise<Part<TenantReady>> {
  return startPart("tenant-part.ts", [JSON.stringify(spec)], tenantReady);
}

/** Starts the backend. `down`: it answers 503 until it is told that it is `up`. */
export function startSink(state: "up" | "down"): Promise<Part<SinkReady>> {
  return startPart("sink-part.ts", [state], sinkReady);
}

async function startPart<Ready>(
  script: string,
  args: readonly string[],
  message: z.ZodType<Ready>,
): Promise<Part<Ready>> {
  const child = fork(join(FOLDER, script), args, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  pin(child, OTHERS_CORE);
  return {
    ready: message.parse(await answerOf(child, script)),
    async ask(question, answer) {
      child.send(question);
      return answer.parse(await answerOf(child, script));
    },
    stop: () => stopChild(child),
  };
}

async function answerOf(child: ChildProcess, name: string): Promise<unknown> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error(`${name} has ended; look at its output`));
  child.once("exit", onExit);
  try {
    const [value] = await once(child, "message", { signal: ended.signal });
    return value;
  } finally {
    child.off("exit", onExit);
  }
}

/** Ends a process with SIGTERM and waits for its end. Idempotent. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

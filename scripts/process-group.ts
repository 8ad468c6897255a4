import { type ChildProcess, fork, type ForkOptions } from "node:child_process";
import { constants } from "node:os";

/** A process with everything that it starts, unless what it starts leaves its group. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Ends all of it at once. */
  readonly end: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const groups = new Set<ProcessGroup>();

/**
 * Starts a module in a process group of its own. What the process leaves behind is ended with it, and all of it when this process
 * gets a signal to end: a terminal sends Ctrl-C to its own group only.
 */
export function forkGroup(module: string, args: readonly string[], options: ForkOptions): ProcessGroup {
  if (groups.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal);
  const child = fork(module, args, { ...options, detached: process.platform !== "win32" });
  const end = (): void => {
    if (child.pid === undefined || !endGroup(child.pid)) child.kill("SIGKILL");
  };
  const group = { child, end };
  groups.add(group);
  child.on("exit", () => {
    end();
    groups.delete(group);
    if (groups.size === 0) for (const signal of SIGNALS) process.off(signal, onSignal);
  });
  return group;
}

/**
 * Kills a group of processes by the id of its first.
 *
 * @returns Whether there was one.
 */
export function endGroup(pid: number): boolean {
  try {
    return process.kill(-pid, "SIGKILL");
  } catch {
    return false;
  }
}

function onSignal(signal: NodeJS.Signals): void {
  for (const { end } of groups) end();
  process.exit(128 + constants.signals[signal]);
}

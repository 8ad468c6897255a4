import { printable } from "../printable.ts";
import type { HoldingProcess, LockHolder } from "../storage/lock-holder.ts";
import { formatAge, formatMinute } from "./text-table.ts";

/** Whether a collector runs; if not, since when and how that came: one line. Times are UTC. */
export function collectorLine({ running, process: holder, ending }: LockHolder, nowMs: number): string {
  if (running === "unknown") return "unknown: this user may not look at the lock";
  if (running === "yes") return holder === undefined ? "running" : `running: ${named(holder)}${since(holder)}`;
  if (holder === undefined || ending === undefined) return "not running: none has worked on this storage yet";
  const at = formatMinute(ending.atMs);
  const age = formatAge(Math.max(0, nowMs - ending.atMs));
  if (ending.kind === "stopped") return `not running: stopped at ${at} (${age} ago); it was ${named(holder)}`;
  if (ending.kind === "failed") {
    return `not running: ${named(holder)} could not start at ${at} (${age} ago); its log says why`;
  }
  return `not running since about ${at} (${age}): ${named(holder)} was not stopped, it was killed or has crashed; start it again`;
}

function named({ pid, host }: HoldingProcess): string {
  return `process ${pid} on host "${printable(host)}"`;
}

function since({ startedAt }: HoldingProcess): string {
  const startedMs = Date.parse(startedAt);
  return Number.isNaN(startedMs) ? "" : ` since ${formatMinute(startedMs)}`;
}

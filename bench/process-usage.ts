import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc: fixed at 100 on every Linux that Node.js runs on. */
const TICKS = 100;

/** CPU seconds (user and system) that a process has used so far, all threads. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold blanks: count fields from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Most memory that a process has ever had resident, MiB. Linux only. */
export function peakMiB(pid: number): number {
  return statusMiB(pid, "VmHWM");
}

/** Memory that a process has resident now, MiB. Linux only. */
export function residentMiB(pid: number): number {
  return statusMiB(pid, "VmRSS");
}

function statusMiB(pid: number, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}

import { readFileSync } from "node:fs";

/** Linux counts the time of ended children in ticks; USER_HZ is 100 wherever Node runs. */
const TICK_MS = 10;
/** Place of `cutime` among the fields behind the name of the program, which may hold anything; see proc_pid_stat(5). */
const CHILDREN_USER = 13;

/**
 * Processor time that this process and everything it started and waited for have used so far, milliseconds. Where the system does not
 * tell that of children (not Linux), that of this process alone.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000) + childrenMs();
}

function childrenMs(): number {
  let stat: string;
  try {
    stat = readFileSync("/proc/self/stat", "latin1");
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_USER + 1])) * TICK_MS;
}

import { repeatsOf, type Outcome } from "./outcome.ts";
import { EXCUSES } from "./receipts.ts";

/** Runs of this length and more have time for nearly everything to happen; what has not is said. */
const MUCH_S = 60;
/** In runs of this length everything must happen, on the busiest machine too. */
const EVERYTHING_S = 600;

/** Whether the run proves what it is for: one in which something never happened has tested less than it says. */
export function hasPassed({ failures, seconds, tally }: Outcome): boolean {
  return failures.length === 0 && (seconds.storm < EVERYTHING_S || tally.never().length === 0);
}

/** The outcome for people. */
export function formatReport(outcome: Outcome): string {
  const { records, blobs, lostBlobs, backends, mostInFlightBytes, seconds, tally, failures } = outcome;
  const lines = [
    `${records} records in ${blobs} blobs, ${lostBlobs} of which the service gave up; storm ${seconds.storm} s, recovery ${seconds.drain} s`,
  ];
  for (const { name, wanted, missing, deadLettered, repeats, unexplained } of backends) {
    const why = EXCUSES.map((excuse) => `${excuse} ${repeats[excuse]}`).join(", ");
    lines.push(
      `backend ${name}: ${wanted} wanted, ${missing} missing, ${deadLettered} in dead letters; came again: ${why}, unexplained ${unexplained}`,
    );
  }
  lines.push(`at most ${Math.round(mostInFlightBytes / 1024)} KiB in flight at a kill; ${repeatsOf(outcome)} repeats`);
  for (const [heading, items] of tally.rows()) {
    const happened = items.filter(([, count]) => count > 0).map(([item, count]) => `${item} ${count}`);
    lines.push(`${heading}: ${happened.length === 0 ? "nothing" : happened.join(", ")}`);
  }
  const never = tally.never();
  if (never.length > 0 && seconds.storm >= MUCH_S) lines.push(`NEVER HAPPENED: ${never.join("; ")}`);
  for (const failure of failures) lines.push(`FAILED ${failure}`);
  lines.push(hasPassed(outcome) ? "PASSED" : "NOT PASSED");
  return lines.join("\n");
}

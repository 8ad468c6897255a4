import { setImmediate } from "node:timers/promises";
import { order, type Report } from "./messages.ts";
import { fuzzInSteps } from "./run.ts";
import { readSamples } from "./samples.ts";
import type { Mapping } from "./trial.ts";

/**
 * Makes this process a worker of `fuzzWithWorkers`: it tries records as it is told to, until the process that started it lets
 * go of it or has ended.
 *
 * @param map Default: the processor's.
 */
export function work(map?: Mapping): void {
  const samples = readSamples();
  const options = map === undefined ? { samples } : { samples, map };
  process.on("message", (message) => {
    const steps = fuzzInSteps({ ...options, ...order.parse(message) });
    void answer(steps);
  });
  process.on("disconnect", () => process.exit());
}

async function answer(steps: ReturnType<typeof fuzzInSteps>): Promise<void> {
  for (;;) {
    const step = steps.next();
    const ended = step.done === true;
    const tried = ended ? 0 : step.value;
    const failure = ended ? step.value : undefined;
    process.send?.({ tried, memory: process.memoryUsage.rss(), ended, failure } satisfies Report);
    if (ended) return;
    // Only between two steps does the process hear that it should end.
    await setImmediate();
  }
}

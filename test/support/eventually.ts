import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits for a condition of real parts that nothing announces. Fails with `describe()` when it does not come true. The limit is far
 * beyond what any of it takes: on a machine that is busy with other things a test must not fail for being slow.
 */
export async function eventually(
  condition: () => boolean,
  describe: () => string,
  timeoutMs: number = 90_000,
): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`Gave up waiting: ${describe()}`);
    await sleep(20);
  }
}

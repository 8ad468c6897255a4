/** Waits until all of `work` is settled or `signal` aborts, whichever comes first. Never rejects. For shutdown. */
export async function drain(work: Iterable<Promise<unknown>>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const giveUp = (): void => resolve();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await Promise.race([Promise.allSettled(work), aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

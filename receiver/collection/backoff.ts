/** Delays of repeated attempts, in milliseconds. */
export interface BackoffConfig {
  readonly initialIntervalMs: number;
  readonly maxIntervalMs: number;
  /** 0.5 spreads a delay of 10 s over 5 s to 15 s. */
  readonly randomizationFactor: number;
}

/**
 * The delay before the next attempt: the initial interval doubled per failure, capped, then spread at random so that many
 * waiting clients do not come back together.
 *
 * @param failures Failures in a row so far, at least 1.
 * @param random Uniform in [0, 1).
 */
export function backoffMs(config: BackoffConfig, failures: number, random: () => number): number {
  // Beyond 2^30 doublings the factor would be Infinity, and Infinity * 0 jitter is NaN.
  const doublings = Math.min(Math.max(failures, 1) - 1, 30);
  const base = Math.min(config.initialIntervalMs * 2 ** doublings, config.maxIntervalMs);
  const spread = base * config.randomizationFactor;
  return Math.round(base - spread + 2 * spread * random());
}

import type { LedgerUse } from "../component.ts";

/** When something began that set its beginning a lookback ago. Another lookback than the collector's leads into the future: then it cannot be told, which is 0. */
export function lookbackLater(beginningMs: number, use: LedgerUse | undefined, nowMs: number): number {
  const beganMs = beginningMs + (use?.initialLookbackMs ?? 0);
  return beganMs <= nowMs ? beganMs : 0;
}

import { InFlightBudget, type InFlightShare } from "../../../collector/in-flight-budget.ts";

/** A share of so many bytes that no other lane takes part in. */
export function ownShare(bytes: number): InFlightShare {
  return new InFlightBudget(bytes, 1).open(() => {});
}

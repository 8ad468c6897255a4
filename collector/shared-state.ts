import type { ReceiverFactory } from "./component.ts";

/** A receiver that has the state of another one. */
export interface SharedState {
  readonly id: string;
  /** What is wrong and what to do, to stand after the receiver's name. */
  readonly message: string;
}

// oxlint-disable-next-line typescript/no-explicit-any -- factories of every configuration type
type Receivers = ReadonlyMap<string, { readonly factory: ReceiverFactory<any>; readonly config: unknown }>;

/** Finds receivers that would keep the same state: each would take the other's work for settled, and records would be missing. */
export function findSharedState(receivers: Receivers): readonly SharedState[] {
  const owners = new Map<string, string>();
  const found: SharedState[] = [];
  for (const [id, { factory, config }] of receivers) {
    const key = factory.stateKey?.(config);
    if (key === undefined) continue;
    const whole = `${factory.type} ${key}`;
    const owner = owners.get(whole);
    if (owner === undefined) owners.set(whole, id);
    else {
      const message = `collects what "${owner}" collects already (${key}); make one receiver of the two and name it in every pipeline, or give each an application of its own`;
      found.push({ id, message });
    }
  }
  return found;
}

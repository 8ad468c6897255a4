import { Random } from "../emulator/content/random.ts";
import { CONTENT_TYPES, type ContentType, type Emulator } from "../emulator/index.ts";
import { Deck } from "./deck.ts";
import type { Tally } from "./tally.ts";
import { OWNER } from "./world.ts";

const HEADING = "tenant";
const DISABLED = "subscription disabled";
const REVOKED = "tokens taken back";
/** Shorter runs see one subscription disabled, others each of them once: its next start is forbidden for 15 minutes. */
const SHORT_MS = 20_000;

export interface UpsetsOptions {
  readonly seed: number;
  readonly emulator: Emulator;
  readonly tally: Tally;
  readonly startMs: number;
  readonly durationMs: number;
}

/** What happens to the tenant as a whole, at times that follow from the seed. */
export class Upsets {
  readonly #options: UpsetsOptions;
  readonly #random: Random;
  /** Soonest last. */
  readonly #disables: { readonly atMs: number; readonly contentType: ContentType }[];
  #nextRevokeMs: number;

  constructor(options: UpsetsOptions) {
    const { seed, tally, startMs, durationMs } = options;
    this.#options = options;
    this.#random = new Random(seed, "upsets");
    this.#nextRevokeMs = startMs + this.#gapMs();
    const deck = new Deck(CONTENT_TYPES, seed, "upsets");
    const count = durationMs < SHORT_MS ? 1 : CONTENT_TYPES.length;
    this.#disables = Array.from({ length: count }, (_, index) => ({
      atMs: startMs + (durationMs * (index + 0.3 + this.#random.next() * 0.5)) / (count + 0.3),
      contentType: deck.deal().card,
    })).toReversed();
    tally.expect(HEADING, [DISABLED, REVOKED]);
  }

  /** Does what has come up until `nowMs`. */
  advance(nowMs: number): void {
    const { emulator, tally } = this.#options;
    if (nowMs >= this.#nextRevokeMs) {
      emulator.revokeTokens(OWNER.tenantId);
      tally.add(HEADING, REVOKED);
      this.#nextRevokeMs = nowMs + this.#gapMs();
    }
    const next = this.#disables.at(-1);
    if (next === undefined || nowMs < next.atMs) return;
    this.#disables.pop();
    emulator.disableSubscription(OWNER.tenantId, OWNER.clientId, next.contentType);
    tally.add(HEADING, DISABLED);
  }

  #gapMs(): number {
    return 1000 + this.#random.below(6000);
  }
}

import { Random } from "../emulator/content/random.ts";
import type { FaultAction, FaultRequest } from "../emulator/index.ts";
import { apiFaultDecks, type ApiFaultCard, type ApiFaultDeck } from "./api-fault-cards.ts";
import { Deck } from "./deck.ts";
import type { Tally } from "./tally.ts";

/** How a blob ends that the service gives up. */
export type Loss = "expired" | "gone";

export interface ApiStormOptions {
  readonly seed: number;
  readonly tally: Tally;
  readonly foreignOrigin: string;
  /** Whether the service has given a blob up, and how. */
  readonly lossOf: (contentId: string) => Loss | undefined;
}

interface Source extends ApiFaultDeck {
  readonly deck: Deck<ApiFaultCard>;
  /** Requests of the operation so far. */
  requests: number;
  run: { left: number; readonly name: string; readonly action: FaultAction } | undefined;
}

/** Decides what happens to each request to the service: the n-th of an operation always the same for one seed. */
export class ApiStorm {
  readonly #options: ApiStormOptions;
  readonly #sources: readonly Source[];
  #isCalm = false;

  constructor(options: ApiStormOptions) {
    const { seed, tally, foreignOrigin } = options;
    this.#options = options;
    this.#sources = apiFaultDecks(foreignOrigin).map((each, index) => {
      tally.expect(
        `service, ${each.title}`,
        each.cards.map(({ name }) => name),
      );
      return { ...each, deck: new Deck(each.cards, seed, "api", index), requests: 0, run: undefined };
    });
    tally.expect("service, blob", ["expired", "gone"]);
  }

  /** No more faults, except that what is lost stays lost. */
  calm(): void {
    this.#isCalm = true;
  }

  decide(request: FaultRequest): FaultAction | undefined {
    const { lossOf, tally } = this.#options;
    const loss = request.operation === "blob" ? lossOf(request.contentId ?? "") : undefined;
    if (loss !== undefined) {
      tally.add("service, blob", loss);
      return { kind: loss };
    }
    if (this.#isCalm) return undefined;
    for (const source of this.#sources) {
      if (source.operation !== request.operation) continue;
      if (source.furtherPages === true && !request.target.includes("nextpage=")) continue;
      const action = this.#draw(source);
      if (action !== undefined) return action;
    }
    return undefined;
  }

  #draw(source: Source): FaultAction | undefined {
    source.requests += 1;
    if (source.run === undefined) {
      const chance = new Random(this.#options.seed, "api", this.#sources.indexOf(source), source.requests);
      if (!chance.chance(source.share)) return undefined;
      const { card, random } = source.deck.deal();
      source.run = { left: card.run?.(random) ?? 1, name: card.name, action: card.make(random) };
    }
    const { run } = source;
    run.left -= 1;
    if (run.left <= 0) source.run = undefined;
    this.#options.tally.add(`service, ${source.title}`, run.name);
    return run.action;
  }
}

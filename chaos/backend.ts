import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../emulator/content/random.ts";
import { startOtlpSink, type OtlpSink, type SinkAnswer, type SinkRequest } from "../test/support/otlp-sink.ts";
import { Deck } from "./deck.ts";
import type { MadeRecords } from "./made-records.ts";
import { isOwnEvent, Receipts, type Acceptance } from "./receipts.ts";
import type { Tally } from "./tally.ts";

/** `timeout` of the exporters in a run. */
export const EXPORT_TIMEOUT_MS = 5000;

/** One way in which a backend can fail. */
interface Mood {
  readonly name: string;
  readonly make: (random: Random, records: number) => SinkAnswer;
  /** The records count as accepted, and the collector cannot know it. */
  readonly isLost?: boolean;
  /** So many requests in a row are answered like this; default one. */
  readonly run?: (random: Random) => number;
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Mood["make"] =>
  () => ({ kind: "status", status: code, headers });

const few = (random: Random): number => 1 + random.below(3);

const MOODS: readonly Mood[] = [
  { name: "500 in a row", make: status(500), run: few },
  { name: "503 with Retry-After", make: status(503, { "retry-after": "1" }) },
  { name: "429", make: status(429) },
  { name: "429 with Retry-After", make: status(429, { "retry-after": "1" }) },
  { name: "reset", make: () => ({ kind: "reset" }) },
  { name: "reset inside the request", make: () => ({ kind: "reset" }) },
  { name: "slow answer", make: (random) => ({ kind: "ok", delayMs: 50 + random.below(400) }) },
  { name: "answer after the time-out", make: () => ({ kind: "ok", delayMs: EXPORT_TIMEOUT_MS + 1000 }), isLost: true },
  {
    name: "partial success",
    make: (random, records) => ({ kind: "partial", rejected: 1 + random.below(records), message: "too old" }),
  },
  { name: "401 for a while", make: status(401), run: few },
  { name: "403", make: status(403) },
  { name: "redirect", make: status(307, { location: "https://elsewhere.example/v1/logs" }) },
  { name: "sign-in page", make: () => ({ kind: "login" }) },
  { name: "cut answer", make: () => ({ kind: "cut" }) },
  { name: "accepted, answer cut", make: () => ({ kind: "cut", accepted: true }), isLost: true },
  { name: "accepted, answer lost", make: () => ({ kind: "reset", accepted: true }), isLost: true },
];
const INTERRUPT = "reset inside the request";
/** Always so, calm or not: properties of the backend or of records. */
const REFUSED = "400 for certain records";
const TOO_LARGE = "413 for large batches";

export interface BackendOptions {
  readonly name: string;
  readonly seed: number;
  readonly tally: Tally;
  readonly made: MadeRecords;
  /** Share of the requests that something happens to. */
  readonly share: number;
  /** More records in one request are too many; undefined: there is no limit. */
  readonly mostRecords?: number;
  /** Called for every request, before it is read. */
  readonly onRequest?: () => void;
  /** Called when the records of a request were accepted, before it is answered. */
  readonly onAccepted?: () => void;
}

/** A backend whose n-th answer is always the same for one seed, and which keeps the books of what it accepted. */
export class Backend {
  readonly name: string;
  readonly receipts: Receipts;
  readonly #options: BackendOptions;
  readonly #deck: Deck<Mood>;
  readonly #acceptances = new WeakMap<SinkRequest, Acceptance>();
  #sink: OtlpSink | undefined;
  #isCalm = false;
  #drawn = 0;
  #next: { left: number; readonly mood: Mood; readonly random: Random } | undefined;

  private constructor(options: BackendOptions) {
    this.name = options.name;
    this.receipts = new Receipts(options.made);
    this.#options = options;
    this.#deck = new Deck(MOODS, options.seed, "backend", options.name);
    const always = options.mostRecords === undefined ? [REFUSED] : [REFUSED, TOO_LARGE];
    options.tally.expect(this.#heading, [...MOODS.map(({ name }) => name), ...always]);
  }

  static async start(options: BackendOptions): Promise<Backend> {
    const backend = new Backend(options);
    backend.#sink = await startOtlpSink({
      keep: false,
      interrupt: () => backend.#interrupt(),
      answer: (request) => backend.#answer(request),
      onEnd: (request, whole) => backend.#ended(request, whole),
    });
    return backend;
  }

  get url(): string {
    return this.#sink?.url ?? "";
  }

  /** Nothing happens to requests any more, except what always does. */
  calm(): void {
    this.#isCalm = true;
  }

  /** Resolves once whatever a process that ended had sent has been taken in. */
  async idle(): Promise<void> {
    // Connections of a dead process can still be waiting to be accepted: the event loop gets its turns first.
    for (let quiet = 0; quiet < 3;) {
      await sleep(5);
      quiet = this.#sink?.connectionCount === 0 ? quiet + 1 : 0;
    }
  }

  async close(): Promise<void> {
    await this.#sink?.close();
  }

  get #heading(): string {
    return `backend ${this.name}`;
  }

  /** Draws what happens to the next request; that is known before its body is. */
  #interrupt(): boolean {
    this.#options.onRequest?.();
    this.#drawn += 1;
    if (this.#isCalm) this.#next = undefined;
    else if (this.#next === undefined) {
      const { seed, name, share } = this.#options;
      if (new Random(seed, "backend", name, this.#drawn).chance(share)) {
        const { card, random } = this.#deck.deal();
        this.#next = { left: card.run?.(random) ?? 1, mood: card, random };
      }
    }
    if (this.#next?.mood.name !== INTERRUPT) return false;
    this.#next = undefined;
    this.#happened(INTERRUPT);
    return true;
  }

  #answer(request: SinkRequest): SinkAnswer {
    const { made, mostRecords = Number.POSITIVE_INFINITY } = this.#options;
    if (request.records.length > mostRecords) {
      this.#happened(TOO_LARGE);
      return { kind: "status", status: 413 };
    }
    if (request.records.some(({ body }) => made.fate(made.find(String(body)) ?? -1).isRefused === true)) {
      this.#happened(REFUSED);
      return { kind: "status", status: 400, message: "a field of a record is not allowed" };
    }
    const next = this.#next;
    if (next === undefined) return this.#accept(request, { kind: "ok" }, false);
    next.left -= 1;
    if (next.left <= 0) this.#next = undefined;
    const { mood, random } = next;
    this.#happened(mood.name);
    const answer = mood.make(random, request.records.length);
    const accepts = answer.kind === "ok" || answer.kind === "partial" || mood.isLost === true;
    return accepts ? this.#accept(request, answer, mood.isLost === true) : answer;
  }

  #accept(request: SinkRequest, answer: SinkAnswer, isLost: boolean): SinkAnswer {
    // Of a partial success the first records are the refused ones; nobody is told which.
    const refused = answer.kind === "partial" ? answer.rejected : 0;
    const accepted = request.records.slice(refused);
    for (const event of accepted.filter(isOwnEvent)) this.#options.tally.add("told by the collector", event.eventName);
    const acceptance = this.receipts.accept(accepted);
    if (isLost) acceptance.answer = "lost";
    this.#acceptances.set(request, acceptance);
    this.#options.onAccepted?.();
    return answer;
  }

  #ended(request: SinkRequest, whole: boolean): void {
    const acceptance = this.#acceptances.get(request);
    if (acceptance?.answer === "pending") acceptance.answer = whole ? "delivered" : "lost";
  }

  #happened(name: string): void {
    this.#options.tally.add(this.#heading, name);
  }
}

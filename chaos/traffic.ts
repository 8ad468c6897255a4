import { Random } from "../emulator/content/random.ts";
import { CONTENT_TYPES, type AddedBlob, type ContentType, type Emulator } from "../emulator/index.ts";
import { acrossBorder, MOST_LATE_MS, type BlobTimes } from "./blob-times.ts";
import { recordText, SHAPE_CARDS, SHAPES, type RecordForm, type Shape } from "./blob-shapes.ts";
import type { Loss } from "./api-storm.ts";
import { Deck } from "./deck.ts";
import type { MadeRecords, RecordFate } from "./made-records.ts";
import type { Tally } from "./tally.ts";

const HOUR_MS = 3_600_000;
/** Records in one blob beyond a thousand come in several chunks. */
const MANY_RECORDS = 1100;
const LATE_FOR_GOOD = "after its window was listed for good";
const LATE_FOR_GOOD_EVERY_MS = 45_000;
/** Older than `relist` by far. */
const HISTORY_AGE_MS = 3 * HOUR_MS;
/** Older blobs that can be issued again. */
const REMEMBERED_BLOBS = 200;

export interface TrafficOptions {
  readonly seed: number;
  readonly emulator: Emulator;
  readonly tenantId: string;
  readonly made: MadeRecords;
  readonly tally: Tally;
  /** Start of the run. */
  readonly startMs: number;
  /** So far back content is there from the start. */
  readonly historyMs: number;
  /** Time between two blobs. */
  readonly everyMs: number;
  /** Whether blobs appear in windows that count as listed for good: a comparison has to find them. */
  readonly isLateForGood?: boolean;
}

/** Content in every form that the service has. The n-th blob is the same for one seed, but for its times. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #shapes: Deck<Shape>;
  readonly #again: AddedBlob[] = [];
  #dealt = 0;
  #blobs = 0;
  #records = 0;
  #nextMs: number;
  /** When one more blob appears in a window that is listed no more. */
  #lateForGood: readonly number[] = [];
  #lastVisibleMs = 0;
  #largestBytes = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#shapes = new Deck(SHAPE_CARDS, options.seed, "shapes");
    this.#nextMs = options.startMs;
    options.tally.expect("blobs", SHAPES);
    if (options.isLateForGood === true) {
      this.#lateForGood = CONTENT_TYPES.map((_, index) => options.startMs + (index + 1) * LATE_FOR_GOOD_EVERY_MS);
      options.tally.expect("blobs", [LATE_FOR_GOOD]);
    }
  }

  get blobs(): number {
    return this.#blobs;
  }

  /** When the last blob so far can be seen. */
  get lastVisibleMs(): number {
    return this.#lastVisibleMs;
  }

  /** Bytes of the records of the largest blob. */
  get largestBytes(): number {
    return this.#largestBytes;
  }

  /** How the service gives a blob up; undefined when it does not. */
  lossOf(contentId: string): Loss | undefined {
    const { emulator, made } = this.#options;
    const [first] = emulator.recordsOf(contentId);
    return first === undefined ? undefined : made.fate(made.find(first.text) ?? -1).loss;
  }

  /** Content from before the run: in each hour some blobs of each type. */
  makeHistory(): void {
    const { startMs, historyMs } = this.#options;
    // What an hour ago still changes is made as time goes by.
    for (let hour = 1; hour * HOUR_MS < historyMs; hour += 1) {
      for (const contentType of CONTENT_TYPES) {
        const random = this.#random("history", hour, contentType);
        for (let count = 1 + random.below(2); count > 0; count -= 1) {
          const createdMs = startMs - hour * HOUR_MS - random.below(HOUR_MS / 2) - HOUR_MS / 4;
          const spanMs = random.chance(0.3) ? random.below(HOUR_MS) : 0;
          this.#add(contentType, "usual", 1 + random.below(12), { createdMs, spanMs });
        }
      }
    }
  }

  /** Makes what has come up until `nowMs`. */
  advance(nowMs: number): void {
    for (; this.#nextMs <= nowMs; this.#nextMs += this.#options.everyMs) this.makeOne(nowMs);
    const [dueMs] = this.#lateForGood;
    if (dueMs === undefined || dueMs > nowMs) return;
    const contentType = CONTENT_TYPES[this.#lateForGood.length - 1] ?? "Audit.General";
    this.#lateForGood = this.#lateForGood.slice(1);
    this.#add(contentType, "usual", 3, { createdMs: nowMs - HISTORY_AGE_MS, visibleFromMs: nowMs });
    this.#options.tally.add("blobs", LATE_FOR_GOOD);
  }

  /** Makes the next blob. */
  makeOne(nowMs: number): void {
    const { card, random } = this.#shapes.deal();
    this.#dealt += 1;
    // Rare, because it weighs as much as a hundred others.
    const shape = this.#dealt % 150 === 40 ? "several chunks" : card;
    const contentType = random.pick(CONTENT_TYPES);
    this.#options.tally.add("blobs", shape);
    this.#make(shape, contentType, random, nowMs);
  }

  /** A blob with nothing special about it, for a tenant that is never quite silent. */
  makeUsual(nowMs: number): void {
    this.#add("Audit.General", "usual", 2, { createdMs: nowMs });
  }

  #make(shape: Shape, contentType: ContentType, random: Random, nowMs: number): void {
    const size = 2 + random.below(16);
    const now: BlobTimes = { createdMs: nowMs };
    const add = (form: RecordForm, times: BlobTimes = now, fate?: RecordFate): AddedBlob | undefined =>
      this.#add(contentType, form, size, times, fate);
    switch (shape) {
      case "usual":
        this.#remember(add("usual"));
        break;
      case "late":
        add("usual", { createdMs: nowMs - random.below(MOST_LATE_MS), visibleFromMs: nowMs });
        break;
      case "listed before it can be seen":
        add("usual", { createdMs: nowMs, visibleFromMs: nowMs + 200 + random.below(2500) });
        break;
      case "across a window border":
        add("usual", acrossBorder(nowMs, random));
        break;
      case "equal times":
        for (let count = 0; count < 3; count += 1) add("usual");
        break;
      case "records in two blobs at once":
        this.#reissue(add("usual"), { createdMs: nowMs - random.below(60_000), visibleFromMs: nowMs });
        break;
      case "records again in a later blob":
        this.#reissue(this.#again[random.below(this.#again.length)] ?? add("usual"), now);
        break;
      case "records without Id":
        add("without Id");
        break;
      case "malformed record":
        add("malformed");
        break;
      case "unexpected field types":
        add("unexpected types");
        break;
      case "record that backends refuse":
        this.#addRefused(contentType, size, now, random);
        break;
      case "several chunks":
        this.#add(contentType, "small", MANY_RECORDS, now);
        break;
      case "given up as expired":
        add("usual", now, { loss: "expired" });
        break;
      case "given up as gone":
        add("usual", now, { loss: "gone" });
    }
  }

  #add(
    contentType: ContentType,
    form: RecordForm,
    size: number,
    times: BlobTimes,
    fate?: RecordFate,
  ): AddedBlob | undefined {
    const texts = Array.from({ length: size }, () => this.#text(contentType, form, times));
    return this.#store(contentType, form, texts, times, () => fate);
  }

  /** One record among others: a backend that refuses one has to be found out by halving. */
  #addRefused(contentType: ContentType, size: number, times: BlobTimes, random: Random): void {
    const texts = Array.from({ length: size + 3 }, () => this.#text(contentType, "usual", times));
    const refused = random.below(texts.length);
    this.#store(contentType, "usual", texts, times, (index) => (index === refused ? { isRefused: true } : undefined));
  }

  #text(contentType: ContentType, form: RecordForm, { createdMs }: BlobTimes): string {
    this.#records += 1;
    const creationTime = new Date(createdMs - 60_000).toISOString().slice(0, 19);
    const { tenantId } = this.#options;
    return recordText(form, this.#random("record", this.#records), { contentType, tenantId, creationTime });
  }

  #store(
    contentType: ContentType,
    form: RecordForm,
    records: readonly string[],
    times: BlobTimes,
    fateOf: (index: number) => RecordFate | undefined,
  ): AddedBlob | undefined {
    const { emulator, made } = this.#options;
    const verbatim = form === "malformed" || form === "unexpected types";
    const [blob] = emulator.addContent({ contentType, records, verbatim, ...times });
    let bytes = 0;
    for (const [index, { text }] of blob?.records.entries() ?? []) {
      made.add(text, fateOf(index));
      bytes += Buffer.byteLength(text);
    }
    this.#largestBytes = Math.max(this.#largestBytes, bytes);
    this.#seen(times);
    return blob;
  }

  #reissue(blob: AddedBlob | undefined, times: BlobTimes): void {
    if (blob === undefined) return;
    this.#options.emulator.reissue({ contentId: blob.contentId, ...times });
    this.#seen(times);
  }

  #seen({ createdMs, visibleFromMs = createdMs }: BlobTimes): void {
    this.#blobs += 1;
    this.#lastVisibleMs = Math.max(this.#lastVisibleMs, visibleFromMs);
  }

  #remember(blob: AddedBlob | undefined): void {
    if (blob === undefined) return;
    this.#again.push(blob);
    if (this.#again.length > REMEMBERED_BLOBS) this.#again.shift();
  }

  #random(...parts: readonly (string | number)[]): Random {
    return new Random(this.#options.seed, "traffic", ...parts);
  }
}

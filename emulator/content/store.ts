import type { ContentType } from "../options.ts";
import { formatContentId, parseContentId } from "./content-id.ts";
import { writeArray } from "./form.ts";
import type { RecordGroup, ServedText } from "./group.ts";
import { Random } from "./random.ts";

/** A blob as one listing assembles it: the records of a group from `from` up to, not including, `to`. */
export interface Blob {
  readonly contentId: string;
  readonly group: RecordGroup;
  readonly from: number;
  readonly to: number;
  /** Time of its last record: what a window is compared with. */
  readonly createdMs: number;
}

/** A half-open period, milliseconds since the epoch, and the state of the store that is looked at. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  /** Groups that appear later are left out. */
  readonly asOfMs: number;
  /** Groups that were added later are left out: it keeps the pages of one listing consistent. */
  readonly groups: number;
}

/** A record that can be had now, with the ids of the blobs that carried it so far. */
export interface StoredRecord extends ServedText {
  readonly contentType: ContentType;
  readonly contentIds: readonly string[];
  readonly availableAtMs: number;
}

/** All content of one tenant. Blobs exist only as views of groups; their ids say which view. */
export class ContentStore {
  readonly #seed: number;
  readonly #groups: RecordGroup[] = [];
  readonly #handedOut = new Map<number, Map<string, Blob>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Number of groups so far. */
  get groups(): number {
    return this.#groups.length;
  }

  /** Adds a group and returns the blob that a window around all of it would show. */
  add(group: RecordGroup): Blob {
    // A content id has six digits for the number of its group.
    if (this.#groups.length >= 1_000_000)
      throw new RangeError("Cannot add content: a tenant holds a million blobs at most");
    this.#groups.push(group);
    return this.#blob(group, this.#groups.length - 1, 0, group.size);
  }

  /** The blobs of a window, in an order that says nothing. Remembers their ids as handed out. */
  list(contentType: ContentType, window: Window): Blob[] {
    const found: { readonly blob: Blob; readonly order: number }[] = [];
    for (let sequence = 0; sequence < Math.min(window.groups, this.#groups.length); sequence += 1) {
      const group = this.#groups[sequence];
      if (group?.contentType !== contentType || group.visibleFromMs > window.asOfMs) continue;
      const from = firstAtOrAfter(group, window.startMs);
      const to = firstAtOrAfter(group, window.endMs);
      if (from >= to) continue;
      const blob = this.#blob(group, sequence, from, to);
      const known = this.#handedOut.get(sequence) ?? new Map<string, Blob>();
      known.set(blob.contentId, blob);
      this.#handedOut.set(sequence, known);
      // Neighbours change places, as uploads that finish at about the same time do.
      found.push({ blob, order: blob.createdMs + new Random(this.#seed, sequence).below(600_000) });
    }
    return found.toSorted((a, b) => a.order - b.order).map((entry) => entry.blob);
  }

  /** The blob of an id, whether listed before or not. `malformed` for no id of ours, `unknown` for one without content. */
  find(contentId: string): Blob | "malformed" | "unknown" {
    const key = parseContentId(contentId);
    if (key === undefined) return "malformed";
    const group = this.#groups[key.sequence];
    if (group?.contentType !== key.contentType) return "unknown";
    const from = firstAtOrAfter(group, key.firstMs);
    const to = firstAtOrAfter(group, key.lastMs + 1);
    if (from >= to || group.timeAt(from) !== key.firstMs || group.timeAt(to - 1) !== key.lastMs) return "unknown";
    return this.#blob(group, key.sequence, from, to);
  }

  /** The bytes of a blob: the same for the same id. */
  text(blob: Blob): string {
    const texts: string[] = [];
    for (let index = blob.from; index < blob.to; index += 1) texts.push(blob.group.recordAt(index).text);
    return writeArray(texts, new Random(this.#seed, blob.contentId));
  }

  /** The records of a blob, whether listed before or not; empty when there is none of that id. */
  recordsOf(contentId: string): readonly ServedText[] {
    const blob = this.find(contentId);
    if (typeof blob === "string") return [];
    return Array.from({ length: blob.to - blob.from }, (_, index) => blob.group.recordAt(blob.from + index));
  }

  /** Every record that has appeared by `asOfMs`, group by group, without the groups that `isLost` picks. */
  *records(asOfMs: number, isLost: (group: RecordGroup) => boolean): Generator<StoredRecord> {
    for (const [sequence, group] of this.#groups.entries()) {
      if (group.visibleFromMs > asOfMs || isLost(group)) continue;
      const blobs = [...(this.#handedOut.get(sequence)?.values() ?? [])];
      const whole = this.#blob(group, sequence, 0, group.size).contentId;
      for (let index = 0; index < group.size; index += 1) {
        const ids = blobs.filter((blob) => blob.from <= index && index < blob.to).map((blob) => blob.contentId);
        yield {
          ...group.recordAt(index),
          contentType: group.contentType,
          contentIds: ids.length > 0 ? ids : [whole],
          availableAtMs: group.timeAt(index),
        };
      }
    }
  }

  #blob(group: RecordGroup, sequence: number, from: number, to: number): Blob {
    const firstMs = group.timeAt(from);
    const createdMs = group.timeAt(to - 1);
    const contentId = formatContentId({ contentType: group.contentType, sequence, firstMs, lastMs: createdMs });
    return { contentId, group, from, to, createdMs };
  }
}

function firstAtOrAfter(group: RecordGroup, ms: number): number {
  let low = 0;
  let high = group.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (group.timeAt(middle) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { ContentType, TrafficSource } from "../options.ts";
import type { Tenant } from "../tenant.ts";
import { keptGroup, type ServedText } from "./group.ts";
import { Random } from "./random.ts";
import { canonicalText } from "./records-source.ts";
import { makeRecord } from "./traffic-record.ts";

interface Pending {
  readonly records: ServedText[];
  readonly times: number[];
}

/** Made-up traffic of one tenant. It has no timer: each call of `advance` makes what has come up since the last one. */
export class Traffic {
  readonly #source: TrafficSource;
  readonly #tenant: Tenant;
  readonly #seed: number;
  readonly #startMs: number;
  readonly #everyMs: number;
  /** Intervals that are done. */
  #intervals = 0;
  /** Records that are made. */
  #made = 0;

  constructor(source: TrafficSource, tenant: Tenant, seed: number, nowMs: number) {
    this.#source = source;
    this.#tenant = tenant;
    this.#seed = seed;
    this.#startMs = nowMs - (source.pastMs ?? 0);
    this.#everyMs = source.blobEveryMs ?? 10_000;
  }

  /** Adds the content of every interval that has ended by `nowMs`. */
  advance(nowMs: number): void {
    const ended = Math.floor((nowMs - this.#startMs) / this.#everyMs);
    for (; this.#intervals < ended; this.#intervals += 1)
      this.#addInterval(this.#startMs + (this.#intervals + 1) * this.#everyMs);
  }

  #addInterval(endMs: number): void {
    const pending = new Map<ContentType, Pending>();
    const limit = this.#source.limit ?? Number.POSITIVE_INFINITY;
    for (; this.#made < limit; this.#made += 1) {
      const ms = Math.floor(this.#startMs + (this.#made * 1000) / this.#source.rate);
      if (ms >= endMs) break;
      const { contentType, ...record } = this.#make(this.#made, ms);
      const group = pending.get(contentType) ?? { records: [], times: [] };
      group.records.push(record);
      group.times.push(ms);
      pending.set(contentType, group);
      if (group.records.length >= (this.#source.recordsPerBlob ?? 200)) {
        this.#add(contentType, group, endMs);
        pending.delete(contentType);
      }
    }
    for (const [contentType, group] of pending) this.#add(contentType, group, endMs);
  }

  #add(contentType: ContentType, { records, times }: Pending, endMs: number): void {
    const random = new Random(this.#seed, "late", endMs, contentType, records.length);
    const late = random.chance(this.#source.lateShare ?? 0) ? (this.#source.lateByMs ?? 120_000) : 0;
    this.#tenant.store.add(keptGroup(contentType, records, times, endMs + late));
  }

  #make(index: number, ms: number): ServedText & { readonly contentType: ContentType } {
    // The start is part of the seed: another run must not repeat the ids of this one.
    const random = new Random(this.#seed, "traffic", this.#tenant.tenantId, this.#startMs, index);
    const id = random.guid();
    const record = makeRecord({
      random,
      id,
      tenantId: this.#tenant.tenantId,
      domain: this.#tenant.domains[0] ?? "contoso.example",
      creationTime: new Date(ms - random.below(60_000)).toISOString().slice(0, 19),
    });
    const operation = record.members["Operation"];
    return {
      contentType: record.contentType,
      id,
      operation: typeof operation === "string" ? operation : undefined,
      text: canonicalText(record.text, random),
    };
  }
}

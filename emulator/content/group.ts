import type { ContentType } from "../options.ts";

/** A record as it is served. */
export interface ServedText {
  readonly id: string | undefined;
  readonly operation: string | undefined;
  /** The JSON text, the same in each blob that has the record. */
  readonly text: string;
}

/** Records that the service uploaded together. What a listing shows of them depends on its window. */
export interface RecordGroup {
  readonly contentType: ContentType;
  /** When the group appears in listings. Later than the time of its last record for a late one. */
  readonly visibleFromMs: number;
  readonly size: number;
  /** When the record became available, ascending with `index`. */
  timeAt(index: number): number;
  recordAt(index: number): ServedText;
}

/** A group whose texts are kept. `times` are ascending and as many as `records`. */
export function keptGroup(
  contentType: ContentType,
  records: readonly ServedText[],
  times: readonly number[],
  visibleFromMs: number,
): RecordGroup {
  return {
    contentType,
    visibleFromMs,
    size: records.length,
    timeAt: (index) => times[index] ?? Number.NaN,
    recordAt: (index) => records[index] ?? { id: undefined, operation: undefined, text: "null" },
  };
}

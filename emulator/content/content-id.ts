import { CONTENT_TYPES, type ContentType } from "../options.ts";

/** What a content id of this emulator says: a group of records and the times of the first and the last that the blob has. */
export interface ContentKey {
  readonly contentType: ContentType;
  /** Number of the group in its tenant. */
  readonly sequence: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

const REGION = "emea0036";
const PATTERN = /^(\d{17})(\d{6})\$(\d{17})(\d{6})\$[a-z_]+\$([A-Za-z_]+)\$emea0036(?:\$emea0036)?$/;

/**
 * Writes an id as the service has done since about 2017: two stamps, equal for a single upload, then names of the content type and
 * of a region, the region now and then twice.
 */
export function formatContentId(key: ContentKey): string {
  const sequence = String(key.sequence).padStart(6, "0");
  const name = key.contentType.replace(".", "_");
  const region = key.sequence % 7 === 3 ? `${REGION}$${REGION}` : REGION;
  return `${stamp(key.firstMs)}${sequence}$${stamp(key.lastMs)}${sequence}$${name.toLowerCase()}$${name}$${region}`;
}

/** Reads an id that `formatContentId` wrote; undefined for any other text. */
export function parseContentId(text: string): ContentKey | undefined {
  const [, first, sequence, last, again, name] = PATTERN.exec(text) ?? [];
  if (first === undefined || last === undefined || sequence !== again) return undefined;
  const contentType = CONTENT_TYPES.find((type) => type.replace(".", "_") === name);
  const firstMs = fromStamp(first);
  const lastMs = fromStamp(last);
  if (contentType === undefined || Number.isNaN(firstMs) || Number.isNaN(lastMs)) return undefined;
  const key = { contentType, sequence: Number(sequence), firstMs, lastMs };
  return formatContentId(key) === text ? key : undefined;
}

/** `yyyyMMddHHmmssfff` in UTC. */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "");
}

/** Reads what `stamp` wrote; NaN for any other text. */
export function fromStamp(text: string): number {
  const [, date, hours, minutes, seconds, fraction] = /^(\d{8})(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}.${fraction}Z`);
}

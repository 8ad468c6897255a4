import { RECORD_TYPES } from "../../collector/record-types.ts";
import type { ContentType } from "../content-types.ts";

/**
 * Record types by the content type that carries them; all other published ones come in `Audit.General`. Endpoint DLP (63) was seen
 * in `DLP.All` and in `Audit.General`, so that its content type cannot be told.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#auditlogrecordtype (state of 2026-07-01)
 */
const CARRIED: readonly (readonly [ContentType, readonly number[]])[] = [
  ["Audit.AzureActiveDirectory", [8, 9, 15]],
  ["Audit.Exchange", [1, 2, 3, 19, 50]],
  ["Audit.SharePoint", [4, 6, 7, 14, 36, 37, 54, 55, 56]],
  ["DLP.All", [11, 13, 33, 99, 100, 107]],
];
const IN_SEVERAL: ReadonlySet<number> = new Set([63]);

const TYPE_OF: ReadonlyMap<number, ContentType> = new Map([
  ...RECORD_TYPES.filter(([value]) => !IN_SEVERAL.has(value)).map(([value]) => [value, "Audit.General"] as const),
  ...CARRIED.flatMap(([contentType, values]) => values.map((value) => [value, contentType] as const)),
]);

/** The content type in which the API brings records of a type; undefined when that is not known. */
export function contentTypeOf(recordType: number): ContentType | undefined {
  return TYPE_OF.get(recordType);
}

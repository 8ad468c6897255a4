import { closest, distance } from "fastest-levenshtein";

/**
 * Every content type of the Management Activity API. The first four hold the whole audit log; `DLP.All` repeats matches of
 * data loss prevention with the matched values and needs the permission `ActivityFeed.ReadDlp`.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
export const CONTENT_TYPES = [
  "Audit.AzureActiveDirectory",
  "Audit.Exchange",
  "Audit.SharePoint",
  "Audit.General",
  "DLP.All",
] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** What is collected unless the configuration says otherwise. */
export const AUDIT_CONTENT_TYPES: readonly ContentType[] = CONTENT_TYPES.filter((type) => type !== "DLP.All");

/** The permission that a content type needs. */
export function permissionFor(contentType: string): "ActivityFeed.Read" | "ActivityFeed.ReadDlp" {
  return contentType.toLowerCase() === "dlp.all" ? "ActivityFeed.ReadDlp" : "ActivityFeed.Read";
}

/** Spellings to compare with, in lower case: the whole name and the part that tells it from the others. */
const SPELLINGS: ReadonlyMap<string, ContentType> = new Map(
  CONTENT_TYPES.flatMap((type) => {
    const name = type.toLowerCase();
    return [[name, type] as const, [name.replace(/^audit\.|\.all$/, ""), type] as const];
  }),
);

/** The content type that a misspelt name most likely means; undefined when none is near. */
export function nearestContentType(name: string): ContentType | undefined {
  const wanted = name.toLowerCase();
  const nearest = closest(wanted, [...SPELLINGS.keys()]);
  // A third of the letters wrong is still a typo; beyond that any suggestion would be a guess.
  return distance(wanted, nearest) <= Math.ceil(wanted.length / 3) ? SPELLINGS.get(nearest) : undefined;
}

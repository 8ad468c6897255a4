import { integer, text, type Database } from "./database.ts";
import type { LedgerCounts } from "./storage.ts";

const COUNTS = `
  SELECT content_type, count(*) AS listed,
    count(*) FILTER (WHERE outcome = 1) AS delivered,
    count(*) FILTER (WHERE outcome = 4) AS pending,
    count(*) FILTER (WHERE outcome = 2) AS expired,
    count(*) FILTER (WHERE outcome = 3) AS gone,
    coalesce(sum(records) FILTER (WHERE outcome = 1), 0) AS records
  FROM (
    SELECT content_type, records, CASE
      WHEN EXISTS (SELECT 1 FROM owed WHERE owed.content = content.id) THEN 4
      ELSE (
        SELECT max(CASE state WHEN 'gone' THEN 3 WHEN 'expired' THEN 2 ELSE 1 END)
        FROM settlement JOIN branch ON branch.id = settlement.branch AND branch.active = 1
        WHERE settlement.content = content.id)
      END AS outcome
    FROM content WHERE integration = ?)
  GROUP BY content_type ORDER BY content_type`;

/** How the blobs of an integration are, by content type. A blob is counted by its worst active branch. */
export function countContent(database: Database, integration: number): readonly LedgerCounts[] {
  return database.all(COUNTS, integration).map((row) => ({
    contentType: text(row, "content_type"),
    listed: integer(row, "listed"),
    delivered: integer(row, "delivered"),
    pending: integer(row, "pending"),
    expired: integer(row, "expired"),
    gone: integer(row, "gone"),
    records: integer(row, "records"),
  }));
}

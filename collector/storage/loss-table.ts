import { integer, optionalText, text, type Database } from "./database.ts";
import type { Loss } from "./storage.ts";

/** The partial index `settlement_lost` holds just these rows. */
const UNTOLD = `SELECT settlement.content, settlement.state, settlement.reason, branch.name,
    content.content_type, content.content_id, content.created
  FROM settlement INDEXED BY settlement_lost
    JOIN content ON content.id = settlement.content JOIN branch ON branch.id = settlement.branch
  WHERE settlement.state <> 'delivered' AND settlement.announced = 0 AND content.integration = ? AND branch.active = 1
  ORDER BY content.created, content.id LIMIT ?`;
const TOLD = "UPDATE settlement SET announced = 1 WHERE content = ? AND branch = ?";

/** Blobs that ended as expired or gone for an active branch, and that no event has told of. */
export function queryUntoldLosses(database: Database, integration: number, limit: number): readonly Loss[] {
  return database.all(UNTOLD, integration, limit).map((row) => ({
    key: integer(row, "content"),
    branch: text(row, "name"),
    contentType: text(row, "content_type"),
    contentId: text(row, "content_id"),
    createdMs: integer(row, "created"),
    state: text(row, "state") === "gone" ? "gone" : "expired",
    reason: optionalText(row, "reason"),
  }));
}

/** Notes that events tell of these. Call inside a transaction. */
export function markTold(database: Database, losses: readonly Loss[], branchId: (name: string) => number): void {
  for (const { key, branch } of losses) database.run(TOLD, key, branchId(branch));
}

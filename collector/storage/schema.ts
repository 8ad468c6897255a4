import { CollectorError, ErrorCode } from "../errors.ts";
import { integer, type Database } from "./database.ts";

/**
 * Steps from an empty file to the current schema; `PRAGMA user_version` counts those already done. Published steps are
 * never changed: a change is one more step. Times are milliseconds since the epoch.
 *
 * `owed` holds one row for each blob that an active branch has not settled, so that asking for work costs what there is
 * to do and not what was ever listed. `due` is 0 when the blob may be fetched, else the time of its next attempt.
 *
 * `event` holds what the collector has to say about itself as JSON, and `event_owed` which branch has not been told yet;
 * `announcement` says what was put there, so that it is said once, also across restarts. `condition` and `dead_letter` are for readers:
 * what the running collector knows and the rest of the ledger does not. Where there is no branch or aspect they hold ''.
 *
 * `seen` holds keys of acknowledged records, 16 bytes each, packed into rows of one page: a table with a row for each key
 * would take twice the room. `day` counts from the epoch.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE integration (
    id INTEGER PRIMARY KEY,
    cloud TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    UNIQUE (cloud, tenant_id, client_id)
  ) STRICT;

  CREATE TABLE subscription (
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (integration, content_type)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE origin (
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (integration, content_type)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE coverage (
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    listed_at INTEGER NOT NULL,
    PRIMARY KEY (integration, content_type, "from")
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    integration INTEGER NOT NULL REFERENCES integration,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    active INTEGER NOT NULL,
    UNIQUE (integration, name)
  ) STRICT;

  CREATE TABLE content (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    content_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    listed_at INTEGER NOT NULL,
    records INTEGER,
    bytes INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    retry_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (integration, content_type, content_id)
  ) STRICT;
  CREATE INDEX content_by_creation ON content (integration, created);

  CREATE TABLE settlement (
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    branch INTEGER NOT NULL REFERENCES branch,
    state TEXT NOT NULL CHECK (state IN ('delivered', 'expired', 'gone')),
    records INTEGER NOT NULL,
    reason TEXT,
    settled_at INTEGER NOT NULL,
    PRIMARY KEY (content, branch)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE owed (
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    branch INTEGER NOT NULL REFERENCES branch,
    created INTEGER NOT NULL,
    content_id TEXT NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (content, branch)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX owed_ready ON owed (branch, created, content_id) WHERE due = 0;
  CREATE INDEX owed_aside ON owed (branch, due) WHERE due > 0;
  `,
  `
  CREATE TABLE seen (
    id INTEGER PRIMARY KEY,
    branch INTEGER NOT NULL REFERENCES branch,
    day INTEGER NOT NULL,
    keys BLOB NOT NULL
  ) STRICT;
  CREATE INDEX seen_by_day ON seen (branch, day);

  CREATE TABLE reconciliation (
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (integration, content_type)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE integration ADD COLUMN component TEXT;

  ALTER TABLE settlement ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX settlement_lost ON settlement (content, branch) WHERE state <> 'delivered' AND announced = 0;

  CREATE TABLE newest (
    integration INTEGER NOT NULL REFERENCES integration,
    content_type TEXT NOT NULL,
    blob INTEGER,
    record INTEGER,
    PRIMARY KEY (integration, content_type)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO newest (integration, content_type, blob)
    SELECT integration, content_type, max(created) FROM content GROUP BY integration, content_type;

  CREATE TABLE announcement (
    integration INTEGER NOT NULL REFERENCES integration,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (integration, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    integration INTEGER NOT NULL REFERENCES integration,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;

  CREATE TABLE event_owed (
    branch INTEGER NOT NULL REFERENCES branch,
    event INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
    PRIMARY KEY (branch, event)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE condition (
    component TEXT NOT NULL,
    branch TEXT NOT NULL,
    aspect TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    message TEXT,
    since INTEGER NOT NULL,
    PRIMARY KEY (component, branch, aspect)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE dead_letter (
    component TEXT NOT NULL,
    content_type TEXT NOT NULL,
    exporter TEXT NOT NULL,
    reason TEXT NOT NULL,
    records INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (component, content_type, exporter, reason)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Marks the file as one of ours (`PRAGMA application_id`): "O365" in ASCII. */
const APPLICATION_ID = 0x4f333635;

/** The current schema. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Brings the file to the current schema.
 *
 * @param toVersion Stops there: for tests that need a file of an older otel-o365.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when a newer otel-o365 wrote the file, or another program.
 */
export function migrate(database: Database, toVersion: number = SCHEMA_VERSION): void {
  const version = pragma(database, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot use ledger "${database.path}": its schema is version ${version} and this otel-o365 knows up to ${SCHEMA_VERSION}; run the newer otel-o365 that wrote it, or give another storage directory`,
    );
  }
  const applicationId = pragma(database, "application_id");
  if (version > 0 && applicationId !== APPLICATION_ID) {
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot use ledger "${database.path}": another program wrote it (application_id ${applicationId}); give another storage directory`,
    );
  }
  if (version >= toVersion) return;
  database.transaction(() => {
    for (const step of MIGRATIONS.slice(version, toVersion)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${toVersion}`);
  });
}

function pragma(database: Database, name: "user_version" | "application_id"): number {
  const row = database.get(`PRAGMA ${name}`);
  return row === undefined ? 0 : integer(row, name);
}

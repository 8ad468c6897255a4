import { stat } from "node:fs/promises";
import type { Branch, ReceiverSettings } from "../../../collector/component.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import { isAbsent } from "../../../collector/line-file.ts";
import type { FilesRequest, MissingPart, Replay, Share } from "../../../collector/replayable.ts";
import { makeDirectory } from "../../../collector/storage/make-directory.ts";
import type { Ledger, ListedContent, PendingContent } from "../../../collector/storage/storage.ts";
import type { O365Config } from "../../config.ts";
import { recordFactoryFor } from "../../records/factory-for.ts";
import type { RecordFactory } from "../../records/record-factory.ts";
import type { FetchedContent } from "../../collection/fetched-content.ts";
import { DeliveringReplay, type ReplayWork } from "../delivering-replay.ts";
import { type ReplaySignals, settleAll } from "../settle-all.ts";
import { digestOf, importExport } from "./import-export.ts";
import { importFile, type ImportedFile, importPaths } from "./imported-file.ts";
import { readPiece } from "./records-file.ts";

/** Delivers the records of audit search exports. Nothing is sent before all of them were read and belong to the tenant. */
export function createFilesReplay(
  settings: ReceiverSettings,
  config: O365Config,
  branches: readonly Branch[],
  request: FilesRequest,
): Replay {
  return new DeliveringReplay(settings, config, branches, new FilesWork(settings, config, request));
}

/** Pieces never expire. */
const FOREVER_MS = Date.UTC(9999, 0);

class FilesWork implements ReplayWork {
  readonly #settings: ReceiverSettings;
  readonly #config: O365Config;
  readonly #request: FilesRequest;
  readonly #factory: RecordFactory;
  #imported: readonly ImportedFile[] = [];
  #bytesRead = 0;
  #bytesTotal = 0;

  constructor(settings: ReceiverSettings, config: O365Config, request: FilesRequest) {
    this.#settings = settings;
    this.#config = config;
    this.#request = request;
    this.#factory = recordFactoryFor(settings, config);
  }

  async run(ledger: Ledger, branches: readonly Branch[], signals: ReplaySignals): Promise<void> {
    makeDirectory(this.#request.directory);
    this.#imported = await this.#read(signals.intake);
    if (!this.#request.anyTenant) this.#requireOwnRecords();
    for (const [index, file] of this.#imported.entries()) {
      ledger.addListed(file.path, piecesOf(file, index), this.#settings.clock.now());
    }
    this.#settings.logger.info("Delivering the records of exports", {
      files: this.#imported.map(({ path }) => path),
      records: this.#imported.reduce((sum, { records }) => sum + records, 0),
    });
    await settleAll({
      settings: this.#settings,
      config: this.#config,
      branches,
      ledger,
      fetch: () => (content) => this.#fetch(content),
      find: () => Promise.resolve(),
      signals,
    });
  }

  found(): Share {
    return { done: Math.min(this.#bytesRead, this.#bytesTotal), total: this.#bytesTotal };
  }

  unreadable(): number {
    return this.#imported.reduce((sum, { unreadable }) => sum + unreadable, 0);
  }

  problems(): readonly string[] {
    return [];
  }

  missing(): readonly MissingPart[] {
    return [];
  }

  async #read(signal: AbortSignal): Promise<readonly ImportedFile[]> {
    const { paths } = this.#request;
    for (const path of paths) this.#bytesTotal += await sizeOf(path);
    const imported: ImportedFile[] = [];
    for (const [index, path] of paths.entries()) imported.push(await this.#readOne(index, path, signal));
    this.#bytesTotal = this.#bytesRead;
    return imported;
  }

  async #readOne(index: number, path: string, signal: AbortSignal): Promise<ImportedFile> {
    const { directory } = this.#request;
    const before = await importFile(directory, index).read();
    if (before !== undefined) {
      await this.#requireUnchanged(before, signal);
      this.#bytesRead += before.bytes;
      return before;
    }
    const { logger } = this.#settings;
    const onBytes = (bytes: number): void => void (this.#bytesRead += bytes);
    return importExport({ directory, index, path, tenantId: this.#config.tenantId, logger, onBytes }, signal);
  }

  /** A file that is gone is no trouble: its records are here. One that is another than before may be meant to be sent. */
  async #requireUnchanged({ path, sha256 }: ImportedFile, signal: AbortSignal): Promise<void> {
    try {
      if ((await digestOf(path, signal)) === sha256) return;
    } catch (error) {
      signal.throwIfAborted();
      if (isAbsent(error)) return;
      throw error;
    }
    throw new CollectorError(
      ErrorCode.config,
      `Cannot go on with the replay of "${path}": the file has changed since it was begun; put the old one back, or add --again to begin anew with this one`,
    );
  }

  #requireOwnRecords(): void {
    for (const { path, foreign, records } of this.#imported) {
      const [first] = foreign;
      if (first === undefined) continue;
      const others = foreign.reduce((sum, one) => sum + one.records, 0);
      const tenants = foreign.map(({ organizationId }) => organizationId).join(", ");
      throw new CollectorError(
        ErrorCode.config,
        `Cannot replay "${path}" as ${this.#settings.id}: ${others} of its ${records} records (the first in line ${first.firstLine}) are of tenant ${tenants}, not of ${this.#config.tenantId}; name the integration of that tenant with --integration, or add --any-tenant. Nothing was sent`,
      );
    }
  }

  async #fetch({ uri }: PendingContent): Promise<FetchedContent> {
    const [index = 0, number = 0] = uri.split("/").map(Number);
    const piece = this.#imported[index]?.pieces[number];
    if (piece === undefined) throw new RangeError(`Cannot find piece ${uri} of the exports`);
    return readPiece(importPaths(this.#request.directory, index).records, piece, this.#factory);
  }
}

/** The pieces of an export, as the ledger takes blobs: in the order of the file. */
function piecesOf({ sha256, pieces }: ImportedFile, index: number): readonly ListedContent[] {
  return pieces.map((_, number) => ({
    contentId: `${sha256}/${number}`,
    uri: `${index}/${number}`,
    createdMs: index * 1_000_000 + number,
    expiresMs: FOREVER_MS,
  }));
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return 0;
    throw error;
  }
}

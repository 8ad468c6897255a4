import type { ReceiverSettings } from "../../collector/component.ts";
import type { AuditLogRecord } from "../../collector/record.ts";
import type { PendingContent } from "../../collector/storage/storage.ts";
import type { Logger } from "../../collector/telemetry.ts";
import type { ApiClient } from "../api-client.ts";
import type { O365Config } from "../config.ts";
import { fetchBlob, type ContentBlob } from "../content/blob.ts";
import { ContentError, ErrorObjectError } from "../content/content-error.ts";
import { Pace } from "../content/pace.ts";
import { recordFactoryFor } from "../records/factory-for.ts";
import type { ContentFacts, RecordFactory } from "../records/record-factory.ts";
import { liveSince } from "../windows.ts";
import { classify } from "../wire-errors.ts";
import type { FetchedContent } from "./fetched-content.ts";
import { blobFields } from "./log-fields.ts";

/**
 * So often must a blob arrive with the very same fault before what can be read of it is taken: then the service keeps it
 * like that. With the usual delays that is a quarter of an hour, because a proxy or a service in trouble may well send the
 * same half several times in a row, and what is missing from it would be missing for ever.
 */
const SAME_FAULT_TIMES = 10;

/** How a blob failed lately. */
interface Fault {
  readonly fault: string;
  readonly bytes: number;
  readonly times: number;
}

/**
 * Downloads blobs and makes log records of them, chunk by chunk.
 *
 * @param chunkBytes Size of a chunk. A blob that is larger waits in a file until it is delivered.
 */
export function contentFetcher(
  settings: Pick<ReceiverSettings, "id" | "clock" | "storage" | "logger">,
  config: O365Config,
  client: Pick<ApiClient, "openContent">,
  chunkBytes?: number,
): (content: PendingContent, signal: AbortSignal) => Promise<FetchedContent> {
  const factory = recordFactoryFor(settings, config);
  const faults = new Map<number, Fault>();
  return async (content, signal) => {
    const acceptMalformed = (faults.get(content.key)?.times ?? 0) >= SAME_FAULT_TIMES;
    // A cut body may come whole another time, for as long as the service has it.
    const acceptCut = acceptMalformed && settings.clock.now() >= content.expiresMs;
    const priority = content.createdMs < liveSince(settings.clock.now(), config.relistMs) ? "backfill" : "live";
    const { stream, contentLength } = await client.openContent(content.uri, signal, priority);
    const pace = new Pace(settings.clock, config.requestTimeoutMs, (error) => stream.destroy(error));
    try {
      const blob = await fetchBlob(stream, {
        spoolDirectory: settings.storage.spoolDirectory,
        chunkBytes,
        name: content.contentId,
        contentLength,
        acceptMalformed,
        acceptCut,
        onBytes: (count) => pace.add(count),
        signal,
      });
      const before = faults.get(content.key);
      faults.delete(content.key);
      if (acceptMalformed && before?.bytes === blob.bytes) reportTaken(settings.logger, content, before);
      return new RecordsOfBlob(blob, factory, content);
    } catch (error) {
      if (error instanceof ContentError) faults.set(content.key, nextFault(faults.get(content.key), error));
      if (error instanceof ErrorObjectError) {
        const answer = { status: 200, headers: {}, body: error.body };
        throw classify(answer, `fetch blob "${content.contentId}"`, settings.clock.now());
      }
      throw error;
    } finally {
      pace.end();
    }
  };
}

function nextFault(before: Fault | undefined, { fault, bytes }: ContentError): Fault {
  const same = before?.fault === fault && before.bytes === bytes;
  return { fault, bytes, times: same ? before.times + 1 : 1 };
}

function reportTaken(logger: Logger, content: PendingContent, { fault, bytes }: Fault): void {
  logger.error(
    "Blob taken as it is, because it never came whole: records may be missing from it. They can be searched for in the audit log of Purview",
    { ...blobFields(content), fault, bytes },
  );
}

/**
 * The records of a blob. Keeps the chunk made last, so that lanes which go in step share its records. Of a blob that is one
 * chunk, as most are, nothing else is kept: its bytes are of no use once there are records.
 */
class RecordsOfBlob implements FetchedContent {
  readonly bytes: number;
  readonly memoryBytes: number;
  readonly records: number;
  readonly #blob: ContentBlob;
  readonly #factory: RecordFactory;
  readonly #facts: ContentFacts;
  #last: { readonly index: number; readonly records: Promise<readonly AuditLogRecord[] | undefined> } | undefined;

  constructor(blob: ContentBlob, factory: RecordFactory, content: PendingContent) {
    this.bytes = blob.bytes;
    this.memoryBytes = blob.memoryBytes;
    this.records = blob.records;
    this.#blob = blob;
    this.#factory = factory;
    const { contentType, contentId, createdMs } = content;
    this.#facts = { contentType, contentId, createdIso: new Date(createdMs).toISOString() };
  }

  chunk(index: number): Promise<readonly AuditLogRecord[] | undefined> {
    if (this.#last?.index === index) return this.#last.records;
    if (index >= this.#blob.chunks) return Promise.resolve(undefined);
    const records = this.#make(index);
    this.#last = { index, records };
    return records;
  }

  async #make(index: number): Promise<readonly AuditLogRecord[] | undefined> {
    try {
      const chunk = await this.#blob.chunk(index);
      if (chunk === undefined) return undefined;
      const records = this.#factory.records(chunk.texts, this.#facts, chunk.damaged);
      if (this.#blob.chunks === 1) await this.#blob.dispose();
      return records;
    } catch (error) {
      this.#last = undefined;
      throw error;
    }
  }

  dispose(): Promise<void> {
    return this.#blob.dispose();
  }
}

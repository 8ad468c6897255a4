import { formatTime } from "../api/context.ts";
import type { ContentSource, ContentType, EmulatorClock } from "../options.ts";
import { isLostToAll, type Directory, type Tenant } from "../tenant.ts";
import { bulkGroups } from "./bulk.ts";
import { parseContentId } from "./content-id.ts";
import { contentTypeOf, identityOf } from "./content-type.ts";
import { keptGroup, type RecordGroup, type ServedText } from "./group.ts";
import { Random } from "./random.ts";
import { canonicalText, recordGroups, spreadTimes } from "./records-source.ts";
import type { StoredRecord } from "./store.ts";
import { Traffic } from "./traffic.ts";

/** Records to add while the emulator runs. They become one blob per content type. */
export interface AddContent {
  /** GUID or domain of the tenant. Default the first one. */
  readonly tenantId?: string | undefined;
  /** Default: what the `RecordType` of each record says. */
  readonly contentType?: ContentType | undefined;
  /** JSON texts or objects. */
  readonly records: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Time of the last record, which is the blob's `contentCreated`; milliseconds since the epoch. Default now. */
  readonly createdMs?: number | undefined;
  /** The records became available evenly over this long before `createdMs`, so that a window border can part them. Default 0. */
  readonly spanMs?: number | undefined;
  /** When the blob appears in listings. Default `createdMs`; later makes it a late one. */
  readonly visibleFromMs?: number | undefined;
  /** Serve the texts as they are: for records that are no valid JSON, too. Default false: in a form picked at random. */
  readonly verbatim?: boolean | undefined;
}

/** How the records of a blob come again. What is left out is as for `AddContent`. */
export interface ReissueContent extends Pick<AddContent, "tenantId" | "createdMs" | "spanMs" | "visibleFromMs"> {
  /** Of the blob whose records come again, as in a listing. */
  readonly contentId: string;
}

/** A blob as a window around all of it shows it. */
export interface AddedBlob {
  readonly contentType: ContentType;
  readonly contentId: string;
  readonly contentUri: string;
  /** As in a listing. */
  readonly contentCreated: string;
  readonly records: readonly ServedText[];
}

/** A record that can be had now. */
export interface ServedRecord extends StoredRecord {
  readonly tenantId: string;
}

/** Brings content into the stores of the tenants: at the start, as time goes by, on request. */
export class ContentFeed {
  readonly #directory: Directory;
  readonly #seed: number;
  readonly #clock: EmulatorClock;
  readonly #traffic: Traffic[] = [];
  #added = 0;

  constructor(directory: Directory, sources: readonly ContentSource[], seed: number, clock: EmulatorClock) {
    this.#directory = directory;
    this.#seed = seed;
    this.#clock = clock;
    for (const source of sources) this.#open(source);
  }

  #open(source: ContentSource): void {
    const now = this.#clock.now();
    const tenant = this.#directory.get(source.tenantId);
    if (source.kind === "traffic") {
      this.#traffic.push(new Traffic(source, tenant, this.#seed, now));
      return;
    }
    const groups =
      source.kind === "records" ? recordGroups(source, this.#seed, now) : bulkGroups(source, tenant, this.#seed, now);
    for (const group of groups) tenant.store.add(group);
  }

  /** Lets live traffic catch up with the clock. */
  advance(): void {
    const now = this.#clock.now();
    for (const traffic of this.#traffic) traffic.advance(now);
  }

  /** @throws {RangeError} If there is no such tenant. */
  add(content: AddContent, apiRoot: string): AddedBlob[] {
    const tenant = this.#directory.get(content.tenantId);
    const byType = new Map<ContentType, ServedText[]>();
    for (const record of content.records) {
      const source = typeof record === "string" ? record : JSON.stringify(record);
      const identity = identityOf(source);
      const type = content.contentType ?? contentTypeOf(identity.recordType);
      const text =
        content.verbatim === true ? source : canonicalText(source, new Random(this.#seed, "added", this.#added));
      this.#added += 1;
      const records = byType.get(type) ?? [];
      records.push({ id: identity.id, operation: identity.operation, text });
      byType.set(type, records);
    }
    return [...byType].map(([contentType, records]) => this.#store(tenant, contentType, records, content, apiRoot));
  }

  /** @throws {RangeError} If there is no such tenant or blob. */
  reissue(again: ReissueContent, apiRoot: string): AddedBlob {
    const tenant = this.#directory.get(again.tenantId);
    const contentType = parseContentId(again.contentId)?.contentType;
    const records = tenant.store.recordsOf(again.contentId);
    if (contentType === undefined || records.length === 0)
      throw new RangeError(`Cannot issue content "${again.contentId}" again: the tenant has no blob of that id`);
    return this.#store(tenant, contentType, records, again, apiRoot);
  }

  /** @throws {RangeError} If there is no such tenant. */
  recordsOf(contentId: string, tenantId: string | undefined): readonly ServedText[] {
    return this.#directory.get(tenantId).store.recordsOf(contentId);
  }

  #store(
    tenant: Tenant,
    contentType: ContentType,
    records: readonly ServedText[],
    when: Pick<AddContent, "createdMs" | "spanMs" | "visibleFromMs">,
    apiRoot: string,
  ): AddedBlob {
    const createdMs = when.createdMs ?? this.#clock.now();
    const times = spreadTimes(records.length, createdMs, when.spanMs ?? 0);
    const { contentId } = tenant.store.add(keptGroup(contentType, records, times, when.visibleFromMs ?? createdMs));
    const contentUri = `${apiRoot}/api/v1.0/${tenant.tenantId}/activity/feed/audit/${contentId}`;
    return { contentType, contentId, contentUri, contentCreated: formatTime(createdMs), records };
  }

  /** Every record that can be had now, tenant by tenant. */
  *serve(): Generator<ServedRecord> {
    this.advance();
    const now = this.#clock.now();
    for (const tenant of this.#directory.all) {
      const isLost = (group: RecordGroup): boolean => isLostToAll(tenant, group.contentType, group.visibleFromMs);
      for (const record of tenant.store.records(now, isLost)) yield { tenantId: tenant.tenantId, ...record };
    }
  }
}

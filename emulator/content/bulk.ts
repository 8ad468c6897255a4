import { createHash } from "node:crypto";
import { CONTENT_TYPES, type BulkSource, type ContentType } from "../options.ts";
import type { Tenant } from "../tenant.ts";
import type { RecordGroup, ServedText } from "./group.ts";
import { Random } from "./random.ts";
import { canonicalText } from "./records-source.ts";
import { makeRecordOf } from "./traffic-record.ts";

// No form changes these: they hold neither lower-case letters nor characters that are escaped.
const ID = "00000000-0000-4000-8000-000000000000";
const TIME = "1970-01-01T00:00:00";
/** Texts per content type. Enough that neighbours differ, few enough to make at once. */
const POOL = 256;

interface Template {
  readonly parts: readonly string[];
  readonly operation: string | undefined;
}

/** The groups of a bulk source. Their texts are put together when asked for: a template with an id and a time of its own. */
export function bulkGroups(source: BulkSource, tenant: Tenant, seed: number, nowMs: number): RecordGroup[] {
  const types = source.contentTypes ?? CONTENT_TYPES.filter((type) => type !== "DLP.All");
  const pools = new Map(types.map((type) => [type, makePool(type, tenant, seed)]));
  const perBlob = source.recordsPerBlob ?? 100;
  const count = Math.ceil(source.records / perBlob);
  const pastMs = source.pastMs ?? 43_200_000;
  return Array.from({ length: count }, (_, index) => {
    const type = types[index % types.length] ?? "Audit.General";
    const createdMs = Math.floor(nowMs - pastMs + (index * pastMs) / count);
    const size = Math.min(perBlob, source.records - index * perBlob);
    return bulkGroup(type, pools.get(type) ?? [], { seed, createdMs, size, first: index * perBlob });
  });
}

function makePool(type: ContentType, tenant: Tenant, seed: number): Template[] {
  return Array.from({ length: POOL }, (_, index) => {
    const random = new Random(seed, "bulk", type, index);
    const domain = tenant.domains[0] ?? "contoso.example";
    const { members, text } = makeRecordOf(type, {
      random,
      tenantId: tenant.tenantId,
      domain,
      id: ID,
      creationTime: TIME,
    });
    const operation = members["Operation"];
    return {
      parts: canonicalText(text, random).split(new RegExp(`(${ID}|${TIME})`)),
      operation: typeof operation === "string" ? operation : undefined,
    };
  });
}

function bulkGroup(
  contentType: ContentType,
  pool: readonly Template[],
  group: { readonly seed: number; readonly createdMs: number; readonly size: number; readonly first: number },
): RecordGroup {
  const time = new Date(group.createdMs - 60_000).toISOString().slice(0, 19);
  return {
    contentType,
    visibleFromMs: group.createdMs,
    size: group.size,
    timeAt: () => group.createdMs,
    recordAt(index): ServedText {
      const template = pool[(group.first + index) % pool.length];
      if (template === undefined) return { id: undefined, operation: undefined, text: "null" };
      const id = bulkId(group.seed, group.createdMs, group.first + index);
      const text = template.parts.map((part) => (part === ID ? id : part === TIME ? time : part)).join("");
      return { id, operation: template.operation, text };
    },
  };
}

function bulkId(seed: number, ms: number, index: number): string {
  const hex = createHash("md5").update(`${seed} ${ms} ${index}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

import type { OwnRows } from "./tables/row.ts";

/** What a mapper can be told. All of it is optional; the defaults are those of the YAML configuration. */
export interface XdrOptions {
  /** `false`: malware in files becomes a third-party alert. Default: `true`. */
  readonly antivirus?: boolean | undefined;
  /** Taegis tenant; with it, `xdr.tenant_id` and `xdr.resource_id` are set. */
  readonly tenantId?: string | undefined;
  /** `xdr.sensor_id`. Default: `o365.integration` of the resource, else of the record. */
  readonly sensorId?: string | undefined;
  /** Where the record's own text travels. Default: `body`. */
  readonly originalData?: OriginalData | undefined;
  /** Which fields without a place in the schema become `o365.*` attributes. Default: `all`. */
  readonly extensions?: Extensions | undefined;
  /** What the attributes of schema fields begin with. Default: `xdr.`. */
  readonly prefix?: string | undefined;
  /** Rows of your own, read before the built-in ones. */
  readonly mapping?: OwnRows | undefined;
  /** Also write schema fields whose name or values are not confirmed. Default: `false`. */
  readonly emitUnverified?: boolean | undefined;
}

/** `attribute` moves the text into `xdr.original_data`, `both` copies it there, `none` drops it. */
export const ORIGINAL_DATA = ["body", "attribute", "both", "none"] as const;
export type OriginalData = (typeof ORIGINAL_DATA)[number];

/** `common`: those that the mapping tables name. */
export const EXTENSIONS = ["common", "all", "none"] as const;
export type Extensions = (typeof EXTENSIONS)[number];

/** Default of `prefix`, and what schema fields begin with in mapping tables. */
export const XDR_PREFIX = "xdr.";

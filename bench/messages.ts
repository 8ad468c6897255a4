import { z } from "zod";

/** What the tenants hold. */
export interface TenantSpec {
  /** Number of tenants; each has the content. */
  readonly tenants: number;
  readonly content: readonly { readonly records: number; readonly recordsPerBlob: number }[];
}

/** What the tenants say when they are ready. One app and one certificate for all. */
export interface TenantReady {
  readonly tenantIds: readonly string[];
  readonly apiRoot: string;
  readonly authority: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What `JSON.parse` alone takes for the records that were served. */
export interface ParseLimit {
  readonly records: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
}

/** How often blobs were asked for so far. */
export interface BlobRequests {
  readonly requests: number;
}

/** What the backend says when it is ready. */
export interface SinkReady {
  readonly url: string;
}

/** What has arrived at the backend so far. */
export interface SinkCount {
  readonly records: number;
}

export const tenantSpec: z.ZodType<TenantSpec> = z.object({
  tenants: z.int().min(1),
  content: z.array(z.object({ records: z.int().min(1), recordsPerBlob: z.int().min(1) })),
});
export const tenantReady: z.ZodType<TenantReady> = z.object({
  tenantIds: z.array(z.string()),
  apiRoot: z.string(),
  authority: z.string(),
  caPem: z.string(),
  certificatePem: z.string(),
  privateKeyPem: z.string(),
});
export const parseLimit: z.ZodType<ParseLimit> = z.object({
  records: z.number(),
  bytes: z.number(),
  cpuSeconds: z.number(),
});
export const blobRequests: z.ZodType<BlobRequests> = z.object({ requests: z.number() });
export const sinkReady: z.ZodType<SinkReady> = z.object({ url: z.string() });
export const sinkCount: z.ZodType<SinkCount> = z.object({ records: z.number() });

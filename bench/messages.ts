import { z } from "zod";

/** What the tenant says when it is ready. */
export interface TenantReady {
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

/** What the backend says when it is ready. */
export interface SinkReady {
  readonly url: string;
}

/** What has arrived at the backend so far. */
export interface SinkCount {
  readonly records: number;
}

export const tenantReady: z.ZodType<TenantReady> = z.object({
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
export const sinkReady: z.ZodType<SinkReady> = z.object({ url: z.string() });
export const sinkCount: z.ZodType<SinkCount> = z.object({ records: z.number() });

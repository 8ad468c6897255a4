import { z } from "zod";
import { OPERATIONS, type Operation } from "../http.ts";

/** What happens instead of the usual answer, or to it. */
export type FaultAction =
  /** This answer. A `body` that is no text is sent as JSON. */
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly body?: unknown;
    }
  /** AF429, as when the quota is used up. */
  | {
      readonly kind: "throttle";
      readonly status?: 403 | 429 | undefined;
      readonly retryAfterSeconds?: number | undefined;
    }
  /** The usual answer, this much later. */
  | { readonly kind: "delay"; readonly ms: number }
  /** No answer at all until the client gives up or the emulator closes. */
  | { readonly kind: "hang" }
  /** The usual answer, whose connection ends after `afterBytes` of the body; default half of it. */
  | { readonly kind: "cut"; readonly afterBytes?: number | undefined }
  /** The usual answer, of which nothing comes after `afterBytes` of the body; default half of it. The connection stays open. */
  | { readonly kind: "stall"; readonly afterBytes?: number | undefined }
  /** The usual answer with a content-length that is wrong by `by`. A length that is too small leaves bytes over. */
  | { readonly kind: "wrong_length"; readonly by: number }
  /** The connection is reset. */
  | { readonly kind: "reset" }
  /** The connection is closed without a byte. */
  | { readonly kind: "empty" }
  /** 200 with an error object where an array is due. */
  | { readonly kind: "error_object"; readonly code: string; readonly message?: string | undefined }
  /** The usual page of a list, with a link that leads to the same page again. */
  | { readonly kind: "repeat_page" }
  /** The usual page of a list, with a link to another origin. */
  | { readonly kind: "foreign_next_page"; readonly origin: string }
  /** The usual list, with content URIs of another origin. */
  | { readonly kind: "foreign_content_uri"; readonly origin: string }
  /** A sign-in page, default with status 200. */
  | { readonly kind: "html"; readonly status?: number | undefined }
  /** The blob is past its time: AF20051. */
  | { readonly kind: "expired" }
  /** The blob does not exist: AF20050. */
  | { readonly kind: "gone" }
  /** The usual answer, whose gzip is damaged. */
  | { readonly kind: "bad_gzip" }
  /** The usual answer behind a byte-order mark. */
  | { readonly kind: "bom" };

/** Requests that a fault is for. What is left out matches everything. */
export interface FaultMatch {
  readonly operation?: Operation | readonly Operation[] | undefined;
  readonly tenantId?: string | undefined;
  readonly contentType?: string | undefined;
  readonly contentId?: string | undefined;
  readonly method?: string | undefined;
}

/** What is known of a request before it is answered. */
export interface FaultRequest {
  readonly operation: Operation;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly tenantId?: string | undefined;
  readonly contentType?: string | undefined;
  /** Of a blob. */
  readonly contentId?: string | undefined;
}

/** Picks what happens to a request; undefined lets it pass. */
export type DecideFault = (request: FaultRequest) => FaultAction | undefined;

/** A scripted fault. */
export interface Fault {
  readonly match?: FaultMatch | undefined;
  readonly action: FaultAction;
  /** The first matching request that it happens to, from 1. Default 1. */
  readonly nth?: number | undefined;
  /** How many requests it happens to. Default 1. */
  readonly times?: number | "always" | undefined;
}

const operation = z.enum(OPERATIONS);
const origin = z.url();

const action = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("respond"),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
  }),
  z.strictObject({
    kind: z.literal("throttle"),
    status: z.union([z.literal(403), z.literal(429)]).optional(),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0) }),
  z.strictObject({ kind: z.literal("hang") }),
  z.strictObject({ kind: z.literal("cut"), afterBytes: z.int().min(0).optional() }),
  z.strictObject({ kind: z.literal("stall"), afterBytes: z.int().min(0).optional() }),
  z.strictObject({ kind: z.literal("wrong_length"), by: z.int() }),
  z.strictObject({ kind: z.literal("reset") }),
  z.strictObject({ kind: z.literal("empty") }),
  z.strictObject({ kind: z.literal("error_object"), code: z.string(), message: z.string().optional() }),
  z.strictObject({ kind: z.literal("repeat_page") }),
  z.strictObject({ kind: z.literal("foreign_next_page"), origin }),
  z.strictObject({ kind: z.literal("foreign_content_uri"), origin }),
  z.strictObject({ kind: z.literal("html"), status: z.int().min(200).max(599).optional() }),
  z.strictObject({ kind: z.literal("expired") }),
  z.strictObject({ kind: z.literal("gone") }),
  z.strictObject({ kind: z.literal("bad_gzip") }),
  z.strictObject({ kind: z.literal("bom") }),
]);

/** Reads a fault that came as JSON. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  match: z
    .strictObject({
      operation: z.union([operation, z.array(operation)]).optional(),
      tenantId: z.string().optional(),
      contentType: z.string().optional(),
      contentId: z.string().optional(),
      method: z.string().optional(),
    })
    .optional(),
  action,
  nth: z.int().min(1).optional(),
  times: z.union([z.int().min(1), z.literal("always")]).optional(),
});

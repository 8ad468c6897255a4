import { z } from "zod";
import type {
  ExporterFactory,
  ExtensionFactory,
  ProcessorFactory,
  ReceiverFactory,
} from "../../../collector/component.ts";
import { duration, filePath, secret, tls } from "../../../collector/config/fields.ts";
import { createRegistry, type Registry } from "../../../collector/config/registry.ts";
import type { ConfigProblem } from "../../../collector/config/spec.ts";

function never(): never {
  throw new Error("A configuration test must not create a component");
}

const receiver = z
  .strictObject({
    tenant_id: z.guid().describe("Directory (tenant) ID."),
    client_id: z.string().min(1).describe("Application (client) ID"),
    certificate_file: filePath().optional().describe("PEM file of the certificate"),
    poll_interval: duration({ min: "1s", max: "1d" }).prefault("1m").describe("How often to list"),
    cloud: z.enum(["commercial", "gcc", "gcc_high", "dod"]).default("commercial").describe("The cloud"),
    content_types: z
      .array(z.enum(["Audit.General", "Audit.Exchange"]))
      .min(1)
      .default(["Audit.General"]),
    client_secret: z
      .unknown()
      .refine((value) => value === undefined, "is not supported; give certificate_file")
      .meta({ not: {}, writeOnly: true })
      .optional(),
    concurrency: z.int().min(1).max(64).default(4).describe("Requests at a time"),
  })
  .transform((value) => ({
    tenantId: value.tenant_id,
    clientId: value.client_id,
    pollIntervalMs: value.poll_interval,
  }));

const otlp = z
  .strictObject({
    endpoint: z.url().describe("Where to send"),
    headers: z.record(z.string().regex(/^[a-z-]+$/i, "must be a header name"), secret()).default({}),
    api_key: secret().optional().describe("A key"),
    compression: z.union([z.boolean(), z.enum(["gzip", "none"])]).default("gzip"),
    ratio: z.number().gt(0).max(1).default(1),
    tls: tls().prefault({}),
    proxy: z
      .strictObject({ url: z.string(), from_environment: z.boolean().default(true) })
      .optional()
      .describe("A proxy"),
    auth: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("basic"), user: z.string(), password: secret() }),
        z.strictObject({ type: z.literal("bearer"), token: secret() }),
      ])
      .optional(),
  })
  .refine((value) => value.api_key === undefined || value.auth === undefined, {
    message: "only one of api_key and auth can be given",
    path: ["auth"],
  });

const transform = z.strictObject({
  set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  rules: z.array(z.strictObject({ when: z.string(), drop: z.boolean().default(false) })).default([]),
  size: z.union([z.int().multipleOf(8), z.literal("auto")]).default("auto"),
  label: z.string().optional(),
  leak: z
    .string()
    .superRefine((value, context) => {
      context.addIssue({ code: "custom", message: `cannot use '${value}' here` });
    })
    .optional(),
});

const o365: ReceiverFactory<z.output<typeof receiver>> = {
  kind: "receiver",
  type: "o365",
  description: "Office 365 audit records",
  stability: "alpha",
  config: receiver,
  check: (config, nowMs): readonly ConfigProblem[] => {
    if (config.clientId === "expired") {
      return [{ path: ["certificate_file"], message: `expired at ${nowMs}: "${config.clientId}"` }];
    }
    if (config.clientId === "expiring") {
      return [{ path: ["certificate_file"], message: "expires in 3 days; renew it", severity: "warning" }];
    }
    if (config.clientId === "broken") throw new Error(`no file for ${config.tenantId}`);
    return [];
  },
  create: never,
};

const batch: ProcessorFactory<{ readonly size: number }> = {
  kind: "processor",
  type: "batch",
  description: "Groups records",
  stability: "alpha",
  config: z.strictObject({ size: z.int().min(1).default(100).describe("Records in a batch") }),
  create: never,
};

const transformer: ProcessorFactory<z.output<typeof transform>> = {
  kind: "processor",
  type: "transform",
  description: "Changes records",
  stability: "alpha",
  config: transform,
  create: never,
};

const debug: ExporterFactory<{ readonly verbosity: string; readonly auth: string | undefined }> = {
  kind: "exporter",
  type: "debug",
  description: "Prints records",
  stability: "alpha",
  config: z
    .strictObject({
      verbosity: z.enum(["basic", "detailed"]).default("basic"),
      auth: z.strictObject({ authenticator: z.string() }).optional(),
    })
    .transform(({ verbosity, auth }) => ({ verbosity, auth: auth?.authenticator })),
  authenticator: ({ auth }) => auth,
  create: never,
};

const otlpHttp: ExporterFactory<z.output<typeof otlp>> = {
  kind: "exporter",
  type: "otlp_http",
  aliases: ["otlphttp"],
  description: "Sends OTLP",
  stability: "alpha",
  config: otlp,
  check: (config): readonly ConfigProblem[] =>
    config.endpoint.endsWith("/leak")
      ? [{ path: ["endpoint"], message: `Cannot use ${config.endpoint} with ${config.api_key?.reveal()}` }]
      : [],
  create: never,
};

const healthCheck: ExtensionFactory<{ readonly path: string }> = {
  kind: "extension",
  type: "health_check",
  description: "Says how it is",
  stability: "alpha",
  config: z.strictObject({ path: z.string().default("/").describe("Where") }),
  create: never,
};

const signIn: ExtensionFactory<object> = {
  kind: "extension",
  type: "basicauth",
  description: "Signs in",
  stability: "alpha",
  authenticates: true,
  config: z.strictObject({}),
  create: never,
};

/** A registry with a component of every kind of key. */
export const fakeRegistry: Registry = createRegistry([o365, batch, transformer, debug, otlpHttp, healthCheck, signIn]);

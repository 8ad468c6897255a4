import { z } from "zod";
import { COLLECTOR_TLS_KEYS } from "./collector-keys.ts";
import { Secret } from "./secret.ts";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Milliseconds of a duration such as `500ms`, `30s`, `1h30m` or `7d`; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) {
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  }
  return Number.isFinite(total) ? Math.round(total) : undefined;
}

/** Milliseconds as the shortest exact duration text: 90000 is `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const unit of ["d", "h", "m", "s", "ms"]) {
    const size = UNIT_MS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** A key that takes a duration text (`30s`, `1h30m`, `7d`) and yields milliseconds. Bounds are inclusive, in the same notation. */
export function duration(bounds: { readonly min?: string; readonly max?: string } = {}): z.ZodType<number, string> {
  const min = bounds.min === undefined ? 0 : (parseDuration(bounds.min) ?? 0);
  const max = bounds.max === undefined ? Number.POSITIVE_INFINITY : (parseDuration(bounds.max) ?? 0);
  return z
    .string('must be a duration such as "30s", "1h30m" or "7d"')
    .regex(DURATION, 'must be a duration such as "30s", "1h30m" or "7d"')
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === undefined || ms < min || ms > max) {
        const range =
          bounds.max === undefined
            ? `at least ${bounds.min ?? "0s"}`
            : `between ${bounds.min ?? "0s"} and ${bounds.max}`;
        context.addIssue({ code: "custom", message: `must be ${range}`, input: text });
        return z.NEVER;
      }
      return ms;
    });
}

/** A text that must not be printed. `writeOnly` is JSON Schema's word for it, and how error messages know to leave the value out. */
export function secret(): z.ZodType<Secret, string> {
  return z
    .string()
    .min(1, "must not be empty")
    .meta({ writeOnly: true })
    .transform((value) => new Secret(value));
}

/** A path of a file, relative to the working directory of the process. Whether the file can be read is checked by the factory. */
export function filePath(): z.ZodType<string, string> {
  return z.string().min(1, "must be the path of a file");
}

/** TLS keys in the Collector's notation, for clients. */
export interface TlsConfig {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** The keys of `tls:`, for clients whose `tls` has more. */
const TLS_KEYS = {
  ca_file: filePath().optional().describe("PEM file of certificate authorities to trust beside those of the system"),
  cert_file: filePath().optional().describe("PEM file of the client certificate (mutual TLS)"),
  key_file: filePath().optional().describe("PEM file of the client certificate's private key (mutual TLS)"),
  insecure_skip_verify: z
    .boolean()
    .default(false)
    .describe("Accept any server certificate. For tests only: everyone on the way can read and change the data"),
};

const PAIR = "needs both cert_file and key_file, or neither";

/** `tls:` of a client: `ca_file`, `cert_file`, `key_file`, `insecure_skip_verify`. */
export function tls(): z.ZodType<TlsConfig> {
  return z
    .strictObject({ ...COLLECTOR_TLS_KEYS, ...TLS_KEYS })
    .refine((value) => (value.cert_file === undefined) === (value.key_file === undefined), PAIR)
    .transform(asTlsConfig);
}

/** `tls:` of a client that may also do without it: `insecure`, as the Collector's gRPC clients have it. */
export function optionalTls(): z.ZodType<TlsConfig & { readonly insecure: boolean }> {
  return z
    .strictObject({
      ...COLLECTOR_TLS_KEYS,
      insecure: z.boolean().default(false).describe("No TLS at all: everyone on the way can read and change the data"),
      ...TLS_KEYS,
    })
    .refine((value) => (value.cert_file === undefined) === (value.key_file === undefined), PAIR)
    .transform((value) => ({ insecure: value.insecure, ...asTlsConfig(value) }));
}

function asTlsConfig(value: {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly insecure_skip_verify: boolean;
}): TlsConfig {
  return {
    caFile: value.ca_file,
    certFile: value.cert_file,
    keyFile: value.key_file,
    insecureSkipVerify: value.insecure_skip_verify,
  };
}

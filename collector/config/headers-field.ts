import { z } from "zod";
import type { Secret } from "./secret.ts";

/**
 * `headers:` of a client, as the Collector takes them: a mapping, or a list of `name` and `value`. Yields a mapping.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configopaque/maplist.go (read 2026-11-26)
 */
export function headersField(
  name: z.ZodType<string, string>,
  value: z.ZodType<Secret, string>,
): z.ZodType<Readonly<Record<string, Secret>>> {
  const list = z
    .array(z.strictObject({ name, value }))
    .superRefine((headers, context) => {
      const seen = new Set<string>();
      for (const [index, header] of headers.entries()) {
        const folded = header.name.toLowerCase();
        const message = "is the name of an earlier header as well; remove one of them";
        if (seen.has(folded)) context.addIssue({ code: "custom", path: [index, "name"], message, input: header.name });
        seen.add(folded);
      }
    })
    .transform((headers) => Object.fromEntries(headers.map((header) => [header.name, header.value])));
  return z.union([z.record(name, value), list]);
}

import type { z } from "zod";

/**
 * The configuration of one component: a zod schema whose input is the YAML mapping (snake_case keys) and whose output
 * is the readonly camelCase object the component works with, units in the names. Validation, defaults, the table in the
 * component's README and the JSON Schema of the whole file all come from it (`.describe()` on every key).
 */
export type ConfigSpec<C> = z.ZodType<C>;

/** One mistake in a configuration, as found by a schema or by a factory's offline check. */
export interface ConfigProblem {
  /** Keys and indexes below the component's own mapping, for example `["tls", "ca_file"]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong and what to do, without the path: `must be at least 1s: current value is "20ms"`. */
  readonly message: string;
  /** `warning` does not fail `validate`. Default: error. */
  readonly severity?: "error" | "warning";
}

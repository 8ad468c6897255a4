import { printable } from "../printable.ts";
import type { Level } from "../preflight/fact.ts";
import { scrub } from "../scrub.ts";
import type { CheckedComponent, CheckOptions } from "./check.ts";
import type { ExitCode } from "./exit-code.ts";

/** Counts up when a member changes its meaning or goes away; new members come without that. */
const FORMAT_VERSION = 1;

/** The facts for programs. The shape is described in docs/operations.md. */
export function checkJson(
  checked: readonly CheckedComponent[],
  counts: Readonly<Record<Level, number>>,
  exitCode: ExitCode,
  { startSubscriptions }: CheckOptions,
): string {
  return JSON.stringify(
    {
      version: FORMAT_VERSION,
      started_subscriptions: startSubscriptions,
      ...counts,
      exit_code: exitCode,
      components: checked.map(({ id, kind, facts }) => ({
        id,
        kind,
        facts: facts.map(({ name, subject, level, message, fields = {} }) => ({
          name,
          subject: subject ?? null,
          level,
          message: printable(scrub(message)),
          fields,
        })),
      })),
    },
    null,
    2,
  );
}

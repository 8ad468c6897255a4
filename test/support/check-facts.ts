import { cli } from "./cli.ts";

/** A line of `otel-o365 check`. */
export interface CheckedFact {
  readonly level: string;
  /** Name, and subject where there is one: `permission DLP.All`. */
  readonly about: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Report {
  readonly components: readonly {
    readonly facts: readonly (Omit<CheckedFact, "about"> & {
      readonly name: string;
      readonly subject: string | null;
    })[];
  }[];
}

/** Runs `otel-o365 check --json` and gives its exit code and every fact, those of all components in a row. */
export async function checkFacts(
  args: readonly string[],
): Promise<{ readonly code: number; readonly facts: readonly CheckedFact[]; readonly report: unknown }> {
  const { code, stdout, stderr } = await cli(["check", "--json", ...args]);
  if (stdout === "") throw new Error(stderr);
  const report: Report = JSON.parse(stdout);
  const facts = report.components.flatMap((component) =>
    component.facts.map(({ name, subject, level, message, fields }) => ({
      level,
      about: subject === null ? name : `${name} ${subject}`,
      message,
      fields,
    })),
  );
  return { code, facts, report };
}

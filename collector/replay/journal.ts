import { join } from "node:path";
import { z } from "zod";
import { StateFile } from "../state-file.ts";

/** What is known of a replay between its runs. Times are ISO 8601. */
export interface Journal {
  /** What was asked for, for people who look into the folder. */
  readonly what: Readonly<Record<string, unknown>>;
  /** The period that it meant when it was begun; absent for other kinds. */
  readonly period?: { readonly from: string; readonly to: string } | undefined;
  readonly began: string;
  /** Absent until nothing was left to do. */
  readonly ended?: string | undefined;
  /** What the last run printed with `--json`; absent until it ended. */
  readonly summary?: Readonly<Record<string, unknown>> | undefined;
}

const time = z.iso.datetime();
const object = z.record(z.string(), z.unknown());
const schema: z.ZodType<Journal> = z.strictObject({
  what: object,
  period: z.strictObject({ from: time, to: time }).optional(),
  began: time,
  ended: time.optional(),
  summary: object.optional(),
});

/** The journal in the folder of a replay. */
export function journalFile(directory: string): StateFile<Journal> {
  return new StateFile(join(directory, "replay.json"), schema);
}

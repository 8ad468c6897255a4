import { z } from "zod";

/** What came of the tests of one process so far, as it tells its parent whenever it changes. */
export interface Tally {
  readonly passed: number;
  /** One line each: file, name of the test. */
  readonly failed: readonly string[];
  /** One line each: file, name of the test, reason. */
  readonly skipped: readonly string[];
  /** What the process is at, for the case that nothing more comes. */
  readonly at: string;
  /** Processor time of the process and of what it started, milliseconds; 0 until the last test. */
  readonly processorMs: number;
  /** Every file was run to its end. A process that ends without having said so has run who knows what. */
  readonly complete: boolean;
}

export const tallySchema: z.ZodType<Tally> = z.strictObject({
  passed: z.int(),
  failed: z.array(z.string()),
  skipped: z.array(z.string()),
  at: z.string(),
  processorMs: z.int(),
  complete: z.boolean(),
});

export const nothingYet: Tally = {
  passed: 0,
  failed: [],
  skipped: [],
  at: "nothing has begun",
  processorMs: 0,
  complete: false,
};

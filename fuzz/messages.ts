import { z } from "zod";

/** Records that a worker is to try, by number. */
export interface Order {
  readonly seed: number;
  readonly first: number;
  readonly records: number;
}

/** The first record that failed. */
export interface Failure {
  /** Its number: with the seed it gives the same record again. */
  readonly record: number;
  readonly text: string;
  /** Of the mapper, for people. */
  readonly options: string;
  /** What broke, with its stack. */
  readonly reason: string;
  /** The fewest records that let it fail again; undefined when it passes after all that its mappers had seen. */
  readonly again?: { readonly first: number; readonly records: number } | undefined;
}

/** What a worker tells: every now and then, and at the end of an order. */
export interface Report {
  /** Records tried since it told last. */
  readonly tried: number;
  /** Bytes that its process takes. */
  readonly memory: number;
  readonly ended: boolean;
  readonly failure?: Failure | undefined;
}

export const order: z.ZodType<Order> = z.object({ seed: z.number(), first: z.number(), records: z.number() });

export const report: z.ZodType<Report> = z.object({
  tried: z.number(),
  memory: z.number(),
  ended: z.boolean(),
  failure: z
    .object({
      record: z.number(),
      text: z.string(),
      options: z.string(),
      reason: z.string(),
      again: z.object({ first: z.number(), records: z.number() }).optional(),
    })
    .optional(),
});

import { z } from "zod";

/** A key, known from elsewhere, that is there to be refused with an explanation. It appears in no table. */
export function refusedKey(message: string): z.ZodType {
  return z
    .unknown()
    .refine((value) => value === undefined, message)
    .meta({ not: {} })
    .optional();
}

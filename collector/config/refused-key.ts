import { z } from "zod";

/**
 * A key, known from elsewhere, that is there to be refused with an explanation. It appears in no table.
 *
 * @param options.isSecret No message shows the value.
 */
export function refusedKey(message: string, options: { readonly isSecret?: boolean } = {}): z.ZodType {
  return z
    .unknown()
    .refine((value) => value === undefined, message)
    .meta({ not: {}, ...(options.isSecret === true ? { writeOnly: true } : {}) })
    .optional();
}

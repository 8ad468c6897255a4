import { z } from "zod";
import { CONVERT_PFX, DECRYPT_KEY, NEW_PAIR } from "./auth/remedies.ts";

const SECRET = `is not supported (current value not shown): the collector signs in with a certificate only, because secrets leak and expire unseen; ${NEW_PAIR}`;
const PFX = `is not supported (current value not shown): the collector reads PEM files only; ${CONVERT_PFX}, and set certificate_file and private_key_file`;
const PASSWORD = `is not supported (current value not shown): the private key must not be encrypted; ${DECRYPT_KEY}`;

/** Keys that people expect for credentials that this receiver does not take. */
type RefusedKey =
  | "client_secret"
  | "client_secret_file"
  | "application_secret"
  | "app_secret"
  | "secret"
  | "password"
  | "pfx"
  | "pfx_file"
  | "pfx_password"
  | "pkcs12_file"
  | "p12_file"
  | "certificate_password"
  | "certificate_passphrase"
  | "private_key_password"
  | "private_key_passphrase"
  | "key_password"
  | "passphrase";

/**
 * A key whose only valid value is `undefined`. The JSON Schema of the file shows it as impossible (`not: {}`), and as
 * confidential (`writeOnly`), so that its value stays out of messages.
 */
function refused(error: string): z.ZodType {
  return z
    .unknown()
    .refine((value) => value === undefined, { error })
    .meta({ not: {}, writeOnly: true })
    .optional()
    .describe("Not supported: sign-in is by certificate, in PEM files");
}

/** Shape of the keys that are refused with what to do instead, rather than as unknown. */
export const refusedKeys: Readonly<Record<RefusedKey, z.ZodType>> = {
  client_secret: refused(SECRET),
  client_secret_file: refused(SECRET),
  application_secret: refused(SECRET),
  app_secret: refused(SECRET),
  secret: refused(SECRET),
  password: refused(SECRET),
  pfx: refused(PFX),
  pfx_file: refused(PFX),
  pfx_password: refused(PFX),
  pkcs12_file: refused(PFX),
  p12_file: refused(PFX),
  certificate_password: refused(PASSWORD),
  certificate_passphrase: refused(PASSWORD),
  private_key_password: refused(PASSWORD),
  private_key_passphrase: refused(PASSWORD),
  key_password: refused(PASSWORD),
  passphrase: refused(PASSWORD),
};

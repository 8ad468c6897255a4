import type { Command } from "commander";
import { describeError } from "../errors.ts";
import type { Io } from "./io.ts";
import { wholeNumber } from "./option-values.ts";

/** RSA of at least 2048 bits is what Entra ID takes; beyond 4096 signing only becomes slower. */
const KEY_BITS = { least: 2048, usual: 3072, most: 4096 } as const;
const MAX_DAYS = 3650;

/** Adds `otel-o365 certificate`. */
export function addCertificate(program: Command, io: Io): void {
  const command = program
    .command("certificate")
    .description("make a self-signed certificate and its key as PEM files, to upload to an app registration")
    .option("--certificate-file <file>", "where to write the certificate", "certificate.pem")
    .option("--private-key-file <file>", "where to write the private key", "key.pem")
    .option("--subject <name>", "whom it is for, as a name or as a distinguished name", "otel-o365")
    .option("--days <number>", "days until it expires", wholeNumber(1, MAX_DAYS), 365)
    .option("--key-size <bits>", "length of the RSA key", wholeNumber(KEY_BITS.least, KEY_BITS.most), KEY_BITS.usual)
    .option("--json", "print what was made as JSON")
    .action(async () => {
      const flags = command.opts<Flags>();
      const { certificate } = await import("./certificate.ts");
      try {
        await certificate({ ...flags, json: flags.json === true, nowMs: Date.now() }, io);
      } catch (error) {
        if (error instanceof TypeError) command.error(`error: ${describeError(error)}`);
        throw error;
      }
    });
}

interface Flags {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly subject: string;
  readonly days: number;
  readonly keySize: number;
  readonly json?: true;
}

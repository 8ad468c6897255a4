import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { CollectorError, describeError, ErrorCode } from "../errors.ts";
import type { Io } from "./io.ts";
import { makeSelfSignedPair, type SelfSignedPair } from "./self-signed-pair.ts";

export interface CertificateOptions {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly subject: string;
  readonly days: number;
  readonly keySize: number;
  readonly json: boolean;
  /** Leave out how to name the files in YAML: whoever calls does that. */
  readonly isNamed?: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A pair that was written. */
export interface MadeCertificate {
  /** What it is, and what to do with it. */
  readonly text: string;
  /** Takes both files away again, as long as nobody was told of them. */
  remove(): void;
}

/** Makes a pair of files as makePair() does, and says what to do with them. */
export async function certificate(options: CertificateOptions, io: Io): Promise<void> {
  const { text } = await makePair(options);
  io.stdout.write(text);
}

/**
 * Makes a certificate and its key as two new PEM files.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when a file exists or cannot be written; neither is there then.
 * @throws {TypeError} When the subject is no name.
 */
export async function makePair(options: CertificateOptions): Promise<MadeCertificate> {
  const { certificateFile, privateKeyFile } = options;
  // Before the key is made, which takes a second; the files themselves are opened so that none is ever overwritten.
  for (const path of [certificateFile, privateKeyFile]) if (existsSync(path)) throw exists(path);
  const pair = await makeSelfSignedPair(options);
  writeNew(privateKeyFile, pair.privateKeyPem.reveal(), 0o600);
  try {
    writeNew(certificateFile, pair.certificatePem, 0o644);
  } catch (error) {
    rmSync(privateKeyFile, { force: true });
    throw error;
  }
  return {
    text: options.json ? `${asJson(options, pair)}\n` : asText(options, pair),
    remove: () => {
      for (const path of [certificateFile, privateKeyFile]) rmSync(path, { force: true });
    },
  };
}

/** A key that is overwritten is gone, and with it every sign-in that its certificate is registered for. */
function writeNew(path: string, text: string, mode: number): void {
  let file: number | undefined;
  try {
    file = openSync(path, "wx", mode);
    writeFileSync(file, text);
  } catch (error) {
    if (file !== undefined) rmSync(path, { force: true });
    throw isExists(error) ? exists(path) : notWritten(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function exists(path: string): CollectorError {
  return new CollectorError(
    ErrorCode.storage,
    `Cannot write "${path}": it exists, and a key that is overwritten cannot be had back; choose other names with --certificate-file and --private-key-file`,
  );
}

function notWritten(path: string, error: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.storage,
    `Cannot write "${path}": ${describeError(error)}; check that its folder exists, may be written to and has room`,
    { cause: error },
  );
}

function isExists(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

interface Facts {
  readonly subject: string;
  readonly expires: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** Thumbprints in upper-case hex, as the portal shows them. */
function factsOf({ certificate: made }: SelfSignedPair): Facts {
  return {
    subject: made.subject.split("\n").join(", "),
    expires: made.validToDate.toISOString(),
    sha1: made.fingerprint.replaceAll(":", ""),
    sha256: made.fingerprint256.replaceAll(":", ""),
  };
}

function asJson({ certificateFile, privateKeyFile, keySize }: CertificateOptions, pair: SelfSignedPair): string {
  const { subject, expires, sha1, sha256 } = factsOf(pair);
  return JSON.stringify(
    {
      certificate_file: certificateFile,
      private_key_file: privateKeyFile,
      subject,
      key_size: keySize,
      expires,
      thumbprint_sha1: sha1,
      thumbprint_sha256: sha256,
    },
    null,
    2,
  );
}

function asText(options: CertificateOptions, pair: SelfSignedPair): string {
  const { certificateFile, privateKeyFile, keySize, isNamed = false } = options;
  const { subject, expires, sha1, sha256 } = factsOf(pair);
  return `Made a certificate and its private key.

Certificate  ${certificateFile}
             ${subject}, RSA ${keySize} bits, until ${expires.slice(0, 10)}
Private key  ${privateKeyFile}
             for the collector alone: never upload it, never send it to anybody
SHA-1        ${sha1}
SHA-256      ${sha256}

What to do with it:
  1. Open portal.azure.com, for GCC High and DoD portal.azure.us, and there Microsoft Entra ID.
  2. App registrations > your application > Certificates & secrets > Certificates > Upload certificate.
  3. Choose ${certificateFile}. The thumbprint that appears in the list has to be the SHA-1 one above.
${isNamed ? "" : naming(options)}`;
}

function naming({ certificateFile, privateKeyFile }: CertificateOptions): string {
  return `  4. Name both files to the collector:

       certificate_file: ${certificateFile}
       private_key_file: ${privateKeyFile}
`;
}

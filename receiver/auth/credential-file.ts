import { X509Certificate, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { decodeText, pemBlocks, type PemBlock } from "./pem.ts";
import { CONVERT_PFX, MAKE_PAIR } from "./remedies.ts";

/** A file of certificates or keys, read. */
export interface CredentialFile {
  readonly blocks: readonly PemBlock[];
  /** Users other than owner and group may read it. Always false on Windows, which has no such bits. */
  readonly readableByOthers: boolean;
}

/** What is wrong with the file and what to do, without its path: "is PKCS#12 (PFX); convert it with …". */
export class CredentialFileError extends Error {}

/** A chain of certificates has a few kB. */
const MAX_BYTES = 1_048_576;

/**
 * Reads a PEM file and names what it is when it is something else.
 *
 * @throws {CredentialFileError} When it cannot be read or holds no PEM block.
 */
export function readCredentialFile(path: string): CredentialFile {
  const { bytes, mode } = readBytes(path);
  const text = decodeText(bytes);
  const blocks = pemBlocks(text);
  if (blocks.length === 0) throw new CredentialFileError(whatElse(bytes, text));
  return { blocks, readableByOthers: process.platform !== "win32" && (mode & 0o004) !== 0 };
}

function readBytes(path: string): { readonly bytes: Buffer; readonly mode: number } {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { mode, size } = fstatSync(file);
    if (size > MAX_BYTES) {
      throw new CredentialFileError(`has ${size} bytes, which no PEM file has; check the path`);
    }
    return { bytes: readFileSync(file), mode };
  } catch (error) {
    if (error instanceof CredentialFileError) throw error;
    throw new CredentialFileError(unreadable(error), { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  switch (code) {
    case "ENOENT":
      return `cannot be read: no such file (ENOENT); check the path, which is relative to the working directory "${process.cwd()}"`;
    case "EACCES":
    case "EPERM":
      return `cannot be read: permission denied (${code}); let the user that the collector runs as read it`;
    case "EISDIR":
      return "is a folder (EISDIR); name the file in it";
    default:
      return `cannot be read (${code}); check the path and who may read it`;
  }
}

/** Names the content of a file that holds no PEM block. */
function whatElse(bytes: Buffer, text: string): string {
  if (bytes.length === 0) return `is empty; ${MAKE_PAIR}`;
  if (isPfx(bytes)) {
    return `is PKCS#12 (PFX), not PEM; ${CONVERT_PFX}`;
  }
  const der = bytes[0] === 0x30 ? derContent(bytes) : undefined;
  if (der !== undefined) return `is ${der.what} in DER, not PEM; convert it with "${der.convert}"`;
  if (isJwk(text)) return `is a JSON Web Key, not PEM; export the key as PEM (PKCS#8), or ${MAKE_PAIR}`;
  if (text.startsWith("PuTTY-User-Key-File")) return `is a PuTTY key, which Entra ID does not take; ${MAKE_PAIR}`;
  if (/^(?:ssh|ecdsa)-\S+ \S+/.test(text)) return `is an SSH public key, which Entra ID does not take; ${MAKE_PAIR}`;
  if (/-----BEGIN /.test(text))
    return "holds a PEM block that is cut or damaged: no END line fits its BEGIN line; copy the whole file again";
  return `holds no PEM block (-----BEGIN …-----); check the path, or ${MAKE_PAIR}`;
}

/** PFX starts with SEQUENCE { INTEGER 3, … (RFC 7292 section 4). */
function isPfx(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  const length = bytes[1] ?? 0;
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return bytes[start] === 0x02 && bytes[start + 1] === 0x01 && bytes[start + 2] === 0x03;
}

/** Object identifiers, DER: PBES2 (RFC 8018), by which keys are encrypted, and signedData (RFC 5652), which holds chains. */
const PBES2 = Buffer.from("06092a864886f70d01050d", "hex");
const SIGNED_DATA = Buffer.from("06092a864886f70d010702", "hex");

function derContent(bytes: Buffer): { readonly what: string; readonly convert: string } | undefined {
  if (succeeds(() => new X509Certificate(bytes))) {
    return { what: "a certificate", convert: "openssl x509 -inform der -in FILE -out cert.pem" };
  }
  const isKey = (["pkcs8", "pkcs1", "sec1"] as const).some((type) =>
    succeeds(() => createPrivateKey({ key: bytes, format: "der", type })),
  );
  if (isKey) return { what: "a private key", convert: "openssl pkey -inform der -in FILE -out key.pem" };
  if (succeeds(() => createPublicKey({ key: bytes, format: "der", type: "spki" }))) {
    return { what: "a public key", convert: "openssl pkey -pubin -inform der -in FILE" };
  }
  const head = bytes.subarray(0, 64);
  if (head.includes(PBES2)) {
    return { what: "an encrypted private key", convert: "openssl pkey -inform der -in FILE -out key.pem" };
  }
  if (head.includes(SIGNED_DATA)) {
    return { what: "PKCS#7", convert: "openssl pkcs7 -inform der -in FILE -print_certs -out cert.pem" };
  }
  return undefined;
}

function succeeds(attempt: () => X509Certificate | KeyObject): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function isJwk(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && ("kty" in value || "keys" in value);
  } catch {
    return false;
  }
}

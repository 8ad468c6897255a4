import { createPrivateKey, type KeyObject } from "node:crypto";
import { Secret } from "../../collector/config/secret.ts";
import { CredentialFileError, type CredentialFile } from "./credential-file.ts";
import type { PemBlock } from "./pem.ts";
import { DECRYPT_KEY, NEW_PAIR } from "./remedies.ts";

/** An RSA key that can sign in. */
export interface PrivateKey {
  readonly key: KeyObject;
  /** PKCS#8, whatever form the file has. */
  readonly pem: Secret;
}

/** Shortest RSA key that Entra ID takes and that is still considered safe (NIST SP 800-131A). */
const MIN_BITS = 2048;

const PRIVATE = new Set([
  "PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
]);

/**
 * Finds and judges the private key of a file.
 *
 * @throws {CredentialFileError} When it is missing, encrypted, not RSA or too short.
 */
export function readPrivateKey(file: CredentialFile): PrivateKey {
  const keys = file.blocks.filter((block) => PRIVATE.has(block.label));
  const [block] = keys;
  if (block === undefined) throw new CredentialFileError(whatInstead(file.blocks));
  if (keys.length > 1) {
    throw new CredentialFileError(
      `holds ${keys.length} private keys; leave only the one that belongs to certificate_file`,
    );
  }
  refuseUnreadableForms(block);
  const key = parse(block);
  refuseWeakKeys(key);
  return { key, pem: new Secret(key.export({ format: "pem", type: "pkcs8" }).toString()) };
}

function whatInstead(blocks: readonly PemBlock[]): string {
  const labels = new Set(blocks.map(({ label }) => label));
  if (labels.has("CERTIFICATE")) {
    return "holds a certificate but no private key; name the file of the private key (is it swapped with certificate_file?)";
  }
  if (labels.has("PUBLIC KEY") || labels.has("RSA PUBLIC KEY")) {
    return "holds a public key, which cannot sign; name the file of the private key that belongs to it";
  }
  if (labels.has("EC PARAMETERS"))
    return `holds parameters of an elliptic curve, and Entra ID takes RSA only; ${NEW_PAIR}`;
  return `holds no private key but ${[...labels].join(", ")}; name the file with the block "PRIVATE KEY"`;
}

function refuseUnreadableForms(block: PemBlock): void {
  if (block.label === "ENCRYPTED PRIVATE KEY") {
    throw new CredentialFileError(`is encrypted (PKCS#8), and nobody is there to type a password; ${DECRYPT_KEY}`);
  }
  if (block.headers.some((header) => /^Proc-Type:.*ENCRYPTED/.test(header))) {
    throw new CredentialFileError(
      `is encrypted (Proc-Type: 4,ENCRYPTED), and nobody is there to type a password; ${DECRYPT_KEY}`,
    );
  }
  if (block.label === "OPENSSH PRIVATE KEY") {
    throw new CredentialFileError("is an OpenSSH key; convert a copy with \"ssh-keygen -p -N '' -m PKCS8 -f COPY\"");
  }
}

function parse(block: PemBlock): KeyObject {
  try {
    return createPrivateKey(block.text);
  } catch (error) {
    throw new CredentialFileError(
      `holds a private key that cannot be decoded (${block.label}): the block is damaged; copy the whole file again`,
      { cause: error },
    );
  }
}

function refuseWeakKeys(key: KeyObject): void {
  const type = key.asymmetricKeyType;
  if (type === "rsa-pss") {
    throw new CredentialFileError(
      `is an RSA-PSS key, which Entra ID does not take (a plain RSA key signs PS256 as well); ${NEW_PAIR}`,
    );
  }
  if (type === "ec") {
    throw new CredentialFileError(`is an elliptic-curve key (EC), and Entra ID takes RSA only; ${NEW_PAIR}`);
  }
  if (type !== "rsa")
    throw new CredentialFileError(`is a key of type "${type ?? "unknown"}", and Entra ID takes RSA only; ${NEW_PAIR}`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS)
    throw new CredentialFileError(`is an RSA key of ${bits} bits, and at least ${MIN_BITS} are needed; ${NEW_PAIR}`);
}

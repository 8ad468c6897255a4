import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// Before @peculiar/x509, whose injector asks for it while it loads.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A key and the certificate made for it, as PEM. */
export interface Pair {
  readonly certificatePem: string;
  readonly certificateDer: Buffer;
  /** PKCS#8. */
  readonly keyPem: string;
}

export interface PairOptions {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly subject?: string;
  /** PKCS#8 of a key to use instead of a new one. */
  readonly keyPem?: string;
  /** DNS names and addresses: for servers. */
  readonly names?: readonly string[];
}

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

/** Makes a self-signed RSA pair, valid for a year from yesterday unless told otherwise. */
export async function makePair(options: PairOptions = {}): Promise<Pair> {
  const keys =
    options.keyPem === undefined
      ? await crypto.subtle.generateKey(RSA, true, ["sign", "verify"])
      : await readKeys(options.keyPem);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: options.subject ?? "CN=otel-o365-test",
      keys,
      notBefore: options.notBefore ?? new Date(now - 86_400_000),
      notAfter: options.notAfter ?? new Date(now + 365 * 86_400_000),
      signingAlgorithm: RSA,
      extensions:
        options.names === undefined
          ? []
          : [
              new x509.SubjectAlternativeNameExtension(
                options.names.map((value) => ({
                  type: /^[\d.]+$/.test(value) ? ("ip" as const) : ("dns" as const),
                  value,
                })),
              ),
            ],
    },
    crypto,
  );
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    certificateDer: Buffer.from(certificate.rawData),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
  };
}

async function readKeys(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
  return {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, RSA, true, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", spki, RSA, true, ["verify"]),
  };
}

/** A private key of the kind, PKCS#8 PEM. */
export function makeKey(kind: keyof typeof KEYS): string {
  return KEYS[kind]().export({ type: "pkcs8", format: "pem" }).toString();
}

const KEYS = {
  ec: (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  ed25519: (): KeyObject => generateKeyPairSync("ed25519").privateKey,
  "rsa-pss": (): KeyObject => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey,
  rsa1024: (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey,
} as const;

/** A folder that is removed with `remove()`. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), "otel-o365-receiver-"));

  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = join(this.path, name);
    writeFileSync(path, content, { mode });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

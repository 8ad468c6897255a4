import { webcrypto, X509Certificate } from "node:crypto";
// Before @peculiar/x509, whose injector asks for it while it loads.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { Secret } from "../config/secret.ts";

/** What the certificate shall be. */
export interface PairOptions {
  /** Distinguished name (`CN=otel-o365, O=Contoso`), or a common name alone. */
  readonly subject: string;
  /** Days from now until it expires. */
  readonly days: number;
  /** Bits of the RSA key. */
  readonly keySize: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A self-signed certificate such as an app registration takes, and its key. */
export interface SelfSignedPair {
  readonly certificatePem: string;
  /** PKCS#8, not encrypted. */
  readonly privateKeyPem: Secret;
  readonly certificate: X509Certificate;
}

const DAY_MS = 86_400_000;
/** Valid from a little earlier: the clock of whoever looks at it first may be behind this one. */
const BACKDATED_MS = 5 * 60_000;

/**
 * Makes an RSA pair for signing in: signatures only, no authority.
 *
 * @throws {TypeError} When `subject` is no distinguished name.
 */
export async function makeSelfSignedPair({ subject, days, keySize, nowMs }: PairOptions): Promise<SelfSignedPair> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: keySize,
  };
  const name = readSubject(subject);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      name: name.toString(),
      notBefore: new Date(nowMs - BACKDATED_MS),
      notAfter: new Date(nowMs + days * DAY_MS),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const certificatePem = `${made.toString("pem")}\n`;
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificatePem,
    privateKeyPem: new Secret(`${PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`),
    certificate: new X509Certificate(certificatePem),
  };
}

/** The parser takes whatever it can make out of a text, so what it made is compared with what was given. */
function readSubject(text: string): Name {
  const given = text.trim();
  if (given !== "" && !given.includes("=")) return new Name([{ CN: [given] }]);
  try {
    const name = new Name(given);
    const isComplete =
      given !== "" && squeeze(name.toString()) === squeeze(given) && !/=(?:,|\+|$)/.test(squeeze(given));
    if (isComplete) return name;
  } catch {
    // An unknown attribute, for example.
  }
  throw new TypeError(
    `Cannot make a certificate for the subject "${text}": this is no distinguished name; write it like "CN=otel-o365, O=Contoso"`,
  );
}

function squeeze(text: string): string {
  return text.replaceAll(/\s*([,+=])\s*/g, "$1");
}

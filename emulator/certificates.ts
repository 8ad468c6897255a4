import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const DAY_MS = 86_400_000;
const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate and its private key, both PEM. The key is unencrypted PKCS #8. */
export interface CertificatePair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What a self-signed certificate for an app registration shall be. */
export interface CertificatePairOptions {
  /** Distinguished name, for example `CN=audit-collector`. Default `CN=otel-o365 demo`. */
  readonly subject?: string;
  /** Days from `notBefore` until the certificate expires; at or below 0 it is expired already. Default 90. */
  readonly days?: number;
  /** Start of validity, milliseconds since the epoch. Default one hour ago. */
  readonly notBeforeMs?: number;
  /** Bits of the RSA key. Default 2048, the least that Entra ID accepts. */
  readonly keySize?: number;
}

/** Makes a self-signed RSA certificate such as an app registration in Entra ID takes. */
export async function makeCertificatePair(options: CertificatePairOptions = {}): Promise<CertificatePair> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: options.keySize ?? 2048,
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const days = options.days ?? 90;
  const notAfterMs = (options.notBeforeMs ?? Date.now()) + days * DAY_MS;
  const notBeforeMs = options.notBeforeMs ?? Math.min(Date.now() - 3_600_000, notAfterMs - DAY_MS);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: options.subject ?? "CN=otel-o365 demo",
      notBefore: new Date(notBeforeMs),
      notAfter: new Date(notAfterMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
    },
    webcrypto,
  );
  return { certificatePem: certificate.toString("pem"), privateKeyPem: await privatePem(keys.privateKey) };
}

/** What a TLS listener needs, and the certificate of the authority that its clients have to trust. */
export interface TlsIdentity extends CertificatePair {
  readonly caPem: string;
}

/**
 * Makes a certificate authority and a server certificate signed by it. Validity follows the clock of the machine, as TLS clients do.
 *
 * @param hosts Further addresses and names for the server certificate, beside localhost, 127.0.0.1 and ::1.
 */
export async function makeTlsIdentity(...hosts: readonly string[]): Promise<TlsIdentity> {
  const [caKeys, keys] = await Promise.all([
    webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]),
    webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]),
  ]);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 90 * DAY_MS) };
  const ca = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: "CN=otel-o365 emulator CA",
      keys: caKeys,
      signingAlgorithm: EC,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  const server = await X509CertificateGenerator.create(
    {
      ...validity,
      subject: "CN=localhost",
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: EC,
      extensions: [
        new ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"]),
        new SubjectAlternativeNameExtension(subjectNames(hosts)),
      ],
    },
    webcrypto,
  );
  return {
    caPem: ca.toString("pem"),
    certificatePem: server.toString("pem"),
    privateKeyPem: await privatePem(keys.privateKey),
  };
}

function subjectNames(hosts: readonly string[]): { type: "dns" | "ip"; value: string }[] {
  return [...new Set(["localhost", "127.0.0.1", "::1", ...hosts])].map((value) => ({
    type: /[a-z]/i.test(value) && !value.includes(":") ? "dns" : "ip",
    value,
  }));
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

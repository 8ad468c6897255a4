import { X509Certificate, type KeyObject } from "node:crypto";
import { CredentialFileError, type CredentialFile } from "./credential-file.ts";
import type { PemBlock } from "./pem.ts";
import { MAKE_PAIR, NEW_PAIR } from "./remedies.ts";

/**
 * The certificates of a file.
 *
 * @throws {CredentialFileError} When there is none, or one cannot be decoded.
 */
export function readCertificates(file: CredentialFile): readonly X509Certificate[] {
  const blocks = file.blocks.filter(({ label }) => label === "CERTIFICATE");
  if (blocks.length === 0) throw new CredentialFileError(whatInstead(file.blocks));
  return blocks.map(({ text }) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw new CredentialFileError(
        "holds a certificate that cannot be decoded: the block is damaged; copy the whole file again",
        { cause: error },
      );
    }
  });
}

function whatInstead(blocks: readonly PemBlock[]): string {
  const labels = new Set(blocks.map(({ label }) => label));
  if ([...labels].some((label) => label.endsWith("PRIVATE KEY"))) {
    return "holds a private key but no certificate; name the file of the certificate (is it swapped with private_key_file?)";
  }
  if ([...labels].some((label) => label.endsWith("CERTIFICATE REQUEST"))) {
    return `holds a certificate request, not a certificate; let it be signed, or ${MAKE_PAIR}`;
  }
  if (labels.has("PKCS7")) {
    return 'holds PKCS#7; convert it with "openssl pkcs7 -in FILE -print_certs -out certificate.pem"';
  }
  if (labels.has("TRUSTED CERTIFICATE")) {
    return 'holds a certificate with OpenSSL trust settings; convert it with "openssl x509 -in FILE -out certificate.pem"';
  }
  if ([...labels].some((label) => label.endsWith("PUBLIC KEY"))) {
    return "holds a bare public key; name the file of the certificate that was made for the private key";
  }
  return `holds no certificate but ${[...labels].join(", ")}; name the file with the block "CERTIFICATE"`;
}

/**
 * The certificate that belongs to the key, wherever it stands in a chain. Of several, as after a renewal that kept the
 * key, the one that is valid for the longest time from now.
 *
 * @throws {CredentialFileError} When none does.
 */
export function leafFor(key: KeyObject, certificates: readonly X509Certificate[], nowMs: number): X509Certificate {
  const [leaf] = certificates
    .filter((certificate) => certificate.checkPrivateKey(key))
    .toSorted((a, b) => usefulUntilMs(b, nowMs) - usefulUntilMs(a, nowMs));
  if (leaf !== undefined) return leaf;
  const seen = certificates
    .map(
      (certificate) =>
        `${describe(certificate)} with a key of type ${certificate.publicKey.asymmetricKeyType ?? "unknown"}`,
    )
    .join(", ");
  throw new CredentialFileError(
    `does not belong to private_key_file: it holds ${seen}; name files of the same pair: "openssl x509 -in CERT -noout -pubkey" and "openssl pkey -in KEY -pubout" print the same text for a pair`,
  );
}

/** The end of a certificate; one that is not valid yet comes after all others. */
function usefulUntilMs({ validFromDate, validToDate }: X509Certificate, nowMs: number): number {
  return validFromDate.getTime() > nowMs ? 0 : validToDate.getTime();
}

/** Subject and SHA-1 thumbprint, as the portal shows it. */
export function describe(certificate: X509Certificate): string {
  return `"${subjectOf(certificate)}" (thumbprint ${hex(certificate.fingerprint)})`;
}

/** The subject on one line. */
export function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.split("\n").join(", ");
}

/** `AB:CD` as `ABCD`. */
export function hex(fingerprint: string): string {
  return fingerprint.replaceAll(":", "");
}

/**
 * Refuses a certificate outside its period of validity.
 *
 * @throws {CredentialFileError} With the end of the period and what to do; without the time of now, which would make every attempt
 * another message, and so another line of the log.
 */
export function refuseOutdated(certificate: X509Certificate, nowMs: number): void {
  if (nowMs >= certificate.validToDate.getTime()) {
    throw new CredentialFileError(
      `expired on ${certificate.validToDate.toISOString()}: ${describe(certificate)}; ${NEW_PAIR}`,
    );
  }
  if (nowMs < certificate.validFromDate.getTime()) {
    throw new CredentialFileError(
      `is not valid before ${certificate.validFromDate.toISOString()}: ${describe(certificate)}; set this machine's clock (NTP), or wait`,
    );
  }
}

/** What to do about a certificate that expires within `days` days. */
export function expiryWarning(certificate: X509Certificate, days: number): string {
  return `expires in ${days} ${days === 1 ? "day" : "days"}, on ${certificate.validToDate.toISOString()}: ${describe(certificate)}; ${NEW_PAIR}`;
}

import type { X509Certificate } from "node:crypto";
import type { CredentialExpiry } from "../../collector/component.ts";
import type { Secret } from "../../collector/config/secret.ts";
import type { ConfigProblem } from "../../collector/config/spec.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { expiryWarning, hex, leafFor, readCertificates, refuseOutdated, subjectOf } from "./certificate.ts";
import { CredentialFileError, readCredentialFile } from "./credential-file.ts";
import { readPrivateKey, type PrivateKey } from "./private-key.ts";

/** What signing in takes, judged. */
export interface Credentials {
  /** The certificate that belongs to the key, alone. */
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: Secret;
  /** Upper-case hex, as the portal shows it. */
  readonly thumbprintSha1: string;
  /** Upper-case hex. */
  readonly thumbprintSha256: string;
  /** Milliseconds since the epoch. */
  readonly notAfterMs: number;
  readonly subject: string;
}

/** The part of the configuration that names the pair. */
export interface CredentialFiles {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

type Key = "certificate_file" | "private_key_file";

interface Finding {
  readonly key: Key;
  /** Without the path: "is encrypted; …". */
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** From how many days before its end an expiring certificate is reported. */
const WARN_DAYS = 30;
const DAY_MS = 86_400_000;

const EXPOSED: Finding = {
  key: "private_key_file",
  message:
    'can be read by every user of this machine; take the right away with "chmod 600", or, where a container mounts it, with the mode of the mount',
  severity: "warning",
};

/** Judges the pair offline: every problem that can be seen without asking Entra ID, each with its remedy. */
export function checkCredentials(files: CredentialFiles, nowMs: number): readonly ConfigProblem[] {
  return judge(files, nowMs).findings.map(({ key, message, severity }) => ({
    path: [key],
    message: `"${pathOf(files, key)}" ${message}`,
    severity,
  }));
}

/**
 * Reads the pair that signs in.
 *
 * @throws {CollectorError} `OTEL_O365_CREDENTIALS` with all that checkCredentials() has to say.
 */
export function loadCredentials(files: CredentialFiles, nowMs: number): Credentials {
  const { credentials, findings } = judge(files, nowMs);
  if (credentials !== undefined) return credentials;
  const problems = findings
    .filter(({ severity }) => severity === "error")
    .map(({ key, message }) => `${key} "${pathOf(files, key)}" ${message}`);
  throw new CollectorError(ErrorCode.credentials, `Cannot use the certificate pair: ${problems.join("; ")}`);
}

/** Subject and end of the certificate that signs in, even when it has ended or lacks its key; undefined when it cannot be read. */
export function certificateExpiry(files: CredentialFiles, nowMs: number): CredentialExpiry | undefined {
  const { leaf } = judge(files, nowMs);
  if (leaf === undefined) return undefined;
  return { subject: subjectOf(leaf), file: files.certificateFile, notAfterMs: leaf.validToDate.getTime() };
}

function pathOf(files: CredentialFiles, key: Key): string {
  return key === "certificate_file" ? files.certificateFile : files.privateKeyFile;
}

function judge(
  files: CredentialFiles,
  nowMs: number,
): { readonly credentials?: Credentials; readonly leaf?: X509Certificate; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const attempt = <T>(key: Key, action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof CredentialFileError)) throw error;
      findings.push({ key, message: error.message, severity: "error" });
      return undefined;
    }
  };
  const certificates = attempt("certificate_file", () => readCertificates(readCredentialFile(files.certificateFile)));
  const keyFile = attempt("private_key_file", () => readCredentialFile(files.privateKeyFile));
  if (keyFile?.readableByOthers === true) findings.push(EXPOSED);
  const key = keyFile === undefined ? undefined : attempt("private_key_file", () => readPrivateKey(keyFile));
  if (certificates === undefined) return { findings };
  const leaf =
    key === undefined ? certificates[0] : attempt("certificate_file", () => leafFor(key.key, certificates, nowMs));
  if (leaf === undefined) return { findings };
  attempt("certificate_file", () => refuseOutdated(leaf, nowMs));
  const days = Math.ceil((leaf.validToDate.getTime() - nowMs) / DAY_MS);
  if (days > 0 && days <= WARN_DAYS) {
    findings.push({ key: "certificate_file", message: expiryWarning(leaf, days), severity: "warning" });
  }
  if (key === undefined || findings.some(({ severity }) => severity === "error")) return { findings, leaf };
  return { findings, leaf, credentials: credentialsOf(leaf, key) };
}

function credentialsOf(leaf: X509Certificate, { pem }: PrivateKey): Credentials {
  return {
    certificatePem: leaf.toString(),
    privateKeyPem: pem,
    thumbprintSha1: hex(leaf.fingerprint),
    thumbprintSha256: hex(leaf.fingerprint256),
    notAfterMs: leaf.validToDate.getTime(),
    subject: subjectOf(leaf),
  };
}

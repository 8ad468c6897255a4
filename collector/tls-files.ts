import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TlsConfig } from "./config/fields.ts";
import type { ConfigProblem } from "./config/spec.ts";

/** Judges the files of a `tls` mapping offline: each can be read and holds what its key says. Paths begin with `tls`. */
export function checkTlsFiles(tls: TlsConfig | undefined): readonly ConfigProblem[] {
  if (tls === undefined) return [];
  const findings = [
    judge("ca_file", tls.caFile, isCertificate, "no PEM certificate"),
    judge("cert_file", tls.certFile, isCertificate, "no PEM certificate"),
    judge("key_file", tls.keyFile, isPrivateKey, "no PEM private key without a password"),
  ];
  return findings.filter((finding) => finding !== undefined);
}

function judge(
  key: string,
  path: string | undefined,
  isRight: (pem: Buffer) => boolean,
  otherwise: string,
): ConfigProblem | undefined {
  if (path === undefined) return undefined;
  try {
    if (isRight(readFileSync(path))) return undefined;
    return { path: ["tls", key], message: `"${path}" holds ${otherwise}; name a file that does` };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { path: ["tls", key], message: `"${path}" cannot be read (${code}); ${remedy(code)}` };
  }
}

function remedy(code: string): string {
  if (code === "EACCES" || code === "EPERM") return "let the user that the collector runs as read it";
  if (code === "EISDIR") return "it is a folder: name the file in it";
  return `check the path, which is relative to the working directory "${process.cwd()}"`;
}

function isCertificate(pem: Buffer): boolean {
  try {
    return pem.includes("-----BEGIN") && new X509Certificate(pem).serialNumber !== "";
  } catch {
    return false;
  }
}

function isPrivateKey(pem: Buffer): boolean {
  try {
    return createPrivateKey(pem).type === "private";
  } catch {
    return false;
  }
}

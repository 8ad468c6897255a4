import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { othersCanRead } from "./file-exposure.ts";
import type { TlsConfig } from "./config/fields.ts";
import type { ConfigProblem } from "./config/spec.ts";

/** Judges a `tls` mapping offline: servers are verified, each file can be read and holds what its key says. Paths begin with `tls`. */
export function checkTls(tls: TlsConfig | undefined): readonly ConfigProblem[] {
  if (tls === undefined) return [];
  const findings = [
    verification(tls),
    exposure(tls.keyFile),
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

function verification({ insecureSkipVerify }: TlsConfig): ConfigProblem | undefined {
  if (!insecureSkipVerify) return undefined;
  const message =
    "accepts any server: everyone on the way can read and change what is sent, credentials included; remove it, and put the server's authority into ca_file";
  return { path: ["tls", "insecure_skip_verify"], message, severity: "warning" };
}

function exposure(path: string | undefined): ConfigProblem | undefined {
  if (path === undefined || !othersCanRead(path)) return undefined;
  const message = `"${path}" can be read by every user of this machine; take the right away with "chmod 600", or, where a container mounts it, with the mode of the mount`;
  return { path: ["tls", "key_file"], message, severity: "warning" };
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

import { X509Certificate, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { CONVERT_PFX, MAKE_PAIR } from "./remedies.ts";

/** Says what a file without a PEM block is instead, and what to do about it; reads after its path. */
export function nameForeignFormat(bytes: Buffer, text: string): string {
  if (bytes.length === 0) return `is empty; ${MAKE_PAIR}`;
  return (
    nameBinary(bytes) ?? nameText(text) ?? `holds no PEM block (-----BEGIN …-----); check the path, or ${MAKE_PAIR}`
  );
}

function nameBinary(bytes: Buffer): string | undefined {
  if (isPfx(bytes)) return `is PKCS#12 (PFX), not PEM; ${CONVERT_PFX}`;
  if (["feedfeed", "cececece"].includes(bytes.subarray(0, 4).toString("hex"))) {
    return `is a Java keystore, not PEM; make PKCS#12 of it with "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12", and of that PEM with FILE.p12 for FILE: ${CONVERT_PFX}`;
  }
  const der = bytes[0] === 0x30 ? derContent(bytes) : undefined;
  return der === undefined ? undefined : `is ${der.what} in DER, not PEM; convert it with "${der.convert}"`;
}

function nameText(text: string): string | undefined {
  if (isJwk(text)) return `is a JSON Web Key, not PEM; export the key as PEM (PKCS#8), or ${MAKE_PAIR}`;
  if (text.startsWith("PuTTY-User-Key-File")) return `is a PuTTY key, which Entra ID does not take; ${MAKE_PAIR}`;
  if (/^(?:ssh|ecdsa)-\S+ \S+/.test(text)) return `is an SSH public key, which Entra ID does not take; ${MAKE_PAIR}`;
  const encoded = nameBase64(text);
  if (encoded !== undefined) return encoded;
  if (/-----BEGIN [^-\n]*[a-z]/.test(text)) {
    return 'holds a PEM block whose label is not in capitals, and labels are compared as they are; write it like "-----BEGIN CERTIFICATE-----"';
  }
  if (text.includes("-----BEGIN ")) {
    return "holds a PEM block that is cut or damaged: no END line fits its BEGIN line; copy the whole file again";
  }
  if (/[-\u2010-\u2015\u2212] ?BEGIN /.test(text)) {
    return "holds a PEM block whose dashes were changed, as word processors and chats do: five plain hyphens have to stand on either side; copy the file itself";
  }
  return undefined;
}

/** Names base64 that lacks the lines around it, or holds them encoded as well. */
function nameBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.includes("-----BEGIN ")) {
    return 'is PEM encoded in base64 once more, as in the manifest of a Kubernetes secret; decode it with "base64 -d FILE > NEW"';
  }
  const der = bytes[0] === 0x30 ? derContent(bytes) : undefined;
  if (der === undefined) return undefined;
  return `is the base64 of ${der.what} without its BEGIN and END lines; write "base64 -d FILE > FILE.der", then convert that with "${der.convert.replace("FILE", "FILE.der")}"`;
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
    return { what: "a certificate", convert: "openssl x509 -inform der -in FILE -out certificate.pem" };
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
    return { what: "PKCS#7", convert: "openssl pkcs7 -inform der -in FILE -print_certs -out certificate.pem" };
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

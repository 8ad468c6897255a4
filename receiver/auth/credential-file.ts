import { readFileSync, statSync } from "node:fs";
import { nameForeignFormat } from "./foreign-format.ts";
import { decodeText, pemBlocks, type PemBlock } from "./pem.ts";

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
  if (blocks.length === 0) throw new CredentialFileError(nameForeignFormat(bytes, text));
  if (/-----(?:\\r)?\\n/.test(text)) {
    throw new CredentialFileError(
      String.raw`holds "\n" as two characters where a line should end; write it with real line ends, for example with "printf '%b' "$(cat FILE)" > NEW"`,
    );
  }
  return { blocks, readableByOthers: process.platform !== "win32" && (mode & 0o004) !== 0 };
}

function readBytes(path: string): { readonly bytes: Buffer; readonly mode: number } {
  try {
    const stat = statSync(path);
    if (!stat.isFile() && !stat.isDirectory()) {
      // Opening a pipe waits for whoever writes to it, and it can be read once only.
      throw new CredentialFileError(
        "is no regular file but a pipe or a device; write its content to a file and name that",
      );
    }
    if (stat.size > MAX_BYTES) {
      throw new CredentialFileError(`has ${stat.size} bytes, which no PEM file has; check the path`);
    }
    return { bytes: readFileSync(path), mode: stat.mode };
  } catch (error) {
    if (error instanceof CredentialFileError) throw error;
    throw new CredentialFileError(unreadable(error), { cause: error });
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

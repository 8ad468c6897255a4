/** One block of a PEM file. */
export interface PemBlock {
  /** Text between `BEGIN` and the dashes, for example `CERTIFICATE`. */
  readonly label: string;
  /** The block in canonical form: `\n` line ends, nothing around it. */
  readonly text: string;
  /** Header lines inside the block, such as `Proc-Type: 4,ENCRYPTED` of old OpenSSL keys. */
  readonly headers: readonly string[];
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/**
 * The text of a file that somebody may have saved from an editor: without a byte-order mark, with `\n` line ends.
 * UTF-16 with a byte-order mark, as Windows PowerShell writes it, is read as well.
 */
export function decodeText(bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  // TextDecoder drops the byte-order mark of its encoding.
  return new TextDecoder(encoding).decode(bytes).replace(/\r\n?/g, "\n");
}

/**
 * The PEM blocks of a text, in order (RFC 7468 section 2). Labels are taken strictly; text around the blocks and white
 * space inside them are ignored, as section 3 asks: a block that something folded into one line is still one.
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label = "", inner = ""]) => {
    const lines = inner
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const headers = lines.filter((line) => line.includes(":"));
    const base64 = lines.slice(headers.length).join("").replaceAll(/\s+/g, "");
    return {
      label,
      headers,
      text: [
        `-----BEGIN ${label}-----`,
        ...(headers.length === 0 ? [] : [...headers, ""]),
        ...(base64.match(/.{1,64}/g) ?? []),
        `-----END ${label}-----`,
        "",
      ].join("\n"),
    };
  });
}

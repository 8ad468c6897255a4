/** Bytes of a file, piece by piece. */
export type ByteSource = AsyncIterable<Buffer>;

/** The beginning of a source, and all of it. */
export interface Peeked {
  readonly head: Buffer;
  /** The source from its first byte on. To be read once. */
  readonly all: ByteSource;
}

/** Reads as much of a source as `enough` wants to see, or all there is. */
export async function peek(source: ByteSource, enough: (head: Buffer) => boolean): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (!enough(head)) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, all: resumed(head, iterator) };
}

async function* resumed(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Characters of an encoding that has two bytes for each. */
const ZERO = 0;

/**
 * The same text in UTF-8 without a byte order mark. UTF-16 (what PowerShell's `>` and Excel's "Unicode Text" write) is known by its mark,
 * or by the zeros that ASCII has in it; anything else is taken as UTF-8 and not looked at.
 */
export async function* inUtf8(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
  const { head, all } = await peek(source, ({ length }) => length >= 3);
  const { encoding, mark } = encodingOf(head);
  const decoder = encoding === "utf-8" ? undefined : new TextDecoder(encoding, { ignoreBOM: true });
  let left = mark;
  for await (const piece of all) {
    const bytes = piece.subarray(left);
    left -= Math.min(left, piece.length);
    const text = decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
    if (text.length > 0) yield text;
  }
  const end = decoder?.decode();
  if (end !== undefined && end !== "") yield Buffer.from(end);
}

/** The encoding, and the length of its mark. */
function encodingOf(head: Buffer): { readonly encoding: Encoding; readonly mark: number } {
  const [first, second, third] = head;
  if (first === 0xff && second === 0xfe) return { encoding: "utf-16le", mark: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: "utf-16be", mark: 2 };
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: "utf-8", mark: 3 };
  if (first !== ZERO && second === ZERO) return { encoding: "utf-16le", mark: 0 };
  if (first === ZERO && second !== ZERO && second !== undefined) return { encoding: "utf-16be", mark: 0 };
  return { encoding: "utf-8", mark: 0 };
}

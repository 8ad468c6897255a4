import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, suite, test } from "node:test";
import { CollectorError, ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { fetchBlob, type ContentBlob, type FetchBlobOptions } from "../../../receiver/content/blob.ts";
import { ContentError, ErrorObjectError, type ContentFault } from "../../../receiver/content/content-error.ts";

const never = new AbortController().signal;

function body(text: string | Buffer, chunkBytes = 100): Readable {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return Readable.from(chunks);
}

function recordTexts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `{"Id":"${index}", "Text":"é, ] \\" }${"x".repeat(index % 7)}"}`);
}

async function allTexts(blob: ContentBlob): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let index = 0; ; index += 1) {
    const chunk = await blob.chunk(index);
    if (chunk === undefined) return texts;
    assert.equal(chunk.firstIndex, texts.length);
    texts.push(...chunk.texts);
  }
}

suite("fetchBlob()", () => {
  let spoolDirectory: string;
  let fetched: ContentBlob[];
  beforeEach(() => {
    spoolDirectory = mkdtempSync(join(tmpdir(), "spool-"));
    fetched = [];
  });
  // A file that nobody closes is closed by the garbage collector, with a warning in the middle of another test.
  afterEach(async () => {
    for (const blob of fetched) await blob.dispose();
    rmSync(spoolDirectory, { recursive: true, force: true });
  });

  async function fetch(stream: Readable, options: Partial<FetchBlobOptions> = {}): Promise<ContentBlob> {
    const blob = await fetchBlob(stream, { name: "blob-1", spoolDirectory, signal: never, ...options });
    fetched.push(blob);
    return blob;
  }

  function assertFault(fault: ContentFault, bytes: number, pattern: RegExp): (error: unknown) => boolean {
    return (error) => {
      assert.ok(error instanceof ContentError && error instanceof RetryableError);
      assert.equal(error.code, ErrorCode.protocol);
      assert.equal(error.fault, fault);
      assert.equal(error.bytes, bytes);
      assert.match(error.message, pattern);
      return true;
    };
  }

  for (const { name, spoolThresholdBytes } of [
    { name: "in memory", spoolThresholdBytes: 1_000_000 },
    { name: "in a file", spoolThresholdBytes: 500 },
  ]) {
    test(`gives every record text as sent, ${name}, to several readers`, async () => {
      const texts = recordTexts(50);
      const blob = await fetch(body(`\uFEFF [\n${texts.join(" ,\n")} ]\n`), {
        spoolThresholdBytes,
        chunkRecords: 7,
        chunkBytes: 200,
      });
      assert.equal(blob.records, 50);
      const [first, second] = await Promise.all([allTexts(blob), allTexts(blob)]);
      assert.deepEqual(first, texts);
      assert.deepEqual(second, texts);
      assert.deepEqual((await blob.chunk(2))?.texts, (await blob.chunk(2))?.texts);
      await blob.dispose();
    });
  }

  test("gives every record of a blob that has more than it remembers the places of", async () => {
    const texts = Array.from({ length: 70_000 }, (_, index) => String(index));
    const blob = await fetch(body(`[${texts.join(" , ")}]`, 50_000));
    assert.deepEqual(await allTexts(blob), texts);
    await blob.dispose();
  });

  test("limits chunks by records and by bytes, a large record standing alone", async () => {
    const large = `{"Text":"${"x".repeat(100)}"}`;
    const texts = ["{}", "{}", "{}", large, "{}"];
    const blob = await fetch(body(`[${texts.join()}]`), { chunkRecords: 2, chunkBytes: 50 });
    const sizes: number[] = [];
    for (let index = 0; index < 4; index += 1) sizes.push((await blob.chunk(index))?.texts.length ?? 0);
    assert.deepEqual(sizes, [2, 1, 1, 1]);
    assert.equal(await blob.chunk(4), undefined);
  });

  test("keeps a blob up to the threshold in memory and spools a larger one for its user alone", async () => {
    const text = `[${recordTexts(10).join()}]`;
    const size = Buffer.byteLength(text);
    const inMemory = await fetch(body(text), { spoolThresholdBytes: size });
    assert.deepEqual(readdirSync(spoolDirectory), []);
    assert.equal(inMemory.memoryBytes, size);

    const spooled = await fetch(body(text), { spoolThresholdBytes: size - 1, chunkBytes: 64 });
    const [file = ""] = readdirSync(spoolDirectory);
    assert.equal(statSync(join(spoolDirectory, file)).mode & 0o777, 0o600);
    assert.equal(statSync(join(spoolDirectory, file)).size, size);
    assert.equal(spooled.bytes, size);
    assert.equal(spooled.memoryBytes, 64);
    await spooled.dispose();
    await spooled.dispose();
    assert.deepEqual(readdirSync(spoolDirectory), []);
  });

  test("gives nothing any more once it is disposed of, rather than nothing as if it were empty", async () => {
    for (const spoolThresholdBytes of [1_000_000, 1]) {
      const blob = await fetch(body(`[${recordTexts(10).join()}]`), { spoolThresholdBytes });
      await blob.dispose();
      await assert.rejects(blob.chunk(0), /disposed/);
    }
  });

  test("takes an empty array", async () => {
    const blob = await fetch(body("[]"));
    assert.equal(blob.records, 0);
    assert.equal(await blob.chunk(0), undefined);
  });

  const faults: readonly { text: string; fault: ContentFault; pattern: RegExp }[] = [
    { text: "", fault: "empty", pattern: /the body is empty \(0 bytes\)/ },
    { text: "<html>secret</html>", fault: "not_an_array", pattern: /19 bytes\) does not begin with "\["/ },
    { text: '[{"a":"secret"},{"b":', fault: "unbalanced", pattern: /ends after 21 bytes inside the array/ },
    { text: '[{"a":"secret"}] more', fault: "trailing", pattern: /follows the end of the array at byte 17 of 21/ },
  ];
  for (const { text, fault, pattern } of faults) {
    test(`refuses a body that is ${fault}, in memory and spooled, without its content in the message`, async () => {
      for (const spoolThresholdBytes of [1, 1000]) {
        await assert.rejects(fetch(body(text), { spoolThresholdBytes }), (error) => {
          assert.doesNotMatch(String(error), /secret/);
          return assertFault(fault, text.length, pattern)(error);
        });
        assert.deepEqual(readdirSync(spoolDirectory), []);
      }
    });
  }

  test("refuses a body shorter or longer than announced", async () => {
    const check = assertFault("cut", 2, /2 of 3 announced bytes/);
    await assert.rejects(fetch(body("[]"), { contentLength: 3, acceptMalformed: true }), check);
    await assert.rejects(fetch(body("[]"), { contentLength: 1 }), assertFault("cut", 2, /2 of 1 announced/));
    assert.equal((await fetch(body("[]"), { contentLength: 2 })).records, 0);
  });

  test("refuses a body that broke off, keeping the cause and no file", async () => {
    const cause = new Error("other side closed");
    const stream = Readable.from(
      (function* broken(): Generator<Buffer> {
        yield Buffer.from('[{"a":1},');
        throw cause;
      })(),
    );
    await assert.rejects(fetch(stream, { spoolThresholdBytes: 1, acceptMalformed: true }), (error) => {
      assert.ok(error instanceof ContentError);
      assert.equal(error.cause, cause);
      return assertFault("cut", 9, /broke off after 9 bytes/)(error);
    });
    assert.deepEqual(readdirSync(spoolDirectory), []);
  });

  test("throws the reason of its signal, destroys the stream and leaves no file", async () => {
    const reason = new Error("shutting down");
    const controller = new AbortController();
    const stream = new Readable({ read() {} });
    stream.push('[{"a":1},');
    const fetching = fetch(stream, { spoolThresholdBytes: 1, signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(fetching, reason);
    assert.ok(stream.destroyed);
    assert.deepEqual(readdirSync(spoolDirectory), []);

    const late = body("[]");
    await assert.rejects(fetch(late, { signal: AbortSignal.abort(reason) }), reason);
    assert.ok(late.destroyed);
  });

  for (const text of [
    '{"error":{"code":"AF20055","message":"window"}}',
    ' {"Message":"Authorization has been denied."}',
  ]) {
    test(`hands over the error object ${text}`, async () => {
      for (const acceptMalformed of [false, true]) {
        await assert.rejects(fetch(body(text), { acceptMalformed }), (error) => {
          assert.ok(error instanceof ErrorObjectError);
          assert.equal(error.body, text);
          return true;
        });
      }
    });
  }

  test("does not take a single record for an error object", async () => {
    const text = '{"CreationTime":"2023-01-01T00:00:00","Message":"x"}';
    await assert.rejects(fetch(body(text)), assertFault("not_an_array", text.length, /does not begin/));
    const blob = await fetch(body(text), { acceptMalformed: true });
    assert.deepEqual(await allTexts(blob), [text]);
  });

  const malformed: readonly { text: string; texts: readonly string[] }[] = [
    { text: '[{"a":1},{"b":"x}, {"c":2}]', texts: ['{"a":1}', '{"b":"x}, {"c":2}]'] },
    { text: '[{"a":1}] {"b":2}', texts: ['{"a":1}', '{"b":2}'] },
    { text: '[{"a":1},', texts: ['{"a":1}'] },
    { text: '[{"a":[1}]', texts: ['{"a":[1}]'] },
  ];
  for (const { text, texts } of malformed) {
    test(`makes the rest of ${text} a record of its own when asked to`, async () => {
      for (const spoolThresholdBytes of [1, 1000]) {
        const blob = await fetch(body(text), { spoolThresholdBytes, acceptMalformed: true });
        assert.equal(blob.records, texts.length);
        assert.deepEqual(await allTexts(blob), texts);
        await blob.dispose();
      }
    });
  }

  test("accepts neither an empty body nor a page as malformed", async () => {
    await assert.rejects(fetch(body(" "), { acceptMalformed: true }), assertFault("empty", 1, /empty/));
    await assert.rejects(fetch(body("<html>"), { acceptMalformed: true }), assertFault("not_an_array", 6, /begin/));
  });

  test("replaces what is no UTF-8 and says in which records", async () => {
    const text = Buffer.concat([Buffer.from('[{"a":"é"},{"b":"'), Buffer.from([0xff]), Buffer.from('"},{"c":1}]')]);
    const blob = await fetch(body(text));
    const chunk = await blob.chunk(0);
    assert.deepEqual(chunk?.texts, ['{"a":"é"}', '{"b":"\uFFFD"}', '{"c":1}']);
    assert.deepEqual(chunk.damaged, new Set([1]));
  });

  test("names the spool file when it cannot be written or read", async () => {
    const gone = join(spoolDirectory, "gone");
    const storage = (error: unknown): boolean =>
      error instanceof CollectorError && error.code === ErrorCode.storage && error.message.includes(spoolDirectory);
    await assert.rejects(fetch(body("[{}]"), { spoolThresholdBytes: 1, spoolDirectory: gone }), storage);

    const blob = await fetch(body("[{}]"), { spoolThresholdBytes: 1 });
    truncateSync(join(spoolDirectory, readdirSync(spoolDirectory)[0] ?? ""), 1);
    await assert.rejects(blob.chunk(0), storage);
    await blob.dispose();
  });
});

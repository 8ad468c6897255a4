import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { ErrorCode } from "../../collector/errors.ts";
import { HeaderFileReader } from "../../collector/header-files.ts";
import { factory as otlpGrpc } from "../../exporters/otlp_grpc/factory.ts";
import { factory as otlpHttp } from "../../exporters/otlp_http/factory.ts";
import { makeRecords } from "../support/log-records.ts";
import { startOtlpGrpcSink } from "../support/otlp-grpc-sink.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { testSettings } from "../support/test-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "header-files-"));
const never = new AbortController().signal;

let version = 0;
/** Writes a file with a time of its own: two writes within a tick of the file system's clock would look alike. */
function write(path: string, text: string): void {
  writeFileSync(path, text);
  version += 1;
  utimesSync(path, version, version);
}

suite("HeaderFileReader", () => {
  test("read() gives the text with its prefix, again whenever the file changes", () => {
    const path = join(folder, "token");
    write(path, "first\n");
    const reader = new HeaderFileReader({ authorization: { path, prefix: "Bearer " } });
    assert.deepEqual(reader.read(), { authorization: "Bearer first" });
    write(path, "other");
    assert.deepEqual(reader.read(), { authorization: "Bearer other" });
  });

  test("read() keeps the last value while the file is away or empty", () => {
    const path = join(folder, "renewed");
    write(path, "good");
    const reader = new HeaderFileReader({ authorization: { path, prefix: "" } });
    reader.read();
    write(path, "");
    assert.deepEqual(reader.read(), { authorization: "good" });
    rmSync(path);
    assert.deepEqual(reader.read(), { authorization: "good" });
    write(path, "better");
    assert.deepEqual(reader.read(), { authorization: "better" });
  });

  test("read() says what to do about a file that is not there, empty or no header", () => {
    const path = join(folder, "bad");
    const read = (): unknown => new HeaderFileReader({ authorization: { path, prefix: "" } }).read();
    assert.throws(read, {
      code: ErrorCode.credentials,
      message: /^Cannot read the header "authorization" from "\S*bad": .*; check the path and who may read it$/,
    });
    for (const text of ["", "two\nlines", "tökén"]) {
      write(path, text);
      assert.throws(read, {
        code: ErrorCode.credentials,
        message: /^Cannot use the text of ".*bad" as header "authorization"/,
      });
    }
  });
});

suite("header_files", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("are sent by otlp_http and otlp_grpc as the file has them at each request", async () => {
    const path = join(folder, "shared");
    const http = await startOtlpSink();
    const grpc = await startOtlpGrpcSink();
    const header_files = { authorization: { path, prefix: "Bearer " } };
    const exporters = [
      otlpHttp.create(testSettings(), otlpHttp.config.parse({ endpoint: http.url, header_files })),
      otlpGrpc.create(testSettings(), otlpGrpc.config.parse({ endpoint: `http://${grpc.target}`, header_files })),
    ];
    for (const exporter of exporters) await exporter.start();
    for (const token of ["one", "two"]) {
      write(path, token);
      for (const exporter of exporters) await exporter.consume(makeRecords(1), never);
    }
    for (const exporter of exporters) await exporter.shutdown(never);
    assert.deepEqual(
      http.requests.map(({ headers }) => headers.authorization),
      ["Bearer one", "Bearer two"],
    );
    assert.deepEqual(
      grpc.metadata.map((metadata) => metadata.get("authorization")[0]),
      ["Bearer one", "Bearer two"],
    );
    await http.close();
    await grpc.close();
  });
});

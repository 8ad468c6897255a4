import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { TlsConfig } from "../../collector/config/fields.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { checkTls } from "../../collector/check-tls.ts";
import { tlsContext, tlsContextOfProxy } from "../../collector/tls-context.ts";
import { makeCertificatePair } from "../../emulator/index.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-tls-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function tls(files: Partial<TlsConfig>): TlsConfig {
  return { caFile: undefined, certFile: undefined, keyFile: undefined, insecureSkipVerify: false, ...files };
}

function isConfigError(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof CollectorError && error.code === ErrorCode.config && pattern.test(error.message);
}

suite("tlsContext()", () => {
  after(() => rmSync(folder, { recursive: true }));

  let pair: Awaited<ReturnType<typeof makeCertificatePair>>;
  let caFile = "";
  before(async () => {
    pair = await makeCertificatePair({ subject: "CN=one" });
    caFile = file("ca.pem", pair.certificatePem);
  });

  test("is what Node does by itself without files", () => {
    assert.deepEqual(tlsContext(undefined), { rejectUnauthorized: true });
    assert.deepEqual(tlsContext(tls({})), { rejectUnauthorized: true });
    assert.deepEqual(tlsContext(tls({ insecureSkipVerify: true })), { rejectUnauthorized: false });
  });

  test("is parsed once for all clients whose files hold the same, and again when they hold something else", async () => {
    const { secureContext } = tlsContext(tls({ caFile }));
    assert.ok(secureContext !== undefined);
    assert.equal(tlsContext(tls({ caFile: file("copy.pem", pair.certificatePem) })).secureContext, secureContext);
    assert.notEqual(
      tlsContext(tls({ caFile, certFile: caFile, keyFile: file("key.pem", pair.privateKeyPem) })).secureContext,
      secureContext,
    );
    const other = await makeCertificatePair({ subject: "CN=two" });
    assert.notEqual(tlsContext(tls({ caFile: file("copy.pem", other.certificatePem) })).secureContext, secureContext);
  });

  test("keeps the client certificate from a proxy", () => {
    const config = tls({ caFile, certFile: caFile, keyFile: file("key.pem", pair.privateKeyPem) });
    assert.equal(tlsContextOfProxy(config).secureContext, tlsContext(tls({ caFile })).secureContext);
    assert.deepEqual(tlsContextOfProxy(tls({ certFile: caFile })), { rejectUnauthorized: true });
  });

  test("names the file that cannot be read, and says so when one holds what it should not", () => {
    const gone = join(folder, "gone.pem");
    assert.throws(() => tlsContext(tls({ caFile: gone })), isConfigError(/Cannot read tls::ca_file ".*gone\.pem"/));
    const certFile = file("text.pem", "not a certificate");
    assert.throws(() => tlsContext(tls({ certFile, keyFile: certFile })), isConfigError(/Cannot use .* cert_file/));
  });
});

suite("checkTls()", () => {
  const open = mkdtempSync(join(tmpdir(), "otel-o365-tls-"));
  after(() => rmSync(open, { recursive: true }));

  test("warns of a server that is not verified, and of a key that every user can read", async () => {
    const { privateKeyPem } = await makeCertificatePair({ subject: "CN=two" });
    const keyFile = join(open, "key.pem");
    writeFileSync(keyFile, privateKeyPem, { mode: 0o600 });
    assert.deepEqual(checkTls(tls({ keyFile })), []);
    chmodSync(keyFile, 0o644);
    const found = checkTls(tls({ keyFile, insecureSkipVerify: true }));
    assert.deepEqual(
      found.map(({ path, severity }) => [path, severity]),
      [
        [["tls", "insecure_skip_verify"], "warning"],
        [["tls", "key_file"], "warning"],
      ],
    );
    assert.match(found[0]?.message ?? "", /^accepts any server: everyone on the way can read and change/);
    assert.match(found[1]?.message ?? "", /can be read by every user of this machine; take the right away/);
  });
});

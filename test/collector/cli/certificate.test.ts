import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { checkCredentials } from "../../../receiver/auth/credentials.ts";
import { cli } from "../../support/cli.ts";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-certificate-"));

let folders = 0;

/** Paths in a folder of their own. */
function paths(): { readonly certificateFile: string; readonly privateKeyFile: string; readonly args: string[] } {
  folders += 1;
  const folder = join(directory, String(folders));
  mkdirSync(folder);
  const certificateFile = join(folder, "certificate.pem");
  const privateKeyFile = join(folder, "key.pem");
  const args = ["certificate", "--certificate-file", certificateFile, "--private-key-file", privateKeyFile];
  // The shortest key that is taken is made the fastest.
  return { certificateFile, privateKeyFile, args: [...args, "--key-size", "2048"] };
}

suite("otel-o365 certificate", () => {
  after(() => rmSync(directory, { recursive: true, force: true }));

  test("makes a pair that the receiver takes without a complaint, and tells the thumbprints", async () => {
    const { certificateFile, privateKeyFile, args } = paths();
    const { code, stdout, stderr } = await cli(args);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(checkCredentials({ certificateFile, privateKeyFile }, Date.now()), []);
    const made = new X509Certificate(readFileSync(certificateFile));
    assert.ok(stdout.includes(made.fingerprint.replaceAll(":", "")));
    assert.ok(stdout.includes(made.fingerprint256.replaceAll(":", "")));
    assert.match(stdout, /Certificates & secrets > Certificates > Upload certificate/);
    assert.doesNotMatch(stdout, /PRIVATE KEY/);
  });

  test("writes a PKCS#8 key that nobody else can read", { skip: process.platform === "win32" }, async () => {
    const { privateKeyFile, args } = paths();
    await cli(args);
    assert.equal(statSync(privateKeyFile).mode & 0o777, 0o600);
    assert.match(
      readFileSync(privateKeyFile, "utf8"),
      /^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/,
    );
  });

  test("makes a pair that openssl verifies", async () => {
    const { certificateFile, privateKeyFile, args } = paths();
    await cli(args);
    execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", certificateFile, "-partial_chain", certificateFile]);
    assert.match(
      execFileSync("openssl", ["pkey", "-in", privateKeyFile, "-noout", "-check"], { encoding: "utf8" }),
      /valid/,
    );
  });

  test("takes subject, days and key size", async () => {
    const { args } = paths();
    const { stdout } = await cli([...args, "--subject", "CN=audit, O=Contoso", "--days", "10", "--json"]);
    const told = JSON.parse(stdout);
    assert.equal(told.subject, "CN=audit, O=Contoso");
    assert.equal(told.key_size, 2048);
    const days = (Date.parse(told.expires) - Date.now()) / 86_400_000;
    assert.ok(days > 9 && days <= 10, told.expires);
  });

  test("takes a plain name as common name, commas and all", async () => {
    const { args } = paths();
    const { stdout } = await cli([...args, "--subject", "Contoso, Ltd", "--json"]);
    assert.equal(JSON.parse(stdout).subject, String.raw`CN=Contoso\, Ltd`);
  });

  for (const taken of ["certificateFile", "privateKeyFile"] as const) {
    test(`overwrites nothing when ${taken} exists, and leaves nothing behind`, async () => {
      const { args, ...files } = paths();
      writeFileSync(files[taken], "mine");
      await assert.rejects(
        () => cli(args),
        /it exists, and a key that is overwritten cannot be had back; choose other/,
      );
      assert.equal(readFileSync(files[taken], "utf8"), "mine");
      const other = taken === "certificateFile" ? files.privateKeyFile : files.certificateFile;
      assert.equal(existsSync(other), false);
    });
  }

  test("leaves no key behind when the certificate cannot be written", async () => {
    const { args, certificateFile, privateKeyFile } = paths();
    const changed = args.map((arg) => (arg === certificateFile ? join(directory, "absent", "c.pem") : arg));
    await assert.rejects(() => cli(changed), /ENOENT.*; check that its folder exists/);
    assert.equal(existsSync(privateKeyFile), false);
  });

  const refused: readonly { readonly name: string; readonly args: readonly string[]; readonly stderr: RegExp }[] = [
    { name: "an OpenSSL subject", args: ["--subject", "/CN=x"], stderr: /no distinguished name; write it like "CN=/ },
    { name: "an empty common name", args: ["--subject", "CN="], stderr: /no distinguished name/ },
    { name: "an empty subject", args: ["--subject", ""], stderr: /no distinguished name/ },
    { name: "an unknown attribute", args: ["--subject", "CN=a, FOO=b"], stderr: /no distinguished name/ },
    { name: "no days", args: ["--days", "0"], stderr: /must be a whole number from 1 to 3650/ },
    { name: "a weak key", args: ["--key-size", "1024"], stderr: /must be a whole number from 2048 to 4096/ },
  ];
  for (const { name, args: more, stderr } of refused) {
    test(`ends with 2 when given ${name}`, async () => {
      const { args, certificateFile } = paths();
      const outcome = await cli([...args, ...more]);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, stderr);
      assert.equal(existsSync(certificateFile), false);
    });
  }
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { inspect } from "node:util";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import { checkCredentials, loadCredentials } from "../../../receiver/auth/credentials.ts";
import { Folder, makeKey, makePair, type Pair } from "../support/pairs.ts";

const DAY_MS = 86_400_000;

suite("credentials", () => {
  let folder: Folder;
  let pair: Pair;
  let other: Pair;

  before(async () => {
    folder = new Folder();
    [pair, other] = await Promise.all([makePair(), makePair({ subject: "CN=other" })]);
  });
  after(() => folder.remove());

  function files(certificate: string | Uint8Array, key: string | Uint8Array) {
    return { certificateFile: folder.write("cert.pem", certificate), privateKeyFile: folder.write("key.pem", key) };
  }

  suite("loadCredentials()", () => {
    test("gives the pair with both thumbprints in the portal's form", () => {
      const credentials = loadCredentials(files(pair.certificatePem, pair.keyPem), Date.now());
      const hash = (name: string) => createHash(name).update(pair.certificateDer).digest("hex").toUpperCase();
      assert.equal(credentials.thumbprintSha1, hash("sha1"));
      assert.equal(credentials.thumbprintSha256, hash("sha256"));
      assert.equal(credentials.subject, "CN=otel-o365-test");
      assert.ok(credentials.notAfterMs > Date.now() + 364 * DAY_MS);
      assert.match(credentials.privateKeyPem.reveal(), /^-----BEGIN PRIVATE KEY-----/);
    });

    test("keeps the private key out of anything printed", () => {
      const credentials = loadCredentials(files(pair.certificatePem, pair.keyPem), Date.now());
      assert.doesNotMatch(inspect(credentials, { depth: 9 }) + JSON.stringify(credentials), /BEGIN PRIVATE KEY/);
    });

    test("throws OTEL_O365_CREDENTIALS with every problem when both files are wrong", () => {
      const broken = files("", makeKey("ec"));
      assert.throws(
        () => loadCredentials(broken, Date.now()),
        (error) => {
          assert.ok(error instanceof CollectorError);
          assert.equal(error.code, ErrorCode.credentials);
          assert.match(
            error.message,
            /^Cannot use the certificate pair: certificate_file ".*cert\.pem" is empty; .*private_key_file ".*key\.pem" is an elliptic-curve key/s,
          );
          return true;
        },
      );
    });
  });

  const readable: readonly {
    readonly name: string;
    readonly make: () => [certificate: string | Uint8Array, key: string | Uint8Array];
  }[] = [
    { name: "a plain pair", make: () => [pair.certificatePem, pair.keyPem] },
    { name: "CRLF line ends", make: () => [crlf(pair.certificatePem), crlf(pair.keyPem)] },
    { name: "a UTF-8 byte-order mark", make: () => [`\uFEFF${pair.certificatePem}`, `\uFEFF${pair.keyPem}`] },
    { name: "UTF-16 with a byte-order mark", make: () => [utf16(pair.certificatePem), utf16(pair.keyPem)] },
    {
      name: "text around the blocks",
      make: () => [
        `Bag Attributes\n  friendlyName: x\n${pair.certificatePem}trailer`,
        `Key Attributes: <none>\n${pair.keyPem}`,
      ],
    },
    {
      name: "indented lines",
      make: () => [pair.certificatePem.replaceAll(/^/gm, "    "), pair.keyPem.replaceAll(/^/gm, "\t")],
    },
    { name: "a chain whose leaf stands last", make: () => [other.certificatePem + pair.certificatePem, pair.keyPem] },
    {
      name: "a PKCS#1 key",
      make: () => [pair.certificatePem, createPrivateKey(pair.keyPem).export({ type: "pkcs1", format: "pem" })],
    },
    {
      name: "blocks that were folded into one line",
      make: () => [pair.certificatePem.replaceAll("\n", " "), pair.keyPem.replaceAll("\n", " ")],
    },
    {
      name: "lone carriage returns as line ends",
      make: () => [pair.certificatePem.replaceAll("\n", "\r"), pair.keyPem.replaceAll("\n", "\r")],
    },
    {
      name: "certificate and key in one file",
      make: () => [pair.keyPem + pair.certificatePem, pair.certificatePem + pair.keyPem],
    },
  ];
  for (const { name, make } of readable) {
    test(`checkCredentials() finds nothing when given ${name}`, () => {
      const paths = files(...make());
      assert.deepEqual(checkCredentials(paths, Date.now()), []);
      assert.equal(loadCredentials(paths, Date.now()).subject, "CN=otel-o365-test");
    });
  }

  const encrypted = (type: "pkcs1" | "pkcs8") =>
    createPrivateKey(pair.keyPem).export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
  const der = (type: "pkcs1" | "pkcs8") => createPrivateKey(pair.keyPem).export({ type, format: "der" });
  const publicPem = () => createPublicKey(pair.keyPem).export({ type: "spki", format: "pem" });
  // SEQUENCE { INTEGER 3, SEQUENCE { … } }: how every PFX begins.
  const PFX = Buffer.from("3082096902010330820 92f06092a864886f70d010701".replaceAll(" ", ""), "hex");

  const encryptedDer = () =>
    createPrivateKey(pair.keyPem).export({ type: "pkcs8", format: "der", cipher: "aes-256-cbc", passphrase: "x" });
  // SEQUENCE { OBJECT IDENTIFIER signedData, …: how a .p7b begins.
  const P7B = Buffer.from("3082030106092a864886f70d010702a08202f2", "hex");

  const wrongKeys: readonly {
    readonly name: string;
    readonly key: () => string | Uint8Array;
    readonly message: RegExp;
  }[] = [
    { name: "an empty file", key: () => "", message: /is empty; make a pair/ },
    {
      name: "an encrypted PKCS#8 key",
      key: () => encrypted("pkcs8"),
      message: /is encrypted \(PKCS#8\).*openssl pkey/,
    },
    {
      name: "an encrypted legacy key",
      key: () => encrypted("pkcs1"),
      message: /is encrypted \(Proc-Type: 4,ENCRYPTED\).*openssl pkey/,
    },
    { name: "PKCS#12", key: () => PFX, message: /is PKCS#12 \(PFX\), not PEM; convert it with "openssl pkcs12/ },
    {
      name: "a PKCS#8 key in DER",
      key: () => der("pkcs8"),
      message: /is a private key in DER, not PEM; convert it with "openssl pkey -inform der/,
    },
    { name: "a PKCS#1 key in DER", key: () => der("pkcs1"), message: /is a private key in DER, not PEM; convert it/ },
    {
      name: "an encrypted key in DER",
      key: encryptedDer,
      message: /is an encrypted private key in DER, not PEM; convert it with "openssl pkey -inform der/,
    },
    {
      name: "a JSON Web Key",
      key: () => JSON.stringify(createPrivateKey(pair.keyPem).export({ format: "jwk" })),
      message: /is a JSON Web Key, not PEM; export the key as PEM/,
    },
    {
      name: "a public key",
      key: publicPem,
      message: /holds a public key, which cannot sign; name the file of the private key/,
    },
    {
      name: "a public key in DER",
      key: () => createPublicKey(pair.keyPem).export({ type: "spki", format: "der" }),
      message: /is a public key in DER/,
    },
    {
      name: "an EC key",
      key: () => makeKey("ec"),
      message: /is an elliptic-curve key \(EC\), and Entra ID takes RSA only; make a pair/,
    },
    {
      name: "a SEC1 EC key",
      key: () => createPrivateKey(makeKey("ec")).export({ type: "sec1", format: "pem" }),
      message: /is an elliptic-curve key/,
    },
    {
      name: "an Ed25519 key",
      key: () => makeKey("ed25519"),
      message: /is a key of type "ed25519", and Entra ID takes RSA only/,
    },
    {
      name: "an RSA-PSS key",
      key: () => makeKey("rsa-pss"),
      message: /is an RSA-PSS key, which Entra ID does not take.*make a pair/,
    },
    {
      name: "an RSA key of 1024 bits",
      key: () => makeKey("rsa1024"),
      message: /is an RSA key of 1024 bits, and at least 2048 are needed; make a pair/,
    },
    {
      name: "a certificate",
      key: () => pair.certificatePem,
      message: /holds a certificate but no private key; .*swapped with certificate_file/,
    },
    { name: "two keys", key: () => pair.keyPem + other.keyPem, message: /holds 2 private keys; leave only the one/ },
    {
      name: "a damaged key",
      key: () => pair.keyPem.replace(/\n.{64}\n/, "\n"),
      message: /cannot be decoded \(PRIVATE KEY\): the block is damaged; copy the whole file again/,
    },
    {
      name: "a key that is cut",
      key: () => pair.keyPem.slice(0, 400),
      message: /holds a PEM block that is cut or damaged.*copy the whole file again/,
    },
    {
      name: "an OpenSSH key",
      key: () => "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n",
      message: /is an OpenSSH key; convert a copy with "ssh-keygen/,
    },
    { name: "a PuTTY key", key: () => "PuTTY-User-Key-File-3: ssh-rsa\n", message: /is a PuTTY key/ },
    { name: "an SSH public key", key: () => "ssh-rsa AAAAB3Nza user@host\n", message: /is an SSH public key/ },
    {
      name: "a key whose label is in lower case",
      key: () => pair.keyPem.replaceAll("PRIVATE KEY", "private key"),
      message: /holds a PEM block whose label is not in capitals/,
    },
    {
      name: "a key whose BEGIN and END lines differ",
      key: () => pair.keyPem.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"),
      message: /cut or damaged: no END line fits its BEGIN line/,
    },
    {
      name: "a key from a word processor",
      key: () => pair.keyPem.replaceAll("-----", "\u2014\u2014-"),
      message: /whose dashes were changed, as word processors and chats do.*copy the file itself/,
    },
    {
      name: "line ends written as two characters",
      key: () => pair.keyPem.replaceAll("\n", String.raw`\n`),
      message: /holds "\\n" as two characters where a line should end; write it with real line ends/,
    },
    {
      name: "PEM in base64",
      key: () => Buffer.from(pair.keyPem).toString("base64"),
      message: /is PEM encoded in base64 once more.*decode it with "base64 -d/,
    },
    {
      name: "a key without its BEGIN and END lines",
      key: () => pair.keyPem.replaceAll(/-----.*-----\n/g, ""),
      message:
        /is the base64 of a private key without its BEGIN and END lines; write "base64 -d FILE > FILE\.der".*"openssl pkey -inform der -in FILE\.der/,
    },
    {
      name: "a Java keystore",
      key: () => Buffer.from("feedfeed00000002", "hex"),
      message: /is a Java keystore, not PEM; .*"keytool -importkeystore/,
    },
    { name: "any other text", key: () => "hello\n", message: /holds no PEM block .*; check the path/ },
    {
      name: "binary rubbish",
      key: () => Buffer.from([0x30, 0x82, 0xff, 0xff, 0, 1, 2]),
      message: /holds no PEM block/,
    },
    {
      name: "a file far too long",
      key: () => Buffer.alloc(1_100_000, 0x41),
      message: /has 1100000 bytes, which no PEM file has; check the path/,
    },
  ];
  for (const { name, key, message } of wrongKeys) {
    test(`checkCredentials() refuses ${name} as private key with a remedy`, () => {
      const [problem, ...rest] = checkCredentials(files(pair.certificatePem, key()), Date.now());
      assert.deepEqual(rest, []);
      assert.deepEqual(problem?.path, ["private_key_file"]);
      assert.equal(problem.severity, "error");
      assert.match(problem.message, message);
      assert.match(problem.message, /; /, "no remedy");
      assert.doesNotMatch(problem.message, /BEGIN (?!…|line|)[A-Z]|MII/, "prints the key");
    });
  }

  const wrongCertificates: readonly {
    readonly name: string;
    readonly certificate: () => string | Uint8Array;
    readonly message: RegExp;
  }[] = [
    { name: "PKCS#12", certificate: () => PFX, message: /is PKCS#12 \(PFX\), not PEM; convert it/ },
    {
      name: "a certificate in DER",
      certificate: () => pair.certificateDer,
      message: /is a certificate in DER, not PEM; convert it with "openssl x509 -inform der/,
    },
    {
      name: "PKCS#7 in DER",
      certificate: () => P7B,
      message: /is PKCS#7 in DER, not PEM; convert it with "openssl pkcs7/,
    },
    {
      name: "a private key",
      certificate: () => pair.keyPem,
      message: /holds a private key but no certificate; .*swapped with private_key_file/,
    },
    {
      name: "a public key",
      certificate: publicPem,
      message: /holds a bare public key; name the file of the certificate/,
    },
    {
      name: "a certificate request",
      certificate: () => block("CERTIFICATE REQUEST"),
      message: /holds a certificate request, not a certificate; let it be signed/,
    },
    { name: "PKCS#7", certificate: () => block("PKCS7"), message: /holds PKCS#7; convert it with "openssl pkcs7/ },
    {
      name: "an OpenSSL trusted certificate",
      certificate: () => block("TRUSTED CERTIFICATE"),
      message: /OpenSSL trust settings; convert it/,
    },
    {
      name: "an unknown block",
      certificate: () => block("X509 CRL"),
      message: /holds no certificate but X509 CRL; name the file/,
    },
    {
      name: "a damaged certificate",
      certificate: () => block("CERTIFICATE"),
      message: /certificate that cannot be decoded.*copy the whole file again/,
    },
    {
      name: "a certificate without its BEGIN and END lines",
      certificate: () => pair.certificateDer.toString("base64"),
      message: /is the base64 of a certificate without its BEGIN and END lines/,
    },
    {
      name: "the certificate of another key",
      certificate: () => other.certificatePem,
      message:
        /does not belong to private_key_file: it holds "CN=other" \(thumbprint [0-9A-F]{40}\).*openssl x509.*openssl pkey/,
    },
  ];
  for (const { name, certificate, message } of wrongCertificates) {
    test(`checkCredentials() refuses ${name} as certificate with a remedy`, () => {
      const [problem, ...rest] = checkCredentials(files(certificate(), pair.keyPem), Date.now());
      assert.deepEqual(rest, []);
      assert.deepEqual(problem?.path, ["certificate_file"]);
      assert.equal(problem.severity, "error");
      assert.match(problem.message, message);
    });
  }

  suite("checkCredentials()", () => {
    test("names both files when they are swapped", () => {
      const problems = checkCredentials(files(pair.keyPem, pair.certificatePem), Date.now());
      assert.deepEqual(
        problems.map(({ path, message }) => [path[0], /swapped/.test(message)]),
        [
          ["certificate_file", true],
          ["private_key_file", true],
        ],
      );
    });

    const periods = [
      {
        name: "an expired certificate",
        at: 366 * DAY_MS,
        severity: "error",
        message: /expired on 20\S+Z: .*; make a pair/,
      },
      {
        name: "a certificate that is not valid yet",
        at: -2 * DAY_MS,
        severity: "error",
        message: /is not valid before 20\S+Z: .*; set this machine's clock/,
      },
      {
        name: "a certificate near its end",
        at: 340 * DAY_MS,
        severity: "warning",
        message: /expires in 25 days, on 20.*Z: .*; make a pair/,
      },
      {
        name: "a certificate on its last day",
        at: 364.5 * DAY_MS,
        severity: "warning",
        message: /expires in 1 day, on/,
      },
    ];
    for (const { name, at, severity, message } of periods) {
      test(`reports ${name} as ${severity}`, () => {
        const problems = checkCredentials(files(pair.certificatePem, pair.keyPem), Date.now() + at);
        assert.deepEqual(
          problems.map((problem) => [problem.path, problem.severity]),
          [[["certificate_file"], severity]],
        );
        assert.match(problems[0]?.message ?? "", message);
      });
    }

    test("takes the valid one of two certificates that were made for the same key", async () => {
      const old = await makePair({ notAfter: new Date(Date.now() - DAY_MS), subject: "CN=old" });
      const renewed = await makePair({ keyPem: old.keyPem, subject: "CN=renewed" });
      const next = await makePair({ keyPem: old.keyPem, subject: "CN=next", notBefore: new Date(Date.now() + DAY_MS) });
      const chain = old.certificatePem + renewed.certificatePem + next.certificatePem;
      assert.equal(loadCredentials(files(chain, old.keyPem), Date.now()).subject, "CN=renewed");
    });

    test("reports the period even when the key cannot be used", () => {
      const problems = checkCredentials(files(pair.certificatePem, makeKey("ec")), Date.now() + 366 * DAY_MS);
      assert.deepEqual(
        problems.map(({ path }) => path[0]),
        ["private_key_file", "certificate_file"],
      );
    });

    test("warns when other users can read the key", { skip: process.platform === "win32" }, () => {
      const paths = files(pair.certificatePem, pair.keyPem);
      chmodSync(paths.privateKeyFile, 0o644);
      const problems = checkCredentials(paths, Date.now());
      chmodSync(paths.privateKeyFile, 0o600);
      assert.deepEqual(
        problems.map((problem) => [problem.path, problem.severity]),
        [[["private_key_file"], "warning"]],
      );
      assert.match(problems[0]?.message ?? "", /chmod 600/);
    });

    test("says what to do when a file is missing, a folder or not readable", () => {
      const paths = files(pair.certificatePem, pair.keyPem);
      const [missing] = checkCredentials({ ...paths, certificateFile: `${folder.path}/nothing.pem` }, Date.now());
      assert.match(missing?.message ?? "", /nothing\.pem" cannot be read: no such file \(ENOENT\); check the path/);
      const [isFolder] = checkCredentials({ ...paths, certificateFile: folder.path }, Date.now());
      assert.match(isFolder?.message ?? "", /is a folder \(EISDIR\); name the file in it/);
      const circle = `${folder.path}/circle.pem`;
      symlinkSync(circle, circle);
      const [looped] = checkCredentials({ ...paths, certificateFile: circle }, Date.now());
      assert.match(looped?.message ?? "", /cannot be read \(ELOOP\); check the path and who may read it/);
    });

    test("does not wait for a pipe", { skip: process.platform === "win32" }, () => {
      const path = join(folder.path, "pipe.pem");
      execFileSync("mkfifo", [path]);
      const [problem] = checkCredentials(
        { ...files(pair.certificatePem, pair.keyPem), privateKeyFile: path },
        Date.now(),
      );
      assert.match(problem?.message ?? "", /is no regular file but a pipe or a device; write its content to a file/);
    });

    test("says who must be able to read a file that is forbidden", { skip: process.platform === "win32" }, () => {
      const paths = files(pair.certificatePem, pair.keyPem);
      chmodSync(folder.path, 0o755);
      chmodSync(paths.privateKeyFile, 0o000);
      const [problem] = asOrdinaryUser(() => checkCredentials({ ...paths }, Date.now())).filter(
        ({ path }) => path[0] === "private_key_file",
      );
      chmodSync(paths.privateKeyFile, 0o600);
      assert.match(
        problem?.message ?? "",
        /permission denied \(EACCES\); let the user that the collector runs as read it/,
      );
    });
  });
});

/** Root can read everything: for that long it is nobody. */
function asOrdinaryUser<T>(action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

function utf16(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}

function block(label: string): string {
  return `-----BEGIN ${label}-----\nMIIBIjANBgkq\n-----END ${label}-----\n`;
}

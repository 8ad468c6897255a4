import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { suite, test } from "node:test";
import { makeCertificatePair, makeTlsIdentity } from "../../emulator/certificates.ts";

const DAY_MS = 86_400_000;

suite("makeCertificatePair()", () => {
  test("makes an RSA certificate of 2048 bits that its key belongs to", async () => {
    const pair = await makeCertificatePair();
    const certificate = new X509Certificate(pair.certificatePem);
    assert.equal(certificate.publicKey.asymmetricKeyType, "rsa");
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.ok(certificate.checkPrivateKey(createPrivateKey(pair.privateKeyPem)));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.match(pair.privateKeyPem, /^-----BEGIN PRIVATE KEY-----\n/);
  });

  test("takes subject, key size and days", async () => {
    const notBeforeMs = Date.parse("2026-01-01T00:00:00Z");
    const pair = await makeCertificatePair({ subject: "CN=weak", keySize: 1024, days: 10, notBeforeMs });
    const certificate = new X509Certificate(pair.certificatePem);
    assert.equal(certificate.subject, "CN=weak");
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 1024);
    assert.equal(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom), 10 * DAY_MS);
  });

  test("makes one that has expired when days is negative", async () => {
    const certificate = new X509Certificate((await makeCertificatePair({ days: -1 })).certificatePem);
    assert.ok(Date.parse(certificate.validTo) < Date.now());
    assert.ok(Date.parse(certificate.validFrom) < Date.parse(certificate.validTo));
  });
});

suite("makeTlsIdentity()", () => {
  test("signs a certificate for loopback and the host with a new authority", async () => {
    const { caPem, certificatePem } = await makeTlsIdentity("emulator.example");
    const certificate = new X509Certificate(certificatePem);
    assert.ok(certificate.verify(new X509Certificate(caPem).publicKey));
    for (const host of ["localhost", "emulator.example"]) assert.equal(certificate.checkHost(host), host);
    for (const ip of ["127.0.0.1", "::1"]) assert.ok(certificate.checkIP(ip) !== undefined, ip);
  });
});

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import { makeCertificatePair, sampleRecordsFile, type CertificatePair } from "../../../emulator/index.ts";
import { factory } from "../../../receiver/factory.ts";
import { eventually } from "../../support/eventually.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { testSettings, type TestSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const closers: (() => Promise<unknown> | void)[] = [];

let newPair: Promise<CertificatePair> | undefined;

/** A tenant, and in its folder new-certificate.pem and new-key.pem of a pair that it does not know. */
async function tenant(rules: { readonly tokenLifeMs?: number } = {}): Promise<TestTenant> {
  newPair ??= makeCertificatePair({ subject: "CN=new" });
  const { certificatePem, privateKeyPem } = await newPair;
  const content = [{ kind: "records" as const, files: [sampleRecordsFile()], recordsPerBlob: 50 }];
  const source = await startTenant({ content, rules });
  closers.push(() => source.close());
  source.file("new-certificate.pem", certificatePem);
  source.file("new-key.pem", privateKeyPem);
  return source;
}

function filesOf(source: TestTenant, prefix: string): { certificate_file: string; private_key_file: string } {
  return {
    certificate_file: join(source.folder, `${prefix}certificate.pem`),
    private_key_file: join(source.folder, `${prefix}key.pem`),
  };
}

/** Collects until the records are there and `until` is true. */
async function collect(
  source: TestTenant,
  overrides: Readonly<Record<string, unknown>>,
  until: (settings: TestSettings) => boolean,
): Promise<TestSettings> {
  const storage = openStorage(join(source.folder, "state"));
  closers.push(() => storage.close());
  const settings = testSettings({ id: "o365/contoso" });
  const parsed = factory.config.parse(source.receiver(overrides));
  let accepted = 0;
  const consume = async (records: readonly unknown[]): Promise<void> => void (accepted += records.length);
  const receiver = factory.create({ ...settings, storage }, parsed, [{ name: "logs>test", consume }]);
  await receiver.start();
  await eventually(
    () => accepted === 132 && until(settings),
    () => `${accepted} records; ${JSON.stringify(settings.reports)}`,
  );
  await receiver.shutdown(never);
  return settings;
}

function certificateReport({ reports }: TestSettings): string | undefined {
  const report = reports.findLast(({ aspect }) => aspect === "certificate");
  return report === undefined ? undefined : `${report.status} ${report.message ?? ""}`;
}

suite("Rollover of certificates", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("collects with a fallback while the new certificate is not registered, and says what to do", async () => {
    const source = await tenant();
    const overrides = { ...filesOf(source, "new-"), fallback_certificates: [filesOf(source, "")] };
    const settings = await collect(source, overrides, (seen) => certificateReport(seen) !== undefined);
    assert.match(
      certificateReport(settings) ?? "",
      /^recoverable_error Cannot sign in app .*AADSTS700027.*; until that is mended, CN=test with thumbprint [0-9A-F]{40} signs in, which ends at 20/,
    );
  });

  test("asks with the first pair only when that is accepted", async () => {
    const source = await tenant();
    const overrides = { fallback_certificates: [filesOf(source, "new-")] };
    const settings = await collect(source, overrides, () => true);
    assert.equal(certificateReport(settings), undefined);
    const signIns = source.emulator.requests.filter(({ operation }) => operation === "token");
    assert.deepEqual(
      signIns.map(({ status }) => status),
      [200],
    );
  });

  test("goes on with the pair that signed in last when the files are replaced before the upload", async () => {
    // Tokens that are about to end when they are given: each request signs in.
    const source = await tenant({ tokenLifeMs: 10_000 });
    const [fresh, used] = [filesOf(source, "new-"), filesOf(source, "")];
    const replace = (): void => {
      copyFileSync(fresh.certificate_file, used.certificate_file);
      copyFileSync(fresh.private_key_file, used.private_key_file);
    };
    let isReplaced = false;
    const settings = await collect(source, {}, (seen) => {
      if (!isReplaced) replace();
      isReplaced = true;
      return certificateReport(seen) !== undefined;
    });
    assert.match(certificateReport(settings) ?? "", /^recoverable_error .*AADSTS700027.* CN=test with thumbprint/);
  });

  test("check names both certificates, and which of them is not accepted", async () => {
    const source = await tenant();
    const parsed = factory.config.parse(
      source.receiver({ ...filesOf(source, "new-"), fallback_certificates: [filesOf(source, "")] }),
    );
    const facts: string[] = [];
    const settings = { ...testSettings(), startSubscriptions: false };
    for await (const { level: status, name: check, message } of factory.preflight?.(parsed, settings, never) ?? []) {
      if (check === "certificate" || check === "token") facts.push(`${status} ${check} ${message}`);
    }
    assert.match(facts[0] ?? "", /^ok certificate CN=new, thumbprint/);
    assert.match(facts[1] ?? "", /^ok certificate CN=test, thumbprint/);
    assert.match(facts[2] ?? "", /^ok token Entra ID gave an access token/);
    assert.match(facts[3] ?? "", /^warn certificate Cannot sign in .*AADSTS700027.*; until that is mended, CN=test/);
  });

  test("says that no pair was accepted, and what to do about the first", async () => {
    const source = await tenant();
    const overrides = { ...filesOf(source, "new-"), fallback_certificates: [filesOf(source, "other-")] };
    const other = await makeCertificatePair({ subject: "CN=other" });
    source.file("other-certificate.pem", other.certificatePem);
    source.file("other-key.pem", other.privateKeyPem);
    const settings = { ...testSettings(), startSubscriptions: false };
    const facts: string[] = [];
    for await (const { level: status, name: check, message } of factory.preflight?.(
      factory.config.parse(source.receiver(overrides)),
      settings,
      never,
    ) ?? []) {
      if (status === "fail") facts.push(`${check} ${message}`);
    }
    assert.equal(facts.length, 1);
    assert.match(facts[0] ?? "", /^token .*AADSTS700027.*; no other certificate is accepted either/);
  });
});

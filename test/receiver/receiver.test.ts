import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Branch, Component } from "../../collector/component.ts";
import { openStorage } from "../../collector/storage/sqlite.ts";
import { makeCertificatePair, sampleRecordsFile } from "../../emulator/index.ts";
import { config } from "../../receiver/config.ts";
import { createO365Receiver } from "../../receiver/receiver.ts";
import { eventually } from "../support/eventually.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { testSettings, type TestSettings } from "../support/test-settings.ts";

const closers: (() => Promise<unknown> | void)[] = [];

interface Setup {
  readonly receiver: Component;
  readonly settings: TestSettings;
  readonly accepted: () => number;
}

function receiverOf(
  source: TestTenant,
  overrides: Readonly<Record<string, unknown>> = {},
  hold?: Promise<void>,
): Setup {
  const storage = openStorage(join(source.folder, `state-${closers.length}`));
  closers.push(() => storage.close());
  const settings = testSettings({ id: "o365/contoso" });
  let accepted = 0;
  const branch: Branch = {
    name: "logs>test",
    async consume(records, signal) {
      if (hold !== undefined) {
        await Promise.race([
          hold,
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          }),
        ]);
      }
      accepted += records.length;
    },
  };
  const parsed = config.parse(source.receiver(overrides));
  const receiver = createO365Receiver({ ...settings, storage }, parsed, [branch]);
  return { receiver, settings, accepted: () => accepted };
}

async function tenant(): Promise<TestTenant> {
  const source = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
  closers.push(() => source.close());
  return source;
}

function messages({ reports }: TestSettings, status: string): string {
  return reports
    .filter((report) => report.status === status)
    .map(({ message }) => message)
    .join("\n");
}

suite("createO365Receiver()", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("may be shut down before it was started, and twice", async () => {
    const source = await tenant();
    const { receiver } = receiverOf(source);
    await receiver.shutdown(new AbortController().signal);
    await receiver.shutdown(new AbortController().signal);
  });

  test("says what is wrong with the certificate and starts by itself once the file is right", async () => {
    const source = await tenant();
    const right = readFileSync(join(source.folder, "certificate.pem"), "utf8");
    const path = source.file("late.pem", "not a certificate");
    const { receiver, settings, accepted } = receiverOf(source, { certificate_file: path });
    await receiver.start();
    await eventually(
      () => messages(settings, "permanent_error").includes(path),
      () => messages(settings, "permanent_error"),
    );
    writeFileSync(path, right);
    await eventually(
      () => accepted() === 132,
      () => `${accepted()} records`,
    );
    assert.equal(settings.reports.findLast(({ aspect }) => aspect === undefined)?.status, "ok");
    await receiver.shutdown(new AbortController().signal);
  });

  for (const { name, overrides, code } of [
    {
      name: "an application that the tenant does not know",
      overrides: { client_id: "99999999-0000-4000-8000-000000000001" },
      code: "AADSTS700016",
    },
    {
      name: "a tenant that does not exist",
      overrides: { tenant_id: "99999999-0000-4000-8000-000000000002" },
      code: "AADSTS90002",
    },
  ]) {
    test(`names the cause for ${name}`, async () => {
      const source = await tenant();
      const { receiver, settings } = receiverOf(source, overrides);
      await receiver.start();
      const seen = (): string => messages(settings, "permanent_error");
      await eventually(() => seen().includes(code), seen);
      await receiver.shutdown(new AbortController().signal);
    });
  }

  test("does not say that it works before anything has", async () => {
    const source = await tenant();
    source.emulator.faults.add({ action: { kind: "reset" }, times: "always" });
    const { receiver, settings } = receiverOf(source);
    await receiver.start();
    const seen = (): string => messages(settings, "recoverable_error");
    await eventually(() => seen().includes("the connection was cut"), seen);
    await receiver.shutdown(new AbortController().signal);
    const whole = settings.reports.filter(({ aspect }) => aspect === undefined).map(({ status }) => status);
    assert.deepEqual([...new Set(whole)], ["starting", "recoverable_error"]);
  });

  test("names the certificate that is not registered", async () => {
    const source = await tenant();
    const other = await makeCertificatePair({ subject: "CN=other" });
    const { receiver, settings } = receiverOf(source, {
      certificate_file: source.file("other.pem", other.certificatePem),
      private_key_file: source.file("other-key.pem", other.privateKeyPem),
    });
    await receiver.start();
    const seen = (): string => messages(settings, "permanent_error");
    await eventually(() => seen().includes("AADSTS700027"), seen);
    await receiver.shutdown(new AbortController().signal);
  });

  test("shutdown() waits for what is in flight until its signal aborts, and settles nothing after it", async () => {
    const source = await tenant();
    const { receiver, accepted, settings } = receiverOf(source, {}, new Promise(() => undefined));
    await receiver.start();
    await eventually(
      () => source.emulator.requests.some(({ operation, status }) => operation === "blob" && status === 200),
      () => JSON.stringify(settings.reports),
    );
    const deadline = new AbortController();
    const stopping = receiver.shutdown(deadline.signal);
    deadline.abort(new Error("deadline"));
    await stopping;
    assert.equal(accepted(), 0);
  });
});

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import { sampleRecordsFile } from "../../../emulator/index.ts";
import { config } from "../../../receiver/config.ts";
import { createO365Receiver } from "../../../receiver/receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";
import { testSettings, type TestSettings } from "../../support/test-settings.ts";

/** A tenant with five content types, and a receiver that collects them over TLS. */
export interface CollectedTenant {
  readonly source: TestTenant;
  readonly settings: TestSettings;
  /** Records accepted so far, and records that the service has. */
  readonly accepted: () => number;
  readonly served: () => number;
  /** Requests so far, without those for tokens. */
  readonly requests: () => number;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function collectedTenant(): Promise<CollectedTenant> {
  const source = await startTenant({
    content: [{ kind: "records", files: [sampleRecordsFile()], pastMs: 1_800_000, recordsPerBlob: 100 }],
  });
  const storage = openStorage(join(source.folder, "state"));
  const settings = testSettings({ id: "o365/contoso", random: Math.random });
  let accepted = 0;
  const consume = (records: readonly unknown[]): Promise<void> => {
    accepted += records.length;
    return Promise.resolve();
  };
  const receiver = createO365Receiver(
    { ...settings, storage },
    config.parse(source.receiver({ initial_lookback: "1h" })),
    [{ name: "logs>test", consume }],
  );
  const ofTheApi = new Set(["list", "start", "content", "blob"]);
  return {
    source,
    settings,
    accepted: () => accepted,
    served: () => source.emulator.served().length,
    requests: () => source.emulator.requests.filter(({ operation }) => ofTheApi.has(operation)).length,
    start: () => receiver.start(),
    async close() {
      await receiver.shutdown(new AbortController().signal);
      storage.close();
      await source.close();
    },
  };
}

/**
 * Two tenants, of which one answers nothing but AF429 for a while: counts what we send to both meanwhile, and lets the
 * throttled one come back.
 */
export async function throttleOneOfTwo(seconds: number, status: 403 | 429): Promise<void> {
  const [throttled, other] = await Promise.all([collectedTenant(), collectedTenant()]);
  try {
    throttled.source.emulator.faults.add({
      match: { operation: ["list", "start", "content", "blob"] },
      action: { kind: "throttle", status },
      times: "always",
    });
    await Promise.all([throttled.start(), other.start()]);
    await eventually(
      () => throttled.requests() > 0,
      () => "no request was refused",
    );
    await sleep(seconds * 1000);
    const sent = throttled.requests();
    assert.ok(sent >= 1 && sent <= seconds, `${sent} requests in ${seconds} s of throttling`);
    assert.equal(throttled.settings.metrics.sum("otel_o365_receiver_throttled_requests"), sent);
    assert.equal(other.accepted(), other.served());
    assert.ok(other.requests() > 10 * sent, `${other.requests()} requests to the other tenant`);
    assert.equal(other.settings.metrics.sum("otel_o365_receiver_throttled_requests"), 0);

    throttled.source.emulator.faults.clear();
    await eventually(
      () => throttled.accepted() > 0 && throttled.accepted() === throttled.served(),
      () => `${throttled.accepted()} of ${throttled.served()} records`,
    );
    const said = throttled.settings.reports.filter(({ aspect }) => aspect === "requests");
    assert.deepEqual(
      said.map(({ status: reported, reason }) => [reported, reason]),
      [
        ["recoverable_error", "throttled"],
        ["ok", undefined],
      ],
    );
  } finally {
    await Promise.all([throttled.close(), other.close()]);
  }
}

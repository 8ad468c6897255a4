import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { announceExpiry } from "../../../collector/health/announce-expiry.ts";
import type { CollectorEvent } from "../../../collector/storage/storage.ts";
import { LogRecorder } from "../../support/fake-graph.ts";

const DAY = 86_400_000;

suite("announceExpiry()", () => {
  test("speaks at 30, 14, 7 and 1 days and at the end, once each, and of the renewal", () => {
    const values = new Map<string, string>();
    const events: CollectorEvent[] = [];
    const logger = new LogRecorder();
    const ledger = {
      announced: (key: string) => values.get(key),
      announce: (key: string, value: string, told: readonly CollectorEvent[]) => {
        values.set(key, value);
        events.push(...told);
      },
      untoldLosses: () => [],
      announceLosses: () => {},
    };
    let notAfterMs = 31 * DAY;
    const look = (nowMs: number): void =>
      announceExpiry(
        { id: "o365/contoso", ledger, logger, nowMs, isSettled: true },
        { subject: "CN=contoso", file: "contoso.pem", notAfterMs },
      );
    for (let hour = 0; hour < 32 * 24; hour += 1) look((hour * DAY) / 24);
    notAfterMs += 365 * DAY;
    look(32 * DAY);
    look(33 * DAY);
    assert.deepEqual(
      events.map(({ atMs, name, attributes }) => [
        atMs / DAY,
        name,
        attributes["o365.collector.certificate.days_left"],
      ]),
      [
        [1, "o365.collector.certificate_expiry", 30],
        [17, "o365.collector.certificate_expiry", 14],
        [24, "o365.collector.certificate_expiry", 7],
        [30, "o365.collector.certificate_expiry", 1],
        [31, "o365.collector.certificate_expiry", 0],
        [32, "o365.collector.certificate_renewed", 364],
      ],
    );
    assert.deepEqual(
      logger.lines.map(({ level }) => level),
      ["warn", "warn", "error", "error", "error", "info"],
    );
    assert.match(String(events[4]?.body), /has ended at 1970-02-01T00:00:00\.000Z; make a new pair/);
  });
});

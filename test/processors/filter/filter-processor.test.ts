import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { factory } from "../../../processors/filter/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { ControlledConsumer } from "../../support/controlled-consumer.ts";
import { idsOf, makeCollectorEvent, makeRecord, makeRecords } from "../../support/log-records.ts";
import { settle } from "../../support/manual-clock.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const DROPPED = "otelcol_processor_filter_logs.filtered";
const FAILED = "otel_o365_processor_filter_failed_conditions";

interface Bench {
  readonly settings: TestSettings;
  readonly passed: string[];
  readonly filter: Component & LogsConsumer;
}

function bench(config: object, next?: LogsConsumer): Bench {
  const settings = testSettings({ id: "filter/test" });
  const passed: string[] = [];
  const collect: LogsConsumer = {
    consume: async (records) => {
      passed.push(...idsOf(records));
    },
  };
  return { settings, passed, filter: factory.create(settings, factory.config.parse(config), next ?? collect) };
}

const named = (id: string, eventName: string): ReturnType<typeof makeRecord> => makeRecord(id, { eventName });

checkProcessorContract("filter that keeps all", (next) =>
  factory.create(testSettings(), factory.config.parse({ rules: [{ drop: "false" }] }), next),
);
checkProcessorContract(
  "filter that drops some",
  (next) =>
    factory.create(
      testSettings(),
      factory.config.parse({ rules: [{ drop: String.raw`attributes["o365.id"].matches("-[^0]\\d*$")` }] }),
      next,
    ),
  { drops: true },
);

suite("filter", () => {
  test("the first rule whose condition holds decides, and drops are counted under its name", async () => {
    const { filter, passed, settings } = bench({
      rules: [
        { name: "vip", keep: 'attributes["user.name"] == "vip@contoso.example"' },
        { name: "mail-reads", drop: 'event_name == "MailItemsAccessed"' },
        { drop: 'event_name == "FileAccessed"' },
      ],
    });
    const vip = makeRecord("vip", {
      eventName: "MailItemsAccessed",
      attributes: { "o365.id": "vip", "user.name": "vip@contoso.example" },
    });
    await filter.consume(
      [
        vip,
        named("a", "MailItemsAccessed"),
        named("b", "FileAccessed"),
        named("c", "UserLoggedIn"),
        named("d", "FileAccessed"),
      ],
      never,
    );
    assert.deepEqual(passed, ["vip", "c"]);
    assert.equal(settings.metrics.sum(DROPPED, { filter: "filter/test", rule: "mail-reads" }), 1);
    assert.equal(settings.metrics.sum(DROPPED, { filter: "filter/test", rule: "rule-3" }), 2);
    assert.equal(settings.metrics.sum(DROPPED), 3);
    assert.equal(settings.metrics.sum(FAILED), 0);
  });

  test("default: drop keeps only what a rule keeps", async () => {
    const { filter, passed, settings } = bench({ default: "drop", rules: [{ keep: 'event_name == "UserLoggedIn"' }] });
    await filter.consume([named("a", "UserLoggedIn"), named("b", "FileAccessed")], never);
    assert.deepEqual(passed, ["a"]);
    assert.equal(settings.metrics.sum(DROPPED, { filter: "filter/test", rule: "default" }), 1);
  });

  test("a condition that cannot be applied keeps the record, is counted each time and logged once", async () => {
    const { filter, passed, settings } = bench({
      default: "drop",
      rules: [{ name: "typed", drop: 'attributes["o365.record_type"].startsWith("1")' }, { drop: "true" }],
    });
    await filter.consume(makeRecords(3), never);
    assert.deepEqual(passed, ["id-0", "id-1", "id-2"]);
    assert.equal(settings.metrics.sum(FAILED, { filter: "filter/test", rule: "typed" }), 3);
    assert.deepEqual(settings.lines, [
      {
        level: "warn",
        message: "Cannot apply a filter rule to a record, which is kept; check types in the condition",
        fields: {
          rule: "typed",
          condition: 'attributes["o365.record_type"].startsWith("1")',
          error: "found no matching overload for 'int.startsWith(string)'",
        },
      },
    ]);
  });

  test("the collector's own events pass, whatever the rules say", async () => {
    const { filter, passed } = bench({ default: "drop", rules: [{ drop: "true" }] });
    const spoofed = named("spoofed", "o365.collector.gap");
    await filter.consume([makeCollectorEvent("gap"), spoofed, named("a", "FileAccessed")], never);
    assert.deepEqual(passed, ["gap"]);
  });

  test("consume() resolves without the next consumer when every record is dropped", async () => {
    const next = new ControlledConsumer();
    const { filter, settings } = bench({ rules: [{ drop: "true" }] }, next);
    await filter.consume(makeRecords(4), never);
    assert.equal(next.calls.length, 0);
    assert.equal(settings.metrics.sum(DROPPED), 4);
  });

  test("consume() counts drops once, when the records that it kept are settled", async () => {
    const next = new ControlledConsumer();
    const { filter, settings } = bench({ rules: [{ drop: 'event_name == "FileAccessed"' }] }, next);
    const records = [named("a", "FileAccessed"), named("b", "UserLoggedIn")];
    const failed = filter.consume(records, never);
    next.call(0).fail(new Error("busy"));
    await assert.rejects(failed, /busy/);
    assert.equal(settings.metrics.sum(DROPPED), 0);
    const again = filter.consume(records, never);
    await settle();
    assert.equal(settings.metrics.sum(DROPPED), 0);
    next.call(1).accept();
    await again;
    assert.equal(settings.metrics.sum(DROPPED), 1);
  });
});

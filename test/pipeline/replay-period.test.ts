import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { stringify } from "yaml";
import { countDeadLetters } from "../../collector/delivery/count-dead-letters.ts";
import { cli, type CliOptions, type CliOutcome } from "../support/cli.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { type OtlpSink, type SinkAnswer, startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";

const HOUR_MS = 3_600_000;
const TYPES = ["Audit.Exchange", "Audit.SharePoint"] as const;
const closers: (() => Promise<unknown>)[] = [];

interface Bench {
  readonly source: TestTenant;
  readonly storage: string;
  readonly sinks: readonly OtlpSink[];
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Start of the hour that is so many hours before the current one, ISO 8601. */
  readonly hour: (ago: number) => string;
  readonly replay: (args: readonly string[], options?: CliOptions) => Promise<CliOutcome>;
  /** Starts of subscriptions so far. */
  readonly starts: () => number;
}

interface BenchOptions {
  /** One backend each. */
  readonly answers?: readonly (() => SinkAnswer)[];
  /** Content types with a subscription. */
  readonly subscribed?: readonly string[];
}

/**
 * A tenant with one blob of ten records an hour and content type for the last five hours, in a configuration with a pipeline for each
 * backend; a collector was there before and has started the subscriptions.
 */
async function bench({ answers = [() => OK], subscribed = TYPES }: BenchOptions = {}): Promise<Bench> {
  const source = await startTenant({ rules: { quotaPerMinute: Infinity } });
  closers.push(() => source.close());
  const sinks = await Promise.all(answers.map((answer) => startOtlpSink({ answer })));
  closers.push(...sinks.map((sink) => () => sink.close()));
  const storage = join(source.folder, "state");
  const thisHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const hour = (ago: number): string => new Date(thisHourMs - ago * HOUR_MS).toISOString();
  for (const [index, contentType] of TYPES.entries()) {
    for (let ago = 1; ago <= 5; ago += 1) {
      const records = Array.from({ length: 10 }, (_, n) => record(contentType, index, ago, n));
      source.emulator.addContent({ contentType, records, createdMs: thisHourMs - ago * HOUR_MS + HOUR_MS / 2 });
    }
  }
  const configuration = {
    receivers: { "o365/contoso": source.receiver({ content_types: TYPES, initial_lookback: "0s" }) },
    processors: { xdr: {}, batch: { timeout: "20ms" } },
    exporters: Object.fromEntries(sinks.map(({ url }, index) => [`otlp_http/${index}`, { endpoint: url }])),
    storage: { directory: storage },
    service: {
      shutdown_timeout: "1s",
      pipelines: Object.fromEntries(sinks.map((_, index) => [`logs/${index}`, pipeline(index)])),
    },
  };
  const config = source.file("collector.yaml", stringify(configuration));
  const receivers = { "o365/contoso": source.receiver({ content_types: subscribed, initial_lookback: "0s" }) };
  const collector = await startCollector({ ...configuration, receivers });
  const starts = (): number => source.emulator.requests.filter(({ operation }) => operation === "start").length;
  await eventually(
    () => starts() >= subscribed.length,
    () => `${starts()} subscriptions started`,
  );
  await collector.stop();
  const replay = (args: readonly string[], options?: CliOptions): Promise<CliOutcome> =>
    cli(["replay", "--config", config, ...args], options);
  return { source, storage, sinks, configuration, hour, replay, starts };
}

const OK: SinkAnswer = { kind: "ok" };

function pipeline(index: number): unknown {
  return { receivers: ["o365/contoso"], processors: ["xdr", "batch"], exporters: [`otlp_http/${index}`] };
}

function record(contentType: string, type: number, ago: number, n: number): Readonly<Record<string, unknown>> {
  return {
    Id: `${type}${ago}${n}00000-0000-4000-8000-000000000000`,
    RecordType: contentType === "Audit.Exchange" ? 1 : 6,
    Operation: "Something",
    CreationTime: "2026-07-01T00:00:00",
    OrganizationId: "11111111-2222-4333-8444-555555555555",
  };
}

/** `<content type> <hours ago>` of the records that arrived, sorted, each with how many they were. */
function arrived(sink: OtlpSink): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { attributes } of sink.accepted()) {
    const key = `${String(attributes["o365.content_type"])} ${String(attributes["o365.id"]).slice(1, 2)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function hours(...ago: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(TYPES.flatMap((type) => ago.map((one) => [`${type} ${one}`, 10])));
}

suite("otel-o365 replay of a period", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("delivers the hours that it touches once more, beside a running collector, whose state stays as it was", async () => {
    const { source, storage, sinks, configuration, hour, replay, starts } = await bench();
    const [sink] = sinks;
    assert.ok(sink !== undefined);
    const receivers = { "o365/contoso": source.receiver({ content_types: TYPES, initial_lookback: "6h" }) };
    const collector = await startCollector({ ...configuration, receivers });
    await eventually(
      () => sink.recordCount >= 100,
      () => `${sink.recordCount} records`,
    );
    const before = starts();
    // Half an hour into one window and out of another.
    const half = (time: string): string => time.replace(":00:00.000Z", ":10");
    const { code, stdout } = await replay(["--from", half(hour(3)), "--to", half(hour(1)), "--json"]);
    assert.equal(code, 0, stdout);
    const { state, records, integrations } = JSON.parse(stdout);
    assert.deepEqual([state, records], ["complete", 60]);
    assert.deepEqual(integrations[0].branches, [{ name: "logs/0>otlp_http/0", delivered: 6, owed: 0, lost: 0 }]);
    assert.equal(await collector.stop(), true);
    const twice = Object.fromEntries(Object.entries(hours(1, 2, 3)).map(([key, count]) => [key, count * 2]));
    assert.deepEqual(arrived(sink), { ...hours(1, 2, 3, 4, 5), ...twice });
    assert.equal(starts(), before, "no subscription was started");
    const uids = new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"]));
    assert.equal(uids.size, 100, "what comes again can be recognized");
    // What is done is not kept.
    const [folder = ""] = readdirSync(join(storage, "replay"));
    assert.deepEqual(readdirSync(join(storage, "replay", folder)).toSorted(), ["lock.db", "replay.json"]);
  });

  test("does nothing when it has ended before, and says how to repeat it", async () => {
    const { sinks, hour, replay } = await bench();
    const args = ["--from", hour(2), "--to", hour(1), "--content-type", "Audit.Exchange"];
    assert.match((await replay(args)).stdout, /^Complete\. .* \(UTC\): 10 records delivered\.\n/);
    const again = await replay(args);
    assert.equal(again.code, 0);
    assert.match(
      again.stdout,
      /^Nothing done: this replay was complete at .* with 10 records delivered\. .*--again\.\n$/s,
    );
    assert.equal(JSON.parse((await replay([...args, "--json"])).stdout).state, "ended_before");
    assert.deepEqual(arrived(sinks[0] ?? assert.fail()), { "Audit.Exchange 2": 10 });
    assert.equal((await replay([...args, "--again"])).code, 0);
    assert.deepEqual(arrived(sinks[0] ?? assert.fail()), { "Audit.Exchange 2": 20 });
    assert.equal((await replay(["--from", hour(3), ...args.slice(2)])).code, 0, "another period is another replay");
  });

  test("delivers to one backend while the other is dead, waits visibly, and goes on after an interruption", async () => {
    let isDead = true;
    const { sinks, hour, replay } = await bench({
      answers: [() => OK, () => (isDead ? { kind: "status", status: 503 } : OK)],
    });
    const [live, dead] = sinks;
    assert.ok(live !== undefined && dead !== undefined);
    const signals = new EventEmitter();
    const args = ["--from", hour(5), "--to", hour(0)];
    const first = replay([...args, "--json"], { signals });
    await eventually(
      () => live.recordCount >= 100 && dead.requestCount >= 1,
      () => `${live.recordCount} records`,
    );
    signals.emit("SIGINT", "SIGINT");
    const { code, stdout, stderr } = await first;
    assert.equal(code, 3, stderr);
    const { state, integrations } = JSON.parse(stdout);
    assert.equal(state, "interrupted");
    assert.deepEqual(integrations[0].branches, [
      { name: "logs/0>otlp_http/0", delivered: 10, owed: 0, lost: 0 },
      { name: "logs/1>otlp_http/1", delivered: 0, owed: 10, lost: 0 },
    ]);
    assert.match(stderr, /"component":"otlp_http\/1","status":"recoverable_error"/);
    isDead = false;
    const second = await replay(args);
    assert.equal(second.code, 0, second.stdout);
    assert.deepEqual(arrived(live), hours(1, 2, 3, 4, 5), "nothing twice");
    assert.deepEqual(arrived(dead), hours(1, 2, 3, 4, 5));
  });

  test("says what is out of reach, delivers the rest, and does not try again", async () => {
    const { sinks, hour, replay } = await bench();
    const args = ["--from", "9d", "--to", hour(4), "--content-type", "Audit.Exchange"];
    const { code, stdout } = await replay([...args, "--requests-per-minute", "100000"]);
    assert.equal(code, 6);
    assert.match(stdout, /^Ended, but not complete\. /);
    assert.match(
      stdout.replaceAll(/\s+/g, " "),
      / Out of reach: .* of o365\/contoso \(Audit\.Exchange\)\. The API lists 7 days; export .* with --file\. $/,
    );
    assert.deepEqual(arrived(sinks[0] ?? assert.fail()), { "Audit.Exchange 5": 10 });
    const again = JSON.parse((await replay([...args, "--json"])).stdout);
    assert.deepEqual([again.state, again.exit_code, again.missing.length], ["ended_before", 6, 1]);
    assert.ok(Date.parse(again.missing[0].to) - Date.parse(again.missing[0].from) > 47 * HOUR_MS);
  });

  test("explains a content type without subscription, delivers the others, and has it once there is one", async () => {
    const { sinks, configuration, hour, replay, starts } = await bench({ subscribed: ["Audit.Exchange"] });
    const args = ["--from", hour(3), "--to", hour(1)];
    const { code, stdout } = await replay(args);
    assert.equal(code, 6);
    assert.match(
      stdout.replaceAll(/\s+/g, " "),
      /Cannot list content "Audit\.SharePoint": the API answered AF20022 .*; replay starts none: let the collector run .*once that is mended\./,
    );
    const [sink] = sinks;
    assert.ok(sink !== undefined);
    assert.deepEqual(arrived(sink), { "Audit.Exchange 2": 10, "Audit.Exchange 3": 10 });
    assert.equal(starts(), 1);
    const collector = await startCollector(configuration);
    await eventually(
      () => starts() === 2,
      () => "the other subscription started",
    );
    await collector.stop();
    assert.equal((await replay(args)).code, 0);
    assert.deepEqual(arrived(sink), hours(2, 3), "nothing twice");
  });

  test("gets through throttling, errors of the service and cut blobs", async () => {
    const { source, sinks, hour, replay } = await bench();
    source.emulator.faults.add({ match: { operation: "content" }, action: { kind: "respond", status: 500 }, times: 2 });
    source.emulator.faults.add({ match: { operation: "content" }, action: { kind: "throttle" }, times: 2 });
    source.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "cut" }, times: 3 });
    const { code, stdout } = await replay(["--from", hour(2), "--to", hour(0)]);
    assert.equal(code, 0, stdout);
    assert.deepEqual(arrived(sinks[0] ?? assert.fail()), hours(1, 2));
  });

  test("counts blobs that the service has given up as lost", async () => {
    const { source, hour, replay } = await bench();
    source.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "expired" }, times: 1 });
    const { code, stdout } = await replay(["--from", hour(3), "--to", hour(2), "--json"]);
    const { state, integrations } = JSON.parse(stdout);
    assert.deepEqual([code, state, integrations[0].branches[0].lost], [6, "incomplete", 1]);
  });

  test("keeps records that are refused in dead letters of its own, which --dead-letters sends again", async () => {
    let isMended = false;
    const { storage, sinks, hour, replay } = await bench({
      answers: [() => (isMended ? OK : { kind: "partial", rejected: 3, message: "too old" })],
    });
    const { code, stdout } = await replay(["--from", hour(2), "--to", hour(1)]);
    assert.equal(code, 6);
    assert.match(stdout, /20 records refused for good by a backend: "replay --dead-letters" sends them again\./);
    assert.equal(existsSync(join(storage, "dead-letters")), false, "those of the collector are not touched");
    const [folder = ""] = readdirSync(join(storage, "replay"));
    assert.equal(await countDeadLetters(join(storage, "replay", folder)), 20);
    isMended = true;
    const resent = await replay(["--dead-letters", "--include-partial"]);
    assert.equal(resent.code, 0, resent.stdout);
    assert.equal((sinks[0] ?? assert.fail()).recordCount, 40);
    assert.equal(await countDeadLetters(join(storage, "replay", folder)), 0);
  });

  test("ends with 2 when an integration or content type is not of the configuration", async () => {
    const { hour, replay, storage } = await bench();
    const args = ["--from", hour(2), "--to", hour(1)];
    const integration = await replay([...args, "--integration", "o365/contosso"]);
    assert.equal(integration.code, 2);
    assert.match(integration.stderr, /^Cannot replay from "o365\/contosso": .*; did you mean "o365\/contoso"\?\n$/);
    const contentType = await replay([...args, "--content-type", "DLP.All"]);
    assert.equal(contentType.code, 2);
    assert.match(contentType.stderr, /^Cannot replay content type "DLP\.All": none of o365\/contoso collects it; /);
    assert.equal(existsSync(join(storage, "replay")), false);
  });

  test("ends with an error when it cannot sign in, and goes on from there once it can", async () => {
    const { source, sinks, hour, replay } = await bench();
    const args = ["--from", hour(2), "--to", hour(1)];
    const path = join(source.folder, "key.pem");
    const key = readFileSync(path, "utf8");
    source.file("key.pem", "");
    await assert.rejects(replay(args), { message: new RegExp(`^Cannot .*${path}`) });
    const [sink] = sinks;
    assert.equal(sink?.requestCount, 0);
    source.file("key.pem", key);
    assert.equal((await replay(args)).code, 0);
    assert.equal(sink.recordCount, 20);
  });
});

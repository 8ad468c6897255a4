import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { sampleRecordsFile, type ServedRecord } from "../../emulator/index.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startTenant } from "../support/tenant.ts";
import { findOtelcol, startOtelcol, type Otelcol, type RunningOtelcol } from "./otelcol.ts";
import { FILES, fileReceiver, theirAttributes, theirProcessors, typed, ways, WAYS } from "./what-is-sent.ts";
import { readmeSuite } from "./readme-suite.ts";
import { validateSuite } from "./validate-suite.ts";
import { kindsOf, readWire, type WireRecords } from "./wire-records.ts";

const found = await findOtelcol();
const skip =
  typeof found === "string"
    ? `NOT PROVEN that an OpenTelemetry Collector takes our requests, files and configuration: ${found}`
    : false;

suite("A real OpenTelemetry Collector as peer", { skip }, () => {
  const otelcol = found as Otelcol;
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-peer-"));
  const out = (name: string): string => join(folder, `${name.replace("/", "-")}.out.jsonl`);
  const ours = (name: string): string => join(folder, `${name.replace("/", "-")}.jsonl`);
  let served: readonly ServedRecord[] = [];
  let wanted: WireRecords = new Map();
  let logged = "";

  before(async () => {
    const ports = Object.fromEntries(await Promise.all(ways.map(async (way) => [way, await freePort()] as const)));
    const theirs = await start(forwarding(ports));
    ({ served, wanted } = await ship(ports, theirs));
    assert.equal(await theirs.stop(), 0);
    logged = theirs.log();
  });
  const closers: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const close of closers.toReversed()) await close();
    rmSync(folder, { recursive: true });
  });

  async function start(configuration: Readonly<Record<string, unknown>>): Promise<RunningOtelcol> {
    const started = await startOtelcol(otelcol, folder, configuration);
    closers.push(() => started.stop());
    return started;
  }

  function pipelines(
    names: readonly string[],
    receivers: Readonly<Record<string, unknown>>,
    processors: object,
  ): object {
    const file = (name: string): string => `file/${name.replace("/", "-")}`;
    return {
      receivers,
      processors,
      exporters: Object.fromEntries(names.map((name) => [file(name), { path: out(name) }])),
      service: {
        telemetry: { metrics: { level: "none" } },
        pipelines: Object.fromEntries(
          names.map((name, index) => [
            `logs/${name.replace("/", "-")}`,
            {
              receivers: [Object.keys(receivers)[index]],
              processors: Object.keys(processors),
              exporters: [file(name)],
            },
          ]),
        ),
      },
    };
  }

  function forwarding(ports: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
    const receivers = Object.fromEntries(
      ways.map((way) => {
        const protocol = way.startsWith("otlp_grpc") ? "grpc" : "http";
        const server = { endpoint: `127.0.0.1:${ports[way]}` };
        return [`otlp/${way.replace("/", "-")}`, { protocols: { [protocol]: server } }];
      }),
    );
    const live = {
      "otlp_json_file/live": fileReceiver([join(folder, "file-rotated.jsonl"), join(folder, "file-rotated-*.jsonl")]),
    };
    return { ...pipelines([...ways, "live"], { ...receivers, ...live }, theirProcessors) };
  }

  /** Collects everything from a tenant and delivers it every way at once. */
  async function ship(
    ports: Readonly<Record<string, number>>,
    theirs: RunningOtelcol,
  ): Promise<{ served: readonly ServedRecord[]; wanted: WireRecords }> {
    const content = [
      { kind: "records", files: [sampleRecordsFile()] },
      { kind: "traffic", rate: 0.1, pastMs: 6 * 3_600_000, blobEveryMs: 600_000, limit: 1200 },
    ] as const;
    const tenant = await startTenant({ content });
    closers.push(() => tenant.close());
    const exporters = Object.fromEntries([
      ...ways.map((way) => [way, { endpoint: `http://127.0.0.1:${ports[way]}`, ...WAYS[way] }] as const),
      ...Object.entries(FILES).map(([name, keys]) => [name, { path: ours(name), fsync: false, ...keys }] as const),
    ]);
    const collector = await startCollector({
      receivers: { "o365/contoso": tenant.receiver({ dlp_values: "keep" }) },
      processors: { xdr: {}, "transform/typed": typed, batch: {} },
      exporters,
      storage: { directory: join(tenant.folder, "state") },
      service: {
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          logs: {
            receivers: ["o365/contoso"],
            processors: ["xdr", "transform/typed", "batch"],
            exporters: Object.keys(exporters),
          },
        },
      },
    });
    const all = tenant.emulator.served();
    closers.push(() => collector.stop());
    await counted(
      () => [ours("file/whole")],
      all.length,
      () => collector.lines.map((line) => JSON.stringify(line)).join("\n"),
    );
    assert.equal(await collector.stop(), true, "everything was acknowledged");
    await counted(
      () => [out("live")],
      all.length,
      () => theirs.log(),
    );
    return { served: all, wanted: readWire([ours("file/whole")]) };
  }

  /** Waits until files hold a number of records. */
  async function counted(files: () => readonly string[], count: number, describe: () => string): Promise<void> {
    let size = -1;
    let seen = 0;
    let isRead = false;
    const look = (): boolean => {
      const present = files().filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
      const now = present.reduce((sum, file) => sum + statSync(file).size, 0);
      // Read only once they have stopped growing for a moment: they are large.
      if (now !== size) {
        size = now;
        isRead = false;
      } else if (!isRead) {
        isRead = true;
        seen = present.reduce((sum, file) => sum + readFileSync(file, "utf8").split('"log.record.uid"').length - 1, 0);
      }
      return seen >= count;
    };
    await eventually(look, () => `${seen} of ${count} records\n${describe()}`);
  }

  /** Every record that was served, once, with all that our own file says of it. */
  function compare(got: WireRecords, extra: Readonly<Record<string, unknown>>): void {
    const missing = [...wanted.keys()].filter((uid) => !got.has(uid));
    assert.deepEqual(missing, [], "records are missing");
    assert.equal(got.size, wanted.size);
    for (const [uid, [record]] of wanted) {
      assert.ok(record !== undefined);
      assert.deepEqual(got.get(uid), [{ ...record, attributes: { ...record.attributes, ...extra } }], uid);
    }
  }

  test(`${typeof found === "string" ? "" : found.version}: what was sent has every kind of value, and the text of the service`, () => {
    assert.ok(served.length > 1000, `${served.length} records`);
    assert.equal(wanted.size, served.length);
    assert.deepEqual([...kindsOf(wanted)].toSorted(), [
      "arrayValue",
      "boolValue",
      "doubleValue",
      "intValue",
      "kvlistValue",
      "stringValue",
    ]);
    const bodies = [...wanted.values()].map(([one]) => one?.record["body"] as { readonly stringValue: string });
    assert.deepEqual(
      bodies.map(({ stringValue }) => stringValue).toSorted(),
      served.map(({ text }) => text).toSorted(),
    );
    // A file may be given another name between being found and being opened: the reader says so, and finds it again.
    const complaints = logged
      .split("\n")
      .filter((line) => /\t(?:error|warn)\t/.test(line) && !line.includes("otlp_json_file"));
    assert.deepEqual(complaints, []);
  });

  for (const way of ways) {
    test(`gets every record once, with every attribute of its type, by ${way}`, () => {
      compare(readWire([out(way)]), theirAttributes);
    });
  }

  test("follows the file exporter's file through its rotations", () => {
    assert.ok(readdirSync(folder).filter((name) => /^file-rotated-.*Z?\.jsonl$/.test(name)).length > 2);
    compare(readWire([out("live")]), theirAttributes);
  });

  test("reads the file exporter's files afterwards: whole, rotated and compressed", async () => {
    const names = Object.keys(FILES);
    const receivers = Object.fromEntries(
      names.map((name) => {
        const stem = name.replace("/", "-");
        const include = readdirSync(folder).filter((file) =>
          new RegExp(`^${stem}(?:-\\d.*)?\\.jsonl(?:\\.gz)?$`).test(file),
        );
        assert.ok(name === "file/whole" || include.length > 2, `${include.length} files of ${name}`);
        return [`otlp_json_file/${stem}`, fileReceiver(include.map((file) => join(folder, file)))];
      }),
    );
    const theirs = await start({ ...pipelines(names, receivers, {}) });
    for (const name of names)
      await counted(
        () => [out(name)],
        served.length,
        () => theirs.log(),
      );
    assert.equal(await theirs.stop(), 0);
    for (const name of names) compare(readWire([out(name)]), {});
  });
});

validateSuite(found as Otelcol, skip);
readmeSuite(found as Otelcol, skip);

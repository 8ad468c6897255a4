import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, suite, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { runCli } from "../../../collector/cli/program.ts";
import { factories } from "../../../collector/components.ts";
import { makeRecord } from "../../support/log-records.ts";

const folder = mkdtempSync(join(tmpdir(), "noise-"));

function line(records: readonly ReadableLogRecord[]): string {
  return `${Buffer.from(JsonLogsSerializer.serializeRequest([...records]) ?? []).toString()}\n`;
}

const records = [
  ...Array.from({ length: 6 }, (_, index) => makeRecord(`read-${index}`, { eventName: "MailItemsAccessed" })),
  ...Array.from({ length: 3 }, (_, index) =>
    makeRecord(`file-${index}`, { eventName: "FileAccessed", body: "x".repeat(5000) }),
  ),
  makeRecord("login", { eventName: "UserLoggedIn", hrTime: [1_782_910_800, 0] }),
];
const lines = line(records.slice(0, 4)) + line(records.slice(4));
const plain = join(folder, "records.jsonl");
writeFileSync(plain, lines);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function noise(...args: readonly string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const io = { stdout: stream("stdout"), stderr: stream("stderr"), env: {}, signals: process };
  const code = await runCli(["noise", ...args], () => Promise.resolve(factories), io);
  return { code, ...written };
}

const parsed = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { stdout, stderr, code } = await noise("--json", ...args);
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
};

suite("otel-o365 noise", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("prints operations by count, with their bytes", async () => {
    const { code, stdout, stderr } = await noise("--file", plain);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^10 records, 0\.02 MiB as OTLP JSON, 2026-07-01 12:00 to 2026-07-01 13:00\n\n/);
    const rows = stdout
      .split("\n")
      .slice(2)
      .map((row) => row.trim().split(/ {2,}/).slice(0, 3));
    assert.deepEqual(rows, [
      ["event_name", "records", "share"],
      ["MailItemsAccessed", "6", "60.0 %"],
      ["FileAccessed", "3", "30.0 %"],
      ["UserLoggedIn", "1", "10.0 %"],
      [""],
    ]);
  });

  test("sorts by bytes, and sums up what is not printed", async () => {
    const { stdout } = await noise("--file", plain, "--sort", "bytes", "--top", "1");
    const names = stdout
      .split("\n")
      .slice(3)
      .map((row) => row.split(/ {2,}/)[0]);
    assert.deepEqual(names, ["FileAccessed", "(others)", ""]);
  });

  test("groups by any expression", async () => {
    const { groups } = await parsed("--file", plain, "--by", 'attributes["o365.id"].split("-")[0]');
    assert.deepEqual(
      (groups as readonly { readonly group: string; readonly records: number }[]).map(({ group, records: n }) => [
        group,
        n,
      ]),
      [
        ["read", 6],
        ["file", 3],
        ["login", 1],
      ],
    );
  });

  test("bytes are those of the records as they stand in the file", async () => {
    const { bytes } = await parsed("--file", plain);
    const request = JSON.parse(line(records)) as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] };
    const expected = request.resourceLogs
      .flatMap(({ scopeLogs }) => scopeLogs)
      .flatMap(({ logRecords }) => logRecords)
      .reduce<number>((sum, record) => sum + Buffer.byteLength(JSON.stringify(record)), 0);
    assert.equal(bytes, expected);
  });

  test("reads compressed files", async () => {
    writeFileSync(join(folder, "a.jsonl.gz"), gzipSync(lines));
    writeFileSync(join(folder, "b.jsonl.zst"), zstdCompressSync(lines));
    const { records: count } = await parsed(
      "--file",
      join(folder, "a.jsonl.gz"),
      "--file",
      join(folder, "b.jsonl.zst"),
    );
    assert.equal(count, 20);
  });

  test("says what a condition would have dropped", async () => {
    const { filters } = await parsed(
      "--file",
      plain,
      "--drop",
      'event_name == "FileAccessed"',
      "--drop",
      'attributes["o365.record_type"].startsWith("x") || event_name == "UserLoggedIn"',
    );
    const [trial] = filters as readonly Record<string, unknown>[];
    assert.equal(trial?.["id"], "--drop");
    assert.equal((trial["dropped"] as { records: number }).records, 4);
    assert.deepEqual(
      (trial["rules"] as readonly { rule: string; records: number }[]).map(({ rule, records: n }) => [rule, n]),
      [
        ["drop-1", 3],
        ["drop-2", 1],
      ],
    );
    const { stdout } = await noise("--file", plain, "--drop", 'attributes["o365.record_type"].startsWith("x")');
    assert.match(stdout, /--drop would have dropped 0 records \(0\.0 %\)/);
    assert.match(stdout, /rule drop-1 could not be applied to 10 records; they would have been kept/);
  });

  test("says what the filters of a configuration would have dropped, each by itself", async () => {
    const config = join(folder, "collector.yaml");
    writeFileSync(
      config,
      [
        "receivers: { o365: { tenant_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0001, client_id: 6b3c0a5e-0000-4000-8000-3f1d0c1e0002, certificate_file: c, private_key_file: k } }",
        "processors:",
        "  batch:",
        "  filter/reads: { rules: [{ name: reads, drop: 'event_name == \"MailItemsAccessed\"' }] }",
        "  filter/rest: { default: drop, rules: [{ keep: 'event_name == \"UserLoggedIn\"' }] }",
        "exporters: { debug: }",
        "service: { pipelines: { logs: { receivers: [o365], processors: [filter/reads, filter/rest, batch], exporters: [debug] } } }",
      ].join("\n"),
    );
    const { stdout, stderr } = await noise("--file", plain, "--config", config);
    assert.equal(stderr, "");
    assert.match(stdout, /filter\/reads would have dropped 6 records \(60\.0 %\)/);
    assert.match(stdout, /\nreads +6 /);
    assert.match(stdout, /filter\/rest would have dropped 9 records \(90\.0 %\)/);
    assert.match(stdout, /\ndefault +9 /);
    const one = await noise("--file", plain, "--config", config, "--filter", "filter/rest");
    assert.doesNotMatch(one.stdout, /filter\/reads/);
    const none = await noise("--file", plain, "--config", config, "--filter", "filter/x");
    assert.deepEqual(
      [none.code, none.stderr],
      [2, "--filter filter/x: is no processor of the configuration; it has batch, filter/reads, filter/rest\n"],
    );
  });

  for (const [name, args, code, says] of [
    ["no file", [], 2, /cannot count: no file of records is named; add --file FILE/],
    [
      "a file that is not there",
      ["--file", join(folder, "absent.jsonl")],
      1,
      /^Cannot count records: .*ENOENT.*; check the file\n$/,
    ],
    [
      "a condition that is none",
      ["--file", plain, "--drop", "foo == 1"],
      2,
      /^--drop is no valid condition: unknown variable: foo at character 1; /,
    ],
    [
      "a group that is none",
      ["--file", plain, "--by", "foo"],
      2,
      /^--by is no valid expression: unknown variable: foo/,
    ],
    [
      "a filter without configuration",
      ["--file", plain, "--filter", "filter"],
      2,
      /--filter names a processor of a configuration; add --config FILE/,
    ],
    ["a top of nothing", ["--file", plain, "--top", "0"], 2, /write a whole number from 1 on/],
  ] as const) {
    test(`says what to do about ${name}`, async () => {
      const ended = await noise(...args);
      assert.equal(ended.code, code);
      assert.match(ended.stderr, says);
    });
  }

  test("leaves out lines that are something else, and says how many and what the first is", async () => {
    const file = join(folder, "mixed.jsonl");
    writeFileSync(file, `${lines}{"hello":1}\n\nnot json\n`);
    const { code, stdout, stderr } = await noise("--file", file);
    assert.equal(code, 0);
    assert.match(stdout, /^10 records[^\n]*\nleft out: 2 lines of something else than OTLP JSON\n/);
    assert.match(
      stderr,
      /^Left out 2 lines of something else than OTLP JSON, the first at \S+mixed\.jsonl:3: the line must be an object of resourceLogs.*\n$/,
    );
    const json = await noise("--json", "--file", file);
    assert.equal((JSON.parse(json.stdout) as { bad_lines: number }).bad_lines, 2);
  });

  test("fails when nothing but something else is there, so that a script does not take it for no noise", async () => {
    const file = join(folder, "other.csv");
    writeFileSync(file, "CreationDate,Operations\n2026-07-01,\u001b[2JFileAccessed\n");
    for (const args of [[], ["--json"]]) {
      const { code, stdout, stderr } = await noise("--file", file, ...args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^Cannot count records: the input holds none, but 2 lines of something else than OTLP JSON, the first at \S+other\.csv:1: the line must be JSON, not "CreationDate,Operations"; name files that the file exporter wrote, or dead letters\n$/,
      );
    }
  });

  test("takes a file without lines for one without records", async () => {
    const file = join(folder, "empty.jsonl");
    writeFileSync(file, "");
    assert.deepEqual(await noise("--file", file), { code: 0, stdout: "no records\n", stderr: "" });
  });

  test("names from records cannot write to the terminal", async () => {
    const file = join(folder, "escape.jsonl");
    writeFileSync(file, line([makeRecord("a", { eventName: "\u001b[2Jevil\nname" })]));
    const { stdout } = await noise("--file", file);
    assert.ok(!stdout.includes("\u001b"));
  });
});

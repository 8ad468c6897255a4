import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, suite, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { stringify } from "yaml";
import { runCli } from "../../../collector/cli/program.ts";
import { reportStatus } from "../../../collector/cli/status-report.ts";
import { statusText } from "../../../collector/cli/status-text.ts";
import { status } from "../../../collector/cli/status.ts";
import { factories } from "../../../collector/components.ts";
import { defaultThresholds } from "../../../collector/health/thresholds.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Condition, Ledger, Storage } from "../../../collector/storage/storage.ts";

const NOW = Date.UTC(2026, 6, 21, 12, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TENANT = "6b3c0a5e-0000-4000-8000-3f1d0c1e0001";
const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const BRANCH = "logs>otlp_http/siem";

let folder: string;
const makeFolder = (): void => {
  folder = mkdtempSync(join(tmpdir(), "otel-o365-status-"));
};
const removeFolder = (): void => rmSync(folder, { recursive: true });

const state = (): string => join(folder, "state");

/** Writes a ledger the way a collector does that was started half an hour ago and has ended. */
function write(work: (ledger: Ledger) => void): void {
  const storage = openStorage(state(), { startedAtMs: NOW - HOUR / 2 });
  try {
    const ledger = storage.ledger({ cloud: "commercial", tenantId: TENANT, clientId: CLIENT });
    ledger.openBranches([BRANCH, "logs>file"], NOW - 20 * DAY);
    work(ledger);
  } finally {
    storage.close("stopped", NOW - 2 * MINUTE);
  }
}

/** Works while the storage is held, as it is by a collector that was started half an hour ago. */
function beside<T>(work: (storage: Storage) => T): T {
  const storage = openStorage(state(), { startedAtMs: NOW - HOUR / 2 });
  try {
    return work(storage);
  } finally {
    storage.close();
  }
}

/** Blobs of a content type, one every four minutes, the newest 40 minutes old; settled but for the first `owed` of them. */
function collect(ledger: Ledger, contentType: string, count: number, owed = 0): void {
  const page = Array.from({ length: count }, (_, index) => ({
    contentId: `${contentType}$${String(index).padStart(4, "0")}`,
    uri: "https://example.test/x",
    createdMs: NOW - 40 * MINUTE - (count - 1 - index) * 4 * MINUTE,
    expiresMs: NOW + 6 * DAY,
  }));
  ledger.addListed(contentType, page, NOW - 10 * MINUTE);
  const blobs = ledger.pending([BRANCH], NOW, 9999, new Set()).filter((blob) => blob.contentType === contentType);
  for (const [index, { key }] of blobs.entries()) {
    ledger.settle(key, "logs>file", { state: "delivered", records: 10 }, 5000, NOW);
    const settlement = { state: "delivered", records: 10, newestRecordMs: NOW - 45 * MINUTE } as const;
    if (index >= owed) ledger.settle(key, BRANCH, settlement, 5000, NOW);
  }
}

function cover(ledger: Ledger, contentType: string, days: number, minutesAgo = 1): void {
  const listedAtMs = NOW - minutesAgo * MINUTE;
  ledger.origin(contentType, NOW - days * DAY);
  ledger.addCoverage(contentType, { fromMs: NOW - days * DAY - HOUR / 2, toMs: listedAtMs - HOUR }, listedAtMs);
}

/** Everything that there is to say. */
function writeTroubled(ledger: Ledger): void {
  cover(ledger, "Audit.AzureActiveDirectory", 1);
  collect(ledger, "Audit.AzureActiveDirectory", 200);
  cover(ledger, "Audit.Exchange", 1, 25);
  collect(ledger, "Audit.Exchange", 50, 12);
  ledger.origin("Audit.General", NOW - 20 * DAY);
  const before = { fromMs: NOW - 20 * DAY - HOUR / 2, toMs: NOW - 10 * DAY };
  ledger.addCoverage("Audit.General", before, NOW - 10 * DAY + HOUR);
  ledger.addCoverage("Audit.General", { fromMs: NOW - DAY - HOUR / 2, toMs: NOW - HOUR - MINUTE }, NOW - MINUTE);
  collect(ledger, "Audit.General", 2, 2);
  const [oldest] = ledger.pending([BRANCH], NOW, 99, new Set()).filter((blob) => blob.contentType === "Audit.General");
  ledger.settle(oldest?.key ?? -1, BRANCH, { state: "gone", records: 0, reason: "AF20050" }, 0, NOW);
  const [failing] = ledger.pending([BRANCH], NOW, 99, new Set());
  const error =
    'Cannot fetch content "x": the API answered 500;\u001b[2J nothing to do: it is tried again. If it lasts, open a support case with Microsoft';
  ledger.fetchFailed(failing?.key ?? -1, error, NOW + HOUR);
}

function writeHealthy(ledger: Ledger): void {
  cover(ledger, "Audit.Exchange", 1);
  collect(ledger, "Audit.Exchange", 10);
}

function configuration(contentTypes: readonly string[], clientId = CLIENT): string {
  const files = { certificate_file: "absent.pem", private_key_file: "absent.pem" };
  const receiver = { tenant_id: TENANT, client_id: clientId, content_types: contentTypes, ...files };
  const path = join(folder, "collector.yaml");
  const pipelines = { logs: { receivers: ["o365/contoso"], exporters: ["debug"] } };
  const rest = { exporters: { debug: {} }, storage: { directory: state() }, service: { pipelines } };
  writeFileSync(path, stringify({ receivers: { "o365/contoso": receiver }, ...rest }));
  return path;
}

interface Asked {
  readonly contentTypes?: readonly string[];
  readonly clientId?: string;
  readonly storage?: string;
  readonly json?: boolean;
  readonly columns?: number;
  readonly isTTY?: boolean;
}

function ask({ contentTypes, clientId, storage, json = false, ...terminal }: Asked): { code: number; text: string } {
  const stdout = Object.assign(new PassThrough({ encoding: "utf8" }), terminal);
  const io = { stdout, stderr: new PassThrough(), env: {}, signals: new EventEmitter() };
  const files = contentTypes === undefined ? [] : [configuration(contentTypes, clientId)];
  const options = { files, storage: storage ?? (files.length === 0 ? state() : undefined), json, now: () => NOW };
  const code = status(options, factories, io);
  return { code, text: String(stdout.read() ?? "").replaceAll(state(), "STATE") };
}

const ALL = ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.General", "DLP.All"];

suite("status()", () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  test("keeps to the width of the terminal", () => {
    write(writeTroubled);
    // The first lines hold names of this machine, the last one is for whoever reads only that.
    const lines = ask({ contentTypes: ALL, columns: 80 }).text.split("\n").slice(3, -2);
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
    assert.ok(ask({ contentTypes: ALL, columns: 120 }).text.split("\n").slice(3, -2).length < lines.length);
  });

  test("prints what there is to know about every content type and branch", () => {
    write(writeTroubled);
    const { code, text } = ask({ contentTypes: ALL, columns: 80 });
    assert.equal(code, 5);
    assert.equal(
      text.replace(/process \d+ on host "[^"]+"/, 'process 42 on host "siem"'),
      `Time       2026-07-21 12:30 UTC, as all times here
Storage    STATE
Collector  not running: stopped at 2026-07-21 12:28 (2m ago); it was process 42 on host "siem"

o365/contoso  Degraded, with a gap
  cloud commercial, tenant 6b3c0a5e-0000-4000-8000-3f1d0c1e0001
  application aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
  ! Audit.Exchange: nothing was listed to its end since 2026-07-21 12:05 (25m);
    no collector is running
  ! Audit.Exchange, Audit.General: logs>otlp_http/siem has not delivered what
    was listed at 2026-07-21 12:20 (10m); no collector is running
  ! Audit.Exchange: 1 blob set aside until the next attempt: Cannot fetch
    content "x": the API answered 500;\\u001b[2J nothing to do: it is tried
    again. If it lasts, open a support case with Microsoft
  ! Audit.General: gap 2026-07-11 12:30 to 2026-07-14 12:35: never listed, and
    the service no longer lists it; an export of that period can be sent with
    replay --file
  ! Audit.General: gap of 1 blob: the service gave up 0 as expired, 1 as gone
  ! Audit.General: 2026-07-14 12:35 to 2026-07-20 12:00: not listed to its end
    yet; the collector does that as soon as it can

  content type                listed  delivered  pending  expired  gone  dead
  Audit.AzureActiveDirectory     200        200        0        0     0     0
  Audit.Exchange                  50         38       12        0     0     0
  Audit.General                    2          0        1        0     1     0
  DLP.All                          0          0        0        0     0     0

  content type                lag  newest  oldest  covered from   covered to
  Audit.AzureActiveDirectory  40m     45m       -   07-20 12:00  07-21 11:29
  Audit.Exchange              40m     45m   3h56m   07-20 12:00  07-21 11:05
  Audit.General               40m       -     40m   07-01 12:00  07-21 11:29
  DLP.All                       -       -       -             -            -

  pipeline>exporter    delivered  owed  oldest  expired  gone
  logs>otlp_http/siem        238    13   3h56m        0     1
  logs>file                  252     0       -        0     0

no collector is running; 1 integration: 1 degraded (o365/contoso), 1 with a gap (o365/contoso)
`,
    );
  });

  test("ends with 0 and says Healthy when all is well", () => {
    write(writeHealthy);
    const { code, text } = beside(() => ask({ contentTypes: ["Audit.Exchange"] }));
    assert.equal(code, 0);
    assert.match(text, /^o365\/contoso {2}Healthy$/m);
    assert.doesNotMatch(text, /!/);
  });

  test("ends with 4 when something is only degraded", () => {
    write((ledger) => {
      cover(ledger, "Audit.Exchange", 1, 20);
      collect(ledger, "Audit.Exchange", 10);
    });
    const { code, text } = beside(() => ask({}));
    assert.equal(code, 4);
    assert.match(text, /nothing was listed to its end since 2026-07-21 12:10 \(20m\); the log/);
  });

  suite("without a collector that runs", () => {
    test("ends with 8 at once when it was stopped, and says when", () => {
      write(writeHealthy);
      const { code, text } = ask({});
      assert.equal(code, 8);
      assert.match(
        text,
        /^Collector {2}not running: stopped at 2026-07-21 12:28 \(2m ago\); it was process \d+ on host/m,
      );
      const { collector, exit_code } = JSON.parse(ask({ json: true }).text);
      assert.deepEqual(
        [collector.running, collector.ending, collector.until, exit_code],
        [false, "stopped", "2026-07-21T12:28:00.000Z", 8],
      );
    });

    test("ends with 7 when it could not start", () => {
      write(writeHealthy);
      openStorage(state(), { startedAtMs: NOW - MINUTE }).close("failed", NOW - MINUTE);
      const { code, text } = ask({});
      assert.equal(code, 7);
      assert.match(
        text,
        /^Collector {2}not running: process \d+ on host ".+" could not start at 2026-07-21 12:29 \(1m ago\); its log says why$/m,
      );
    });

    test("ends with 7 when it was killed, and says what to do", () => {
      const lock = {
        running: "no",
        process: { pid: 42, host: "siem", startedAt: "2026-07-21T12:00:00.000Z" },
        ending: { kind: "abrupt", atMs: NOW - MINUTE },
      } as const;
      const sources = { nowMs: NOW, directory: state(), ledger: undefined, lock, thresholds: defaultThresholds };
      const report = reportStatus({ ...sources, configured: [] });
      assert.equal(report.exitCode, 7);
      assert.match(
        statusText(report, { width: 100, style: (_, text) => text }),
        /^Collector {2}not running since about 2026-07-21 12:29 \(1m\): process 42 on host "siem" was not stopped, it was killed or has crashed; start it again$/m,
      );
    });

    test("ends with 5 all the same when something is gravely wrong", () => {
      write(writeTroubled);
      assert.equal(ask({ contentTypes: ALL }).code, 5);
    });
  });

  suite("beside a running collector", () => {
    function askBeside(conditions: readonly Condition[], owed: number, json = false): ReturnType<typeof ask> {
      write((ledger) => {
        cover(ledger, "Audit.Exchange", 1);
        collect(ledger, "Audit.Exchange", 10, owed);
      });
      return beside((storage) => {
        storage.saveConditions(conditions);
        return ask(json ? { json } : { columns: 400 });
      });
    }
    const refused: Condition = {
      component: "otlp_http/siem",
      branch: undefined,
      aspect: undefined,
      status: "recoverable_error",
      code: undefined,
      message: "Cannot send logs: the connection was refused",
      sinceMs: NOW - MINUTE,
    };

    test("says what a component reports before it counts as trouble", () => {
      const { code, text } = askBeside([refused, { ...refused, component: "otlp_http/of-others" }], 0);
      assert.equal(code, 0);
      assert.match(
        text,
        /Healthy\n(?:.*\n){2} {2}! otlp_http\/siem, since 2026-07-21 12:29 \(1m\): Cannot send logs: the connection was refused\n/,
      );
      assert.doesNotMatch(text, /of-others/);
      const [{ faults }] = JSON.parse(askBeside([refused], 0, true).text).integrations;
      assert.deepEqual(faults, [
        {
          component: "otlp_http/siem",
          branch: null,
          aspect: null,
          status: "recoverable_error",
          code: null,
          since: "2026-07-21T12:29:00.000Z",
          age_seconds: 60,
          message: "Cannot send logs: the connection was refused",
        },
      ]);
    });

    test("says once what several parts of a component report alike, since the first of them", () => {
      const parts = ["Audit.Exchange", "Audit.General"].map((aspect, index) => ({
        ...refused,
        aspect,
        sinceMs: NOW - (index + 1) * MINUTE,
      }));
      const { text } = askBeside(parts, 0);
      assert.equal(text.split("the connection was refused").length, 2);
      assert.match(text, /! otlp_http\/siem, since 2026-07-21 12:28 \(2m\): Cannot send logs/);
    });

    test("says it once when it is the cause of trouble", () => {
      const { code, text } = askBeside([refused], 3);
      assert.equal(code, 4);
      assert.equal(text.split("the connection was refused").length, 2);
    });

    test("says that it is catching up when no component reports a fault", () => {
      const { code, text } = askBeside([], 3);
      assert.equal(code, 4);
      assert.match(
        text,
        /has not delivered what .*; no component reports a fault, so it is catching up: 3 blobs to go/,
      );
    });
  });

  test("counts a full disk at once, whatever the ledger said before", () => {
    const lock = { running: "yes", process: undefined, ending: undefined } as const;
    const sources = { nowMs: NOW, directory: state(), ledger: undefined, lock, thresholds: defaultThresholds };
    const report = reportStatus({ ...sources, configured: [], roomFault: "only 0.1 MiB are free; free disk space" });
    assert.deepEqual([report.state, report.exitCode], ["ready", 4]);
    assert.match(statusText(report, { width: 100, style: (_, text) => text }), /^Disk {7}only 0\.1 MiB are free/m);
    assert.equal(reportStatus({ ...sources, configured: [] }).exitCode, 0);
  });

  test("ends with 5 when a collector runs whose ledger is gone, but not while it starts", () => {
    const after = (ms: number): ReturnType<typeof reportStatus> => {
      const process = { pid: 42, host: "siem", startedAt: new Date(NOW - ms).toISOString() };
      const lock = { running: "yes", process, ending: undefined } as const;
      const sources = { nowMs: NOW, directory: state(), ledger: undefined, lock, thresholds: defaultThresholds };
      return reportStatus({ ...sources, configured: [] });
    };
    assert.equal(after(MINUTE).exitCode, 5);
    assert.match(
      statusText(after(MINUTE), { width: 100, style: (_, text) => text }),
      /^Ledger {5}gone: it was deleted/m,
    );
    assert.equal(after(1000).exitCode, 0);
  });

  test("needs no configuration, and names the tenant then", () => {
    write(writeHealthy);
    const { code, text } = beside(() => ask({}));
    assert.equal(code, 0);
    assert.ok(text.includes(`tenant ${TENANT}  Healthy\n  cloud commercial\n  application ${CLIENT}\n`), text);
  });

  test("says that there is no ledger yet: none was started for a configuration, a failure for a folder by itself", () => {
    const known = ask({ contentTypes: ["Audit.Exchange"] });
    assert.equal(known.code, 7);
    assert.match(known.text, /^Collector {2}not running: none has worked on this storage yet$/m);
    assert.match(known.text, /no ledger yet at STATE\n/);
    assert.match(known.text, /^o365\/contoso {2}Ready$/m);
    const unknown = ask({});
    assert.equal(unknown.code, 1);
    assert.match(unknown.text, /no ledger yet at STATE\n/);
  });

  test("names integrations of the ledger that the configuration does not have", () => {
    write(writeTroubled);
    const { code, text } = ask({ contentTypes: ["Audit.Exchange"], clientId: CLIENT.replace("a", "b") });
    assert.equal(code, 8);
    assert.match(text, /does not name these integrations.*\n {2}tenant 6b3c0a5e\S+, application aaaaaaaa/);
  });

  test("uses colours on a terminal only", () => {
    write(writeTroubled);
    const plain = ask({ contentTypes: ALL }).text;
    assert.equal(plain, stripVTControlCharacters(plain));
    const coloured = ask({ contentTypes: ALL, isTTY: true, columns: 100 }).text;
    assert.equal(stripVTControlCharacters(coloured), plain);
  });

  test("--json has the documented shape", () => {
    write(writeTroubled);
    const { code, text } = ask({ contentTypes: ["Audit.General"], json: true });
    const report = JSON.parse(text);
    assert.equal(code, report.exit_code);
    const { integrations, collector, ...head } = report;
    assert.deepEqual(head, {
      version: 1,
      time: "2026-07-21T12:30:00.000Z",
      storage: "STATE",
      ledger: "present",
      disk: null,
      state: "degraded",
      gap: true,
      exit_code: 5,
      unconfigured: [],
    });
    assert.deepEqual([collector.running, collector.since], [false, "2026-07-21T12:00:00.000Z"]);
    const [{ content_types: contentTypes, branches, ...integration }] = integrations;
    assert.deepEqual(integration, {
      id: "o365/contoso",
      cloud: "commercial",
      tenant_id: TENANT,
      client_id: CLIENT,
      state: "degraded",
      gap: true,
      faults: [],
      dead_letters: [],
    });
    assert.deepEqual(
      contentTypes.map((one: Record<string, unknown>) => [one["content_type"], one["configured"], one["state"]]),
      [
        ["Audit.General", true, "degraded"],
        ["Audit.AzureActiveDirectory", false, "healthy"],
        ["Audit.Exchange", false, "degraded"],
      ],
    );
    const { last_error: lastError, ...exchange } = contentTypes[2];
    assert.match(lastError, /^Cannot fetch content "x": the API answered 500;\\u001b\[2J/);
    assert.deepEqual(exchange, {
      content_type: "Audit.Exchange",
      configured: false,
      state: "degraded",
      troubles: [
        {
          about: "delivery",
          branch: BRANCH,
          state: "degraded",
          since: "2026-07-21T12:20:00.000Z",
          age_seconds: 600,
          cause: null,
        },
      ],
      listed: 50,
      delivered: 38,
      pending: 12,
      set_aside: 1,
      expired: 0,
      gone: 0,
      records: 380,
      dead_lettered: 0,
      newest_blob: "2026-07-21T11:50:00.000Z",
      newest_record: "2026-07-21T11:45:00.000Z",
      lag_seconds: 2400,
      oldest_undelivered: "2026-07-21T08:34:00.000Z",
      oldest_undelivered_age_seconds: 14_160,
      collected_since: "2026-07-20T12:30:00.000Z",
      subscription_started: null,
      last_listed: "2026-07-21T12:05:00.000Z",
      coverage: [{ from: "2026-07-20T12:00:00.000Z", to: "2026-07-21T11:05:00.000Z" }],
      gaps: [],
      backlog: [],
    });
    const { gaps, backlog } = contentTypes[0];
    assert.deepEqual(gaps, [{ from: "2026-07-11T12:30:00.000Z", to: "2026-07-14T12:35:00.000Z" }]);
    assert.deepEqual(backlog, [{ from: "2026-07-14T12:35:00.000Z", to: "2026-07-20T12:00:00.000Z" }]);
    assert.deepEqual(branches[0], {
      name: BRANCH,
      active: true,
      owed: 13,
      oldest_owed: "2026-07-21T08:34:00.000Z",
      oldest_owed_age_seconds: 14_160,
      delivered: 238,
      expired: 0,
      gone: 1,
    });
  });
});

suite("runCli() with status", () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  async function cli(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<readonly [number, string, string]> {
    const stdout = new PassThrough({ encoding: "utf8" });
    const stderr = new PassThrough({ encoding: "utf8" });
    const io = { stdout, stderr, env, signals: new EventEmitter() };
    const code = await runCli(args, () => Promise.resolve(factories), io);
    return [code, String(stdout.read() ?? ""), String(stderr.read() ?? "")];
  }

  test("ends with 2 when neither a configuration nor a folder is named", async () => {
    const [code, , stderr] = await cli(["status"]);
    assert.equal(code, 2);
    assert.match(stderr, /cannot read a ledger: none is named; add --config FILE or --storage DIR/);
  });

  test("ends with 2 for a configuration with a mistake, and says how to do without", async () => {
    const path = join(folder, "bad.yaml");
    writeFileSync(path, "receivers:\n  o365:\n    tenant_id: ${env:UNSET}");
    const [code, stdout, stderr] = await cli(["status", "--config", path]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /UNSET[^]*otel-o365 status --storage DIR\n$/);
  });

  test("takes --storage and --json", async () => {
    write(writeHealthy);
    const [, stdout] = await cli(["status", "--storage", state(), "--json"]);
    assert.equal(JSON.parse(stdout).storage, state());
  });

  test("takes the folder of --storage instead of the configuration's", async () => {
    const [, stdout] = await cli(["status", "-c", configuration(ALL), "--storage", join(folder, "other"), "--json"]);
    assert.equal(JSON.parse(stdout).storage, join(folder, "other"));
  });

  test("fails with OTEL_O365_STORAGE when the ledger cannot be read", async () => {
    write(writeHealthy);
    writeFileSync(join(state(), "ledger.db"), "x".repeat(4096));
    await assert.rejects(cli(["status", "--storage", state()]), { code: "OTEL_O365_STORAGE" });
  });
});

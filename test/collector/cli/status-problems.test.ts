import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { LedgerUse } from "../../../collector/component.ts";
import { reportStatus, type StatusReport } from "../../../collector/cli/status-report.ts";
import { statusText } from "../../../collector/cli/status-text.ts";
import { ErrorCode } from "../../../collector/errors.ts";
import { reasonOf } from "../../../collector/health/same-reason.ts";
import { defaultThresholds } from "../../../collector/health/thresholds.ts";
import type { Condition } from "../../../collector/storage/storage.ts";

const NOW = Date.UTC(2026, 6, 21, 3, 0);
const TYPES = ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General"];
const REFUSED = 'the API answered AF10001 (the app lacks a permission); press "Grant admin consent"';

const idOf = (index: number): string => `o365/customer-${index}`;

function refusal(index: number, aspect: string, message: string): Condition {
  return {
    component: idOf(index),
    branch: undefined,
    aspect,
    status: "permanent_error",
    code: ErrorCode.credentials,
    sinceMs: NOW - 60_000,
    message,
  };
}

/** The consent of a customer was withdrawn: each content type is refused, when it is listed and when it is fetched. */
function withdrawn(index: number): readonly Condition[] {
  return TYPES.flatMap((type) => [
    refusal(index, type, `Cannot list content "${type}": ${REFUSED}; "${type}" needs it`),
    refusal(index, `content of ${type}`, `Cannot fetch blob "${index}$${type}": ${REFUSED}; "${type}" needs it`),
  ]);
}

/** Beside a collector that runs, with so many integrations. */
function report(count: number, conditions: readonly Condition[]): StatusReport {
  const use = (index: number): LedgerUse => ({
    owner: { cloud: "commercial", tenantId: `tenant-${index}`, clientId: "client" },
    contentTypes: TYPES,
    pollIntervalMs: 60_000,
    initialLookbackMs: 86_400_000,
    relistMs: 3_600_000,
  });
  return reportStatus({
    nowMs: NOW,
    directory: "/var/lib/otel-o365",
    ledger: { integrations: [], conditions, deadLetters: [] },
    lock: {
      running: "yes",
      process: { pid: 42, host: "siem", startedAt: new Date(NOW - 120_000).toISOString() },
      ending: undefined,
    },
    configured: Array.from({ length: count }, (_, index) => ({ id: idOf(index), use: use(index) })),
    thresholds: defaultThresholds,
  });
}

function text(found: StatusReport, problemsOnly = false): string {
  return statusText(found, { width: 100, style: (_, words) => words, problemsOnly });
}

const lastLine = (found: StatusReport): string | undefined => text(found).split("\n").at(-1);

suite("statusText() of many integrations", () => {
  test("says once what is refused for one reason, with the content types that it hits", () => {
    const said = text(report(1, withdrawn(0)));
    assert.equal(said.split("Grant admin consent").length, 2, said);
    assert.match(
      said.replace(/\n\s+/g, " "),
      /! Audit\.AzureActiveDirectory, Audit\.Exchange, Audit\.SharePoint, Audit\.General: refused since/,
    );
  });

  test("keeps apart what has different reasons", () => {
    const other = refusal(0, "DLP.All", 'Cannot list content "Audit.General": the API answered AF20022');
    const conditions = withdrawn(0).filter(({ aspect }) => aspect !== "Audit.General");
    const said = text(report(1, [{ ...other, aspect: "Audit.General" }, ...conditions]));
    assert.match(said, /! Audit\.General: refused since .*\n.*AF20022/);
    assert.match(said, /Audit\.Exchange, Audit\.SharePoint: refused/);
  });

  test("ends with one line that counts the states and names what is not well", () => {
    assert.equal(lastLine(report(30, withdrawn(7))), "30 integrations: 1 bad credentials (o365/customer-7), 29 ready");
    assert.equal(lastLine(report(30, [])), "30 integrations: 30 ready");
    const many = Array.from({ length: 7 }, (_, index) => withdrawn(index)).flat();
    assert.match(
      lastLine(report(30, many)) ?? "",
      /^30 integrations: 7 bad credentials \(o365\/customer-0, .*, o365\/customer-4 and 2 more\), 23 ready$/,
    );
  });

  test("counts a fault that is too young for a state", () => {
    const young = { ...refusal(3, "requests", "Cannot list: too many requests; nothing to do"), code: undefined };
    assert.equal(
      lastLine(report(30, [{ ...young, status: "recoverable_error" }])),
      "30 integrations: 30 ready, 1 with a new fault (o365/customer-3)",
    );
  });

  test("with --problems has nothing but the head, what is not well, and the last line", () => {
    const lines = text(report(30, withdrawn(7)), true).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("o365/")).join(), "o365/customer-7  Bad credentials");
    assert.ok(!lines.some((line) => line.includes("listed  delivered")), lines.join("\n"));
    assert.ok(lines.length < 15, lines.join("\n"));
  });

  test("with --problems tells several integrations at once what befell all of them", () => {
    const said = text(report(30, [...withdrawn(2), ...withdrawn(9)]), true);
    assert.match(said, /^o365\/customer-2, o365\/customer-9 {2}Bad credentials$/m);
    assert.equal(said.split("Grant admin consent").length, 2, said);
  });
});

suite("reasonOf()", () => {
  const cases = [
    ['Cannot fetch blob "a$b": the API answered 503; wait', "the API answered 503; wait"],
    ["Cannot send logs to http://localhost:4318/v1/logs: it answered 503", "it answered 503"],
    ["Something: else", "Something: else"],
    ["Cannot sign in: x (trace id 0e6e0d61-f4b6-4443-947c-991282705293)", "x (trace id …)"],
  ] as const;
  for (const [message, reason] of cases) {
    test(`makes "${reason}" of "${message}"`, () => assert.equal(reasonOf(message), reason));
  }
});

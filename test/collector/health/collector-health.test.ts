import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { collectorHealth, type HealthView, worstState } from "../../../collector/health/collector-health.ts";
import { type IntegrationVerdict, type State, STATES } from "../../../collector/health/judge.ts";
import type { StatusEntry } from "../../../collector/status.ts";

const NOW = Date.UTC(2026, 6, 21, 12);

function verdict(state: State): IntegrationVerdict {
  return { state, gap: false, contentTypes: [], branches: [] };
}

function view(overrides: Partial<HealthView> = {}): HealthView {
  const byIntegration = new Map([["o365/a", { verdict: verdict("healthy") }]]);
  const looks = { byIntegration, nextMs: NOW + 30_000 };
  return {
    phase: "running",
    startedMs: NOW - 60_000,
    nowMs: NOW,
    looks,
    statuses: [],
    receivers: ["o365/a"],
    ...overrides,
  };
}

function entry(component: string, status: StatusEntry["status"]): StatusEntry {
  const message = `Cannot use ${component}`;
  return {
    component,
    branch: undefined,
    aspect: undefined,
    status,
    message,
    code: undefined,
    reason: undefined,
    sinceMs: NOW,
  };
}

suite("collectorHealth()", () => {
  for (const state of STATES) {
    const isWell = ["ready", "pending", "healthy"].includes(state);
    test(`calls a collector ${isWell ? "healthy" : "not healthy"} of whose integrations the worst is ${state}`, () => {
      const byIntegration = new Map([
        ["o365/a", { verdict: verdict("healthy") }],
        ["o365/b", { verdict: verdict(state) }],
      ]);
      const health = collectorHealth(view({ looks: { byIntegration, nextMs: NOW } }));
      assert.equal(health.healthy, isWell);
      assert.equal(health.alive, true);
      assert.equal(worstState(health), state === "ready" || state === "pending" ? "healthy" : state);
    });
  }

  test("does not call it healthy before the first look, nor before it runs, nor while it stops", () => {
    const unseen = { byIntegration: new Map(), nextMs: undefined };
    assert.equal(collectorHealth(view({ looks: unseen })).healthy, false);
    assert.equal(collectorHealth(view({ phase: "starting" })).healthy, false);
    assert.equal(collectorHealth(view({ phase: "stopping" })).healthy, false);
    assert.equal(collectorHealth(view()).healthy, true);
  });

  test("does not call it healthy while a ledger cannot be read, and says why", () => {
    const byIntegration = new Map([["o365/a", { failure: "Cannot read the ledger: the disk is gone; mount it" }]]);
    const health = collectorHealth(view({ looks: { byIntegration, nextMs: NOW } }));
    assert.equal(health.healthy, false);
    assert.equal(worstState(health), "unknown");
    assert.deepEqual(health.integrations[0]?.troubles, ["Cannot read the ledger: the disk is gone; mount it"]);
  });

  test("does not believe a look that has not been repeated for long, and calls the collector not alive", () => {
    const byIntegration = new Map([["o365/a", { verdict: verdict("healthy") }]]);
    const late = collectorHealth(view({ looks: { byIntegration, nextMs: NOW - 121_000 } }));
    assert.deepEqual([late.healthy, late.alive], [false, false]);
    assert.match(late.problems.join(), /were to be looked at 121 s ago and were not; restart the collector/);
    const soon = collectorHealth(view({ looks: { byIntegration, nextMs: NOW - 119_000 } }));
    assert.deepEqual([soon.healthy, soon.alive], [true, true]);
  });

  test("calls a collector not alive that never looked", () => {
    const looks = { byIntegration: new Map(), nextMs: undefined };
    assert.equal(collectorHealth(view({ looks, startedMs: NOW - 121_000 })).alive, false);
  });

  test("judges receivers without a ledger, and everything where there is none, by what they report", () => {
    const broken = [entry("acme/b", "permanent_error"), entry("otlp_http", "permanent_error")];
    const beside = collectorHealth(view({ receivers: ["o365/a", "acme/b"], statuses: broken }));
    assert.deepEqual(beside.problems, ["acme/b: Cannot use acme/b"]);
    assert.equal(beside.healthy, false);
    const alone = collectorHealth(view({ looks: undefined, receivers: ["acme/b"], statuses: broken }));
    assert.equal(alone.problems.length, 2);
    const passing = [entry("acme/b", "recoverable_error")];
    assert.equal(collectorHealth(view({ looks: undefined, receivers: ["acme/b"], statuses: passing })).healthy, true);
  });
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { judgeIntegration, type State, worst } from "../../../collector/health/judge.ts";
import type { LedgerUse } from "../../../collector/component.ts";
import { defaultThresholds } from "../../../collector/health/thresholds.ts";
import type { Condition } from "../../../collector/storage/storage.ts";
import type { ContentTypeFacts, IntegrationFacts } from "../../../collector/storage/ledger-facts.ts";

const NOW = Date.UTC(2026, 6, 1, 12, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TYPE = "Audit.General";
const OWNER = { cloud: "commercial", tenantId: "t", clientId: "c" };
const USE: LedgerUse = {
  owner: OWNER,
  contentTypes: [TYPE],
  pollIntervalMs: MINUTE,
  initialLookbackMs: DAY,
  relistMs: HOUR,
};

const SURROUNDINGS = { nowMs: NOW, runningSinceMs: undefined, conditions: [], thresholds: defaultThresholds } as const;

/** Collected for two days, listed a minute ago, everything delivered. */
const FINE: ContentTypeFacts = {
  contentType: TYPE,
  listed: 3,
  delivered: 3,
  pending: 0,
  setAside: 0,
  expired: 0,
  gone: 0,
  records: 30,
  lastError: undefined,
  newestMs: NOW - HOUR,
  newestRecordMs: NOW - 2 * HOUR,
  longestPauseMs: HOUR,
  originMs: NOW - 2 * DAY,
  subscriptionStartedMs: undefined,
  coverage: [listed(1)],
  owed: [],
};
const NOTHING = { listed: 0, delivered: 0, records: 0, newestMs: undefined };
const NEVER_POLLED = { ...NOTHING, originMs: undefined, coverage: [] };

/** Coverage from before the origin on, as a poll so many minutes ago has left it. */
function listed(minutesAgo: number): ContentTypeFacts["coverage"][number] {
  const listedAtMs = NOW - minutesAgo * MINUTE;
  return { fromMs: NOW - 2 * DAY - HOUR, toMs: listedAtMs - HOUR, listedAtMs };
}

function owed(minutesAgo: number, branch = "logs>a"): Partial<ContentTypeFacts> {
  const oldestListedMs = NOW - minutesAgo * MINUTE;
  return {
    delivered: 2,
    pending: 1,
    owed: [{ branch, blobs: 1, oldestCreatedMs: oldestListedMs - HOUR, oldestListedMs }],
  };
}

function facts(...contentTypes: readonly ContentTypeFacts[]): IntegrationFacts {
  const branch = { active: true, delivered: 0, expired: 0, gone: 0 };
  const branches = [
    { ...branch, name: "logs>a", sinceMs: NOW - 3 * DAY },
    { ...branch, name: "logs>new", sinceMs: NOW - DAY - 2 * MINUTE },
  ];
  return { owner: OWNER, component: "o365/contoso", contentTypes, branches };
}

interface Case {
  readonly name: string;
  readonly facts?: Partial<ContentTypeFacts>;
  readonly use?: Partial<LedgerUse> | "none";
  readonly runningForMs?: number;
  readonly conditions?: readonly Condition[];
  readonly state: State;
  readonly gap?: boolean;
  readonly troubles?: readonly string[];
}

const cases: readonly Case[] = [
  { name: "all is listed and delivered", state: "healthy" },
  { name: "it was never polled and no collector runs", facts: NEVER_POLLED, state: "ready" },
  {
    name: "it was never polled by a collector that just started",
    facts: NEVER_POLLED,
    runningForMs: 0,
    state: "ready",
  },
  {
    name: "it was never polled by a collector of 7 minutes",
    facts: NEVER_POLLED,
    runningForMs: 7 * MINUTE,
    state: "degraded",
    troubles: ["listing"],
  },
  {
    name: "it was never polled by a collector of 4 hours",
    facts: NEVER_POLLED,
    runningForMs: 4 * HOUR,
    state: "unhealthy",
    troubles: ["listing"],
  },
  { name: "listing works and the tenant has nothing", facts: NOTHING, state: "ready" },
  {
    name: "blobs are listed and none is fetched",
    facts: { ...owed(1), listed: 1, delivered: 0 },
    state: "pending",
  },
  { name: "a blob waits for 5 minutes", facts: owed(5), state: "healthy" },
  { name: "a blob waits for longer", facts: owed(6), state: "degraded", troubles: ["delivery logs>a"] },
  { name: "a blob waits for 210 minutes", facts: owed(210), state: "degraded", troubles: ["delivery logs>a"] },
  { name: "a blob waits for even longer", facts: owed(211), state: "unhealthy", troubles: ["delivery logs>a"] },
  { name: "a new branch owes what was listed before it came", facts: owed(300, "logs>new"), state: "healthy" },
  {
    name: "a new branch owes for long, and the configuration has a longer lookback than the collector",
    facts: owed(300, "logs>new"),
    use: { initialLookbackMs: 7 * DAY },
    state: "unhealthy",
    troubles: ["delivery logs>new"],
  },
  { name: "listing is late by poll interval and 5 minutes", facts: { coverage: [listed(6)] }, state: "healthy" },
  { name: "listing is later", facts: { coverage: [listed(7)] }, state: "degraded", troubles: ["listing"] },
  {
    name: "listing is late by less than a long poll interval",
    facts: { coverage: [listed(40)] },
    use: { pollIntervalMs: HOUR },
    state: "healthy",
  },
  {
    name: "listing is late by 211 minutes",
    facts: { coverage: [listed(211)] },
    state: "degraded",
    troubles: ["listing"],
  },
  { name: "listing is even later", facts: { coverage: [listed(212)] }, state: "unhealthy", troubles: ["listing"] },
  {
    name: "listing is late and nothing says how often it should be done",
    facts: { coverage: [listed(7)] },
    use: "none",
    state: "degraded",
    troubles: ["listing"],
  },
  {
    name: "collection began so late that nothing can be covered yet",
    facts: { originMs: NOW - 30 * MINUTE, coverage: [] },
    runningForMs: 30 * MINUTE,
    state: "healthy",
  },
  {
    name: "nothing is covered although it could be",
    facts: { originMs: NOW - DAY - 7 * MINUTE, coverage: [] },
    state: "degraded",
    troubles: ["listing"],
  },
  {
    name: "the first poll of a day's lookback is under way",
    facts: { originMs: NOW - DAY - MINUTE, coverage: [] },
    state: "healthy",
  },
  {
    name: "a first poll is under way again after a start, and nothing says how far it looks back",
    facts: { originMs: NOW - 2 * DAY, coverage: [] },
    use: "none",
    runningForMs: MINUTE,
    state: "healthy",
  },
  {
    name: "a listing was dated by a clock that is a little ahead",
    facts: { coverage: [listed(-1)] },
    state: "healthy",
  },
  {
    name: "the only listing is dated in the future",
    facts: { coverage: [listed(-DAY / MINUTE)] },
    state: "unhealthy",
    troubles: ["listing"],
  },
  { name: "a blob expired", facts: { delivered: 2, expired: 1 }, state: "healthy", gap: true },
  { name: "a blob is gone", facts: { delivered: 2, gone: 1 }, state: "healthy", gap: true },
  {
    name: "a week that was not listed is out of reach",
    facts: {
      originMs: NOW - 20 * DAY,
      coverage: [{ fromMs: NOW - 20 * DAY - HOUR, toMs: NOW - 12 * DAY, listedAtMs: NOW - 12 * DAY }, listed(1)],
    },
    state: "healthy",
    gap: true,
  },
  {
    name: "a type that is configured no more was not listed for weeks",
    facts: { originMs: NOW - 20 * DAY, coverage: [] },
    use: { contentTypes: [] },
    state: "healthy",
  },
  {
    name: "a type that is configured no more still has to be delivered",
    facts: owed(10),
    use: { contentTypes: [] },
    state: "degraded",
    troubles: ["delivery logs>a"],
  },
  {
    name: "signing in is refused",
    conditions: [condition({ code: "OTEL_O365_CREDENTIALS" })],
    state: "bad_credentials",
    troubles: ["sign_in"],
  },
  {
    name: "signing in only cannot be tried now",
    conditions: [condition({ status: "recoverable_error", code: "OTEL_O365_UNAVAILABLE" })],
    state: "healthy",
  },
  {
    name: "the permission of the content type is missing",
    conditions: [condition({ aspect: TYPE, code: "OTEL_O365_CREDENTIALS" })],
    state: "bad_credentials",
    troubles: ["permission"],
  },
  {
    name: "the permission of another content type is missing",
    conditions: [condition({ aspect: "DLP.All", code: "OTEL_O365_CREDENTIALS" })],
    state: "healthy",
  },
  {
    name: "another integration is refused",
    conditions: [condition({ component: "o365/fabrikam", code: "OTEL_O365_CREDENTIALS" })],
    state: "healthy",
  },
  { name: "its newest blob is a day old", facts: { newestMs: NOW - DAY }, state: "healthy" },
  {
    name: "nothing new came for longer than a day",
    facts: { newestMs: NOW - DAY - MINUTE },
    state: "quiet",
    troubles: ["quiet"],
  },
  {
    name: "its blobs come a day apart anyway",
    facts: { newestMs: NOW - DAY - MINUTE, longestPauseMs: DAY },
    state: "healthy",
  },
  {
    name: "nothing new came for half as long again as ever",
    facts: { newestMs: NOW - 1.5 * DAY - MINUTE, longestPauseMs: DAY },
    state: "quiet",
    troubles: ["quiet"],
  },
  {
    name: "it never had content in the day since its first poll, although listings succeed",
    facts: { ...NOTHING, originMs: NOW - 2 * DAY - MINUTE },
    state: "quiet",
    troubles: ["empty"],
  },
  {
    name: "it never had content, and the subscription was started an hour ago",
    facts: { ...NOTHING, originMs: NOW - 2 * DAY - MINUTE, subscriptionStartedMs: NOW - HOUR },
    state: "ready",
  },
  {
    name: "nothing new came, but nothing was listed either",
    facts: { newestMs: NOW - 2 * DAY, coverage: [listed(7)] },
    state: "degraded",
    troubles: ["listing"],
  },
];

function condition(changes: Partial<Condition>): Condition {
  return {
    component: "o365/contoso",
    branch: undefined,
    aspect: undefined,
    status: "permanent_error",
    code: undefined,
    message: "Cannot do it: it was refused; ask for it",
    sinceMs: NOW - MINUTE,
    ...changes,
  };
}

suite("judgeIntegration()", () => {
  for (const { name, facts: changes, use, runningForMs, conditions = [], state, gap = false, troubles = [] } of cases) {
    test(`says ${state}${gap ? " with a gap" : ""} when ${name}`, () => {
      const runningSinceMs = runningForMs === undefined ? undefined : NOW - runningForMs;
      const verdict = judgeIntegration(
        "o365/contoso",
        facts({ ...FINE, ...changes }),
        use === "none" ? undefined : { ...USE, ...use },
        { ...SURROUNDINGS, runningSinceMs, conditions },
      );
      const seen = verdict.contentTypes.flatMap((one) =>
        one.troubles.map(({ about, branch }) => (branch === undefined ? about : `${about} ${branch}`)),
      );
      assert.deepEqual({ state: verdict.state, gap: verdict.gap, troubles: seen }, { state, gap, troubles });
    });
  }

  test("says ready for an integration that the ledger does not know, with the types of the configuration", () => {
    const verdict = judgeIntegration("o365/contoso", undefined, USE, SURROUNDINGS);
    assert.equal(verdict.state, "ready");
    assert.deepEqual(
      verdict.contentTypes.map((one) => [one.facts.contentType, one.configured]),
      [[TYPE, true]],
    );
  });

  test("says ready for a content type without content beside one that has some", () => {
    const none = { ...FINE, ...NOTHING, contentType: "DLP.All", originMs: NOW - 9 * DAY };
    const use = { ...USE, contentTypes: [TYPE, "DLP.All"] };
    const { contentTypes } = judgeIntegration("o365/contoso", facts(FINE, none), use, SURROUNDINGS);
    assert.deepEqual(
      contentTypes.map(({ state }) => state),
      ["healthy", "ready"],
    );
  });

  test("finds what is still to be listed after a stop", () => {
    const before = facts({ ...FINE, coverage: [listed(300)] });
    const { contentTypes } = judgeIntegration("o365/contoso", before, USE, SURROUNDINGS);
    const toMs = NOW - HOUR - 6 * MINUTE;
    assert.deepEqual(contentTypes[0]?.backlog, [{ fromMs: NOW - 300 * MINUTE - HOUR, toMs }]);
  });
});

suite("causes of trouble", () => {
  const causeOf = (changes: Partial<ContentTypeFacts>, conditions: readonly Condition[]): string | undefined =>
    judgeIntegration("o365/contoso", facts({ ...FINE, ...changes }), USE, { ...SURROUNDINGS, conditions })
      .contentTypes[0]?.troubles[0]?.cause;

  test("are what the content type itself reports, the worse first", () => {
    const conditions = [
      condition({ message: "of the whole", status: "recoverable_error" }),
      condition({ aspect: TYPE, message: "of the type", status: "recoverable_error" }),
      condition({ aspect: "DLP.All", message: "of another type" }),
    ];
    assert.equal(causeOf({ coverage: [listed(7)] }, conditions), "of the type");
    const worse = condition({ message: "worse" });
    assert.equal(causeOf({ coverage: [listed(7)] }, [...conditions, worse]), "worse");
    assert.equal(causeOf({ coverage: [listed(7)] }, []), undefined);
  });

  test("of a late delivery are what the exporter at the end of the branch reports", () => {
    const conditions = [
      condition({ component: "b", message: "of another exporter" }),
      condition({ component: "a", message: "of the exporter", status: "recoverable_error" }),
    ];
    assert.equal(causeOf(owed(6), conditions), "of the exporter");
  });
});

suite("worst()", () => {
  const rows: readonly (readonly [readonly State[], State])[] = [
    [[], "ready"],
    [["ready", "pending"], "pending"],
    [["healthy", "pending", "ready"], "healthy"],
    [["healthy", "degraded"], "degraded"],
    [["degraded", "unhealthy", "ready"], "unhealthy"],
    [["healthy", "quiet"], "quiet"],
    [["bad_credentials", "unhealthy"], "bad_credentials"],
  ];
  for (const [states, expected] of rows) {
    test(`makes ${expected} of ${states.join(", ") || "nothing"}`, () => assert.equal(worst(states), expected));
  }
});

import assert from "node:assert/strict";
import dns from "node:dns";
import { after, before, test } from "node:test";
import { makeCertificatePair } from "../../../emulator/index.ts";
import { CLOUDS, ENDPOINTS, type Cloud } from "../../../receiver/clouds.ts";
import { checkFacts, type CheckedFact } from "../../support/check-facts.ts";
import { startCloudTenant, type CloudTenant, type CloudTenantOptions } from "../../support/cloud-tenant.ts";

const MINUTE_MS = 60_000;
const realDns = { lookup: dns.lookup };
const ALL_TYPES = ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General", "DLP.All"];
const CONTENT = [{ kind: "bulk" as const, records: 40, recordsPerBlob: 10, pastMs: 3_600_000 }];

/** A line that has to be there: what it is about, and what it says. */
interface Expected {
  readonly level: "warn" | "fail";
  readonly about: string | ((cloud: Cloud) => string);
  readonly code?: string | ((cloud: Cloud) => string);
  /** Cause and remedy. */
  readonly says: RegExp | ((cloud: Cloud) => RegExp);
}

interface Fault {
  readonly name: string;
  readonly tenant?: (cloud: Cloud) => Promise<Partial<CloudTenantOptions>> | Partial<CloudTenantOptions>;
  readonly receiver?: Readonly<Record<string, unknown>> | ((cloud: Cloud) => Readonly<Record<string, unknown>>);
  readonly args?: readonly string[];
  readonly before?: (tenant: CloudTenant, config: string) => Promise<void>;
  /** Every line that is not ok, in order. */
  readonly expected: readonly Expected[];
}

const other = (cloud: Cloud): Cloud => CLOUDS[(CLOUDS.indexOf(cloud) + 1) % CLOUDS.length] ?? "commercial";
const sameEntra = (one: Cloud, two: Cloud): boolean => ENDPOINTS[one].authority === ENDPOINTS[two].authority;
const CONSENT = /add it as an application permission of "Office 365 Management APIs" and press "Grant admin consent"/;

const FAULTS: readonly Fault[] = [
  { name: "no fault", args: ["--start-subscriptions"], expected: [] },
  {
    name: "wrong cloud",
    tenant: (cloud) => ({ cloud: other(cloud) }),
    receiver: (cloud) => ({ cloud }),
    expected: [
      {
        level: "fail",
        about: "tenant",
        says: (cloud) =>
          new RegExp(`lives in cloud ${other(cloud)}, but cloud is ${cloud}; set cloud: ${other(cloud)}`),
      },
      {
        level: "fail",
        about: "token",
        code: (cloud) => (sameEntra(cloud, other(cloud)) ? "AADSTS500011" : "AADSTS900382"),
        says: (cloud) =>
          new RegExp(`Entra ID answered AADSTS.*; .*cloud.*set cloud: ${other(cloud)} and register the app`),
      },
    ],
  },
  {
    name: "wrong tenant",
    receiver: { tenant_id: "99999999-0000-4000-8000-000000000000" },
    expected: [
      { level: "fail", about: "tenant", says: /Entra ID knows no tenant "99999999-.*; take "Directory \(tenant\) ID"/ },
      {
        level: "fail",
        about: "token",
        code: "AADSTS90002",
        says: /AADSTS90002 \(the tenant was not found.*; check tenant_id and cloud/,
      },
    ],
  },
  {
    name: "wrong client id",
    receiver: { client_id: "99999999-0000-4000-8000-000000000000" },
    expected: [
      {
        level: "fail",
        about: "token",
        code: "AADSTS700016",
        says: /the app is not known in this tenant.*; set client_id to "Application \(client\) ID"/,
      },
    ],
  },
  {
    name: "unregistered certificate",
    tenant: () => ({ registered: false }),
    expected: [
      {
        level: "fail",
        about: "token",
        code: "AADSTS700027",
        says: /the certificate is not registered on this app.*The key was not found.*; upload certificate_file under "Certificates & secrets"/,
      },
    ],
  },
  {
    name: "expired certificate",
    tenant: async () => ({ pair: await expiredPair() }),
    expected: [
      {
        level: "fail",
        about: "configuration",
        says: /certificate_file: ".*certificate\.pem" expired on .*; make a pair with "otel-o365 certificate"/,
      },
      { level: "fail", about: "token", says: /not asked for: the certificate pair cannot be used; see above/ },
    ],
  },
  {
    name: "no consent",
    tenant: () => ({ roles: [] }),
    expected: ALL_TYPES.slice(0, 4).map((type) => ({
      level: "fail",
      about: `permission ${type}`,
      code: "AF10001",
      says: new RegExp(
        `Cannot collect "${type}": the token carries no application permission at all.*${CONSENT.source}`,
      ),
    })),
  },
  {
    name: "missing ReadDlp",
    tenant: () => ({ roles: ["ActivityFeed.Read"] }),
    receiver: { content_types: ALL_TYPES },
    args: ["--start-subscriptions"],
    expected: [
      {
        level: "fail",
        about: "permission DLP.All",
        code: "AF10001",
        says: new RegExp(`only ActivityFeed\\.Read, and ActivityFeed\\.ReadDlp is missing; ${CONSENT.source}`),
      },
    ],
  },
  {
    name: "auditing off",
    tenant: () => ({ auditing: false }),
    receiver: { content_types: ["Audit.Exchange"] },
    args: ["--start-subscriptions"],
    expected: [
      {
        level: "fail",
        about: "subscription Audit.Exchange",
        code: "auditing_off",
        says: /the tenant does not exist: auditing is off.*; turn it on with "Set-AdminAuditLogConfig/,
      },
      {
        level: "fail",
        about: "audit_log",
        says: /is off, or no licence includes it; .*"Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled \$true"/,
      },
    ],
  },
  {
    name: "disabled subscription",
    receiver: { content_types: ["Audit.Exchange", "Audit.General"] },
    before: async ({ emulator, receiver }, config) => {
      await checkFacts(["--config", config, "--start-subscriptions"]);
      emulator.disableSubscription(String(receiver["tenant_id"]), String(receiver["client_id"]), "Audit.General");
    },
    expected: [
      {
        level: "warn",
        about: "subscription Audit.General",
        says: /is disabled, and what becomes available until its next start is lost.*; the collector starts it, or .*--start-subscriptions/,
      },
    ],
  },
  {
    name: "clock 10 minutes off",
    tenant: () => ({ clock: { now: () => Date.now() - 10 * MINUTE_MS } }),
    expected: [
      {
        level: "fail",
        about: "clock",
        says: /this machine's clock is (?:10m|9m59s|10m1s) ahead of that of .*, and sign-in may be refused from 5m on; set it \(NTP\)/,
      },
      {
        level: "fail",
        about: "token",
        code: "AADSTS700024",
        says: /the sign-in assertion is outside its time range.*; set this machine's clock \(NTP\)/,
      },
    ],
  },
  {
    name: "proxy needed",
    receiver: { proxy: undefined },
    expected: (["authority", "api"] as const).map((key) => ({
      level: "fail",
      about: (cloud) => `connection ${new URL(ENDPOINTS[cloud][key]).host}`,
      code: "OTEL_O365_UNAVAILABLE",
      says: /its name cannot be resolved \(".*ENOTFOUND.*\); check DNS, and proxy if this network needs one/,
    })),
  },
  {
    name: "unknown CA",
    receiver: { tls: undefined },
    expected: (["authority", "api"] as const).map((key) => ({
      level: "fail",
      about: (cloud) => `connection ${new URL(ENDPOINTS[cloud][key]).host}`,
      code: "OTEL_O365_UNAVAILABLE",
      says: /its TLS certificate is not from a trusted authority .*; if a proxy of yours breaks TLS open, put its authority into tls::ca_file/,
    })),
  },
];

let expired: ReturnType<typeof makeCertificatePair> | undefined;

function expiredPair(): ReturnType<typeof makeCertificatePair> {
  expired ??= makeCertificatePair({ days: -1 });
  return expired;
}

/** Resolves no name of the real clouds: nobody outside of this machine is to be asked. */
function hideClouds(): void {
  const { lookup } = realDns;
  const hidden = (...args: unknown[]): void => {
    const [name, done] = [args[0], args.at(-1)];
    if (!/^(?:login|manage)/.test(String(name))) Reflect.apply(lookup, dns, args);
    else if (typeof done === "function") done(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
  };
  Object.assign(dns, { lookup: hidden });
}

function compare(facts: readonly CheckedFact[], expected: readonly Expected[], cloud: Cloud): void {
  const of = <T extends string | RegExp>(value: T | ((cloud: Cloud) => T)): T =>
    typeof value === "function" ? value(cloud) : value;
  assert.deepEqual(
    facts.map(({ level, about }) => `${level} ${about}`),
    expected.map(({ level, about }) => `${level} ${of(about)}`),
  );
  for (const [index, { code, says }] of expected.entries()) {
    const { message = "", fields = {} } = facts[index] ?? {};
    assert.match(message, of(says));
    if (code !== undefined) assert.equal(fields["code"], of(code));
    if (String(fields["code"]).startsWith("AADSTS")) {
      assert.match(String(fields["trace_id"]), /^[0-9a-f-]{36}$/);
      assert.match(message, /trace id [0-9a-f-]{36}, correlation id [0-9a-f-]{36}/);
    }
  }
}

/** Declares a test of `otel-o365 check` for each fault in each of the clouds. */
export function testFaults(clouds: readonly Cloud[]): void {
  before(hideClouds);
  after(() => void Object.assign(dns, realDns));

  for (const cloud of clouds) {
    for (const fault of FAULTS) {
      test(`${cloud}: ${fault.name}`, async () => {
        const tenant = await startCloudTenant({ cloud, content: CONTENT, ...(await fault.tenant?.(cloud)) });
        try {
          const receiver = typeof fault.receiver === "function" ? fault.receiver(cloud) : fault.receiver;
          const config = tenant.configure(receiver);
          await fault.before?.(tenant, config);
          const { facts, code } = await checkFacts(["--config", config, ...(fault.args ?? [])]);
          compare(
            facts.filter(({ level }) => level !== "ok"),
            fault.expected,
            cloud,
          );
          assert.equal(code, fault.expected.some(({ level }) => level === "fail") ? 1 : 0);
          const starts = tenant.emulator.requests.filter(({ operation }) => operation === "start");
          assert.ok(fault.args !== undefined || fault.before !== undefined || starts.length === 0);
        } finally {
          await tenant.close();
        }
      });
    }
  }
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { z } from "zod";
import { config, type O365Config } from "../../receiver/config.ts";
import { nearestContentType } from "../../receiver/content-types.ts";

const TENANT = "0B9F4F4E-1111-4222-8333-ABCDEF012345";
const REQUIRED = {
  tenant_id: TENANT,
  client_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
  certificate_file: "cert.pem",
  private_key_file: "key.pem",
};

/** Messages by dotted path. */
function problems(value: unknown): Record<string, string> {
  const result = config.safeParse(value);
  return Object.fromEntries((result.error?.issues ?? []).map((issue) => [issue.path.join("."), issue.message]));
}

suite("config", () => {
  test("gives every default when only the required keys are there", () => {
    const expected: O365Config = {
      cloud: "commercial",
      tenantId: TENANT.toLowerCase(),
      clientId: REQUIRED.client_id,
      certificateFile: "cert.pem",
      privateKeyFile: "key.pem",
      fallbackCertificates: [],
      thumbprint: "sha256",
      contentTypes: ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General"],
      pollIntervalMs: 60_000,
      initialLookbackMs: 86_400_000,
      relistMs: 3_600_000,
      reconcileIntervalMs: 21_600_000,
      maxRememberedRecords: 3_000_000,
      maxInFlightBytes: undefined,
      concurrency: 4,
      requestTimeoutMs: 60_000,
      connectTimeoutMs: 10_000,
      retry: { initialIntervalMs: 1000, maxIntervalMs: 300_000, randomizationFactor: 0.5 },
      dlpValues: "drop",
      publisherId: TENANT.toLowerCase(),
      endpoints: {
        api: "https://manage.office.com",
        authority: "https://login.microsoftonline.com",
        scope: "https://manage.office.com/.default",
      },
      tls: undefined,
      proxy: undefined,
    };
    assert.deepEqual(config.parse(REQUIRED), expected);
  });

  test("takes 0s for no comparisons", () => {
    assert.equal(config.parse({ ...REQUIRED, reconcile_interval: "0s" }).reconcileIntervalMs, 0);
  });

  const clouds = [
    ["commercial", "https://manage.office.com", "https://login.microsoftonline.com"],
    ["gcc", "https://manage-gcc.office.com", "https://login.microsoftonline.com"],
    ["gcc_high", "https://manage.office365.us", "https://login.microsoftonline.us"],
    ["dod", "https://manage.protection.apps.mil", "https://login.microsoftonline.us"],
  ] as const;
  for (const [cloud, api, authority] of clouds) {
    test(`takes the addresses of ${cloud}`, () => {
      assert.deepEqual(config.parse({ ...REQUIRED, cloud }).endpoints, { api, authority, scope: `${api}/.default` });
    });
  }

  test("lets single addresses be overridden, without trailing slashes", () => {
    const { endpoints } = config.parse({
      ...REQUIRED,
      endpoints: { api: "http://127.0.0.1:8443/", authority: "https://localhost:1//" },
    });
    assert.deepEqual(endpoints, {
      api: "http://127.0.0.1:8443",
      authority: "https://localhost:1",
      scope: "https://manage.office.com/.default",
    });
  });

  const mistakes: readonly {
    readonly name: string;
    readonly key: string;
    readonly value: unknown;
    readonly path?: string;
    readonly message: RegExp;
  }[] = [
    {
      name: "a domain as tenant",
      key: "tenant_id",
      value: "contoso.onmicrosoft.com",
      message:
        /GUID: current value is "contoso\.onmicrosoft\.com"; this is a domain: .*https:\/\/login\.microsoftonline\.com\/contoso\.onmicrosoft\.com\/v2\.0\/\.well-known\/openid-configuration/,
    },
    {
      name: "a word as tenant",
      key: "tenant_id",
      value: "common",
      message: /must be a GUID: current value is "common"; take "Directory \(tenant\) ID"/,
    },
    {
      name: "a client id that is no GUID",
      key: "client_id",
      value: "my-app",
      message: /must be a GUID: .*; take "Application \(client\) ID"/,
    },
    { name: "a free text as publisher", key: "publisher_id", value: "me", message: /must be a GUID: .*; leave it out/ },
    { name: "an unknown cloud", key: "cloud", value: "china", message: /commercial/ },
    {
      name: "a misspelt content type",
      key: "content_types",
      value: ["Audit.Sharepoint"],
      path: "content_types.0",
      message: /did you mean "Audit\.SharePoint"/,
    },
    { name: "no content type", key: "content_types", value: [], message: /at least one/ },
    {
      name: "a content type twice",
      key: "content_types",
      value: ["DLP.All", "DLP.All"],
      message: /must not name a content type twice/,
    },
    { name: "a poll interval under a second", key: "poll_interval", value: "999ms", message: /between 1s and/ },
    { name: "a look-back over 7 days", key: "initial_lookback", value: "7d1s", message: /between 0s and 7d/ },
    { name: "a relist over 7 days", key: "relist", value: "8d", message: /between 10m and 7d/ },
    { name: "a relist that late blobs would slip through", key: "relist", value: "0s", message: /between 10m and 7d/ },
    {
      name: "comparisons that run into each other",
      key: "reconcile_interval",
      value: "9m",
      message: /between 10m and 1d/,
    },
    { name: "comparisons that come too seldom", key: "reconcile_interval", value: "2d", message: /and 1d/ },
    { name: "a memory too short to be of use", key: "max_remembered_records", value: 99_999, message: /100000/ },
    { name: "less than 1 MB in flight", key: "max_in_flight_bytes", value: 1000, message: /1048576/ },
    { name: "no concurrency", key: "concurrency", value: 0, message: /1/ },
    { name: "too much concurrency", key: "concurrency", value: 33, message: /32/ },
    {
      name: "a retry that starts above its end",
      key: "retry",
      value: { initial_interval: "10m" },
      path: "retry.initial_interval",
      message: /must not be longer than max_interval/,
    },
    {
      name: "an API in clear text",
      key: "endpoints",
      value: { api: "http://manage.office.com" },
      path: "endpoints.api",
      message: /must use https/,
    },
    {
      name: "an authority in clear text",
      key: "endpoints",
      value: { authority: "http://localhost" },
      path: "endpoints.authority",
      message: /must use https/,
    },
    {
      name: "an address with a user",
      key: "endpoints",
      value: { api: "https://me:x@manage.office.com" },
      path: "endpoints.api",
      message: /neither a user/,
    },
    {
      name: "an address that is none",
      key: "endpoints",
      value: { authority: "login" },
      path: "endpoints.authority",
      message: /must be a URL/,
    },
    { name: "a proxy that is none", key: "proxy", value: "proxy:3128", message: /URL of an HTTP proxy/ },
    { name: "another thumbprint", key: "thumbprint", value: "md5", message: /sha256/ },
  ];
  for (const { name, key, value, path, message } of mistakes) {
    test(`refuses ${name}`, () => {
      const found = problems({ ...REQUIRED, [key]: value });
      assert.deepEqual(Object.keys(found), [path ?? key]);
      assert.match(found[path ?? key] ?? "", message);
    });
  }

  const refused = [
    ["client_secret", /certificate only.*otel-o365 certificate/],
    ["secret", /certificate only.*otel-o365 certificate/],
    ["password", /certificate only.*otel-o365 certificate/],
    ["pfx", /PEM files only; convert it with "openssl pkcs12/],
    ["pfx_password", /PEM files only; convert it/],
    ["certificate_password", /must not be encrypted; .*openssl pkey/],
    ["passphrase", /must not be encrypted; .*openssl pkey/],
  ] as const;
  for (const [key, message] of refused) {
    test(`says what to do instead of ${key}, without its value`, () => {
      const found = problems({ ...REQUIRED, [key]: "hunter2" });
      assert.deepEqual(Object.keys(found), [key]);
      assert.match(found[key] ?? "", message);
      assert.doesNotMatch(JSON.stringify(config.safeParse({ ...REQUIRED, [key]: "hunter2" })), /hunter2/);
    });
  }

  test("reports every mistake in one run", () => {
    const found = problems({ tenant_id: "x", client_secret: "x", poll_interval: "1", nonsense: 1 });
    assert.deepEqual(Object.keys(found).toSorted(), [
      "",
      "certificate_file",
      "client_id",
      "client_secret",
      "poll_interval",
      "private_key_file",
      "tenant_id",
    ]);
  });

  const near = [
    ["Exchange", "Audit.Exchange"],
    ["audit.general", "Audit.General"],
    ["Audit.AzureActiveDirctory", "Audit.AzureActiveDirectory"],
    ["DLP", "DLP.All"],
    ["Teams", undefined],
  ] as const;
  for (const [name, expected] of near) {
    test(`nearestContentType() gives ${expected} for "${name}"`, () =>
      assert.equal(nearestContentType(name), expected));
  }
});

suite("receiver/README.md", () => {
  test("has the keys, defaults, requirements and descriptions of the schema", () => {
    const readme = readFileSync("receiver/README.md", "utf8");
    const section = /## Configuration\n(.*?)\n## /s.exec(readme)?.[1] ?? "";
    const rows = [...section.matchAll(/^\| `([a-z_:]+)` +\|[^|]*\| *([^|]*?) *\| *([a-z]+) *\| *(.*?) *\|$/gm)];
    assert.deepEqual(
      rows.map(([, key, value, required, description]) => ({ key, value, required, description })),
      rowsOf(z.toJSONSchema(config, { io: "input", unrepresentable: "any" })),
    );
  });
});

interface Row {
  readonly key: string;
  readonly value: string;
  readonly required: string;
  readonly description: unknown;
}

/** Keys with those of nested mappings, `a::b`, as the table shows them; keys that nothing is valid for are left out. */
function rowsOf(schema: z.core.JSONSchema._JSONSchema, prefix = ""): Row[] {
  if (typeof schema === "boolean") return [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    if (typeof value === "boolean" || "not" in value) return [];
    if (value.properties !== undefined) return rowsOf(value, `${prefix}${key}::`);
    const required = prefix === "" && schema.required?.includes(key) === true ? "yes" : "no";
    return [{ key: prefix + key, value: shown(value.default), required, description: value.description }];
  });
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  return Array.isArray(value)
    ? value.map((item) => `\`${String(item)}\``).join(", ")
    : `\`${JSON.stringify(value).replaceAll('"', "")}\``;
}

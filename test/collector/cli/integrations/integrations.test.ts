import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, suite, test } from "node:test";
import { parse, stringify } from "yaml";
import { openStorage } from "../../../../collector/storage/sqlite.ts";
import type { RequestEntry } from "../../../../emulator/index.ts";
import { cli, type CliOutcome } from "../../../support/cli.ts";
import { CLIENT_ID, startCloudTenant, TENANT_ID, type CloudTenant } from "../../../support/cloud-tenant.ts";

const OWNER = { cloud: "gcc", tenantId: TENANT_ID, clientId: CLIENT_ID };

suite("otel-o365 integrations", () => {
  let tenant: CloudTenant;
  /** Of one test. */
  let folder: string;
  let config: string;
  let directory: string;
  let requestsBefore: number;

  before(async () => {
    const content = [{ kind: "bulk" as const, records: 40, recordsPerBlob: 10, pastMs: 3_600_000 }];
    tenant = await startCloudTenant({ cloud: "gcc", content, rules: { startIntervalMs: 0 } });
  });
  after(() => tenant.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tenant.folder, "test-"));
    directory = join(folder, "integrations.d");
    config = configure(["o365/*"]);
    requestsBefore = tenant.emulator.requests.length;
  });

  const requests = (): readonly RequestEntry[] => tenant.emulator.requests.slice(requestsBefore);

  function configure(receivers: readonly string[]): string {
    const path = join(folder, "collector.yaml");
    const pipelines = { logs: { receivers, exporters: ["debug"] } };
    const storage = { directory: join(folder, "state") };
    writeFileSync(path, stringify({ exporters: { debug: {} }, storage, service: { pipelines } }));
    return path;
  }

  const run = (command: string, ...args: readonly string[]): Promise<CliOutcome> =>
    cli(["integrations", command, ...args, "--config", config]);

  /** Flags of `add`, for the tenant that there is. */
  function flags(changes: Readonly<Record<string, string | undefined>> = {}): readonly string[] {
    const { receiver, emulator } = tenant;
    const all: Record<string, string | undefined> = {
      tenant: "contoso.example",
      name: "contoso",
      "client-id": CLIENT_ID,
      "certificate-file": String(receiver["certificate_file"]),
      "private-key-file": String(receiver["private_key_file"]),
      proxy: emulator.cloudProxy,
      "ca-file": join(tenant.folder, "ca.pem"),
      ...changes,
    };
    return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  }

  const files = (): readonly string[] => (existsSync(directory) ? readdirSync(directory) : []);
  const receiversOf = (name: string): Record<string, Record<string, unknown>> =>
    parse(readFileSync(join(directory, name), "utf8")).receivers;

  suite("add", () => {
    test("writes a file of its own for a tenant that is given by its domain", async () => {
      const { code, stdout, stderr } = await run("add", ...flags());
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(files(), ["contoso.yaml"]);
      const { cloud, tenant_id: tenantId, client_id: clientId } = receiversOf("contoso.yaml")["o365/contoso"] ?? {};
      assert.deepEqual([cloud, tenantId, clientId], ["gcc", TENANT_ID, CLIENT_ID]);
      assert.match(stdout, /Added "o365\/contoso" in .*contoso\.yaml; it is in pipeline "logs"\./);
      assert.match(stdout, /otel-o365 check --config \S+ --config \S+integrations\.d --only 'o365\/contoso'/);
    });

    test("lets nobody else read a file that holds the password of a proxy, also under another name", async () => {
      const proxy = new URL(tenant.emulator.cloudProxy ?? "");
      Object.assign(proxy, { username: "me", password: "pa55word" });
      const { code, stdout } = await run("add", ...flags({ proxy: proxy.href }));
      assert.equal(code, 0);
      assert.match(stdout, /The file holds the password of the proxy, so nobody but you can read it/);
      const mode = (name: string): string => (statSync(join(directory, name)).mode & 0o777).toString(8);
      assert.equal(mode("contoso.yaml"), "600");
      await run("rename", "contoso", "fabrikam", "--directory", directory);
      assert.equal(mode("fabrikam.yaml"), "600");
    });

    test("makes what the collector then checks and runs with", async () => {
      await run("add", ...flags());
      const check = await cli(["check", "--config", config, "--config", directory, "--start-subscriptions"]);
      assert.match(check.stdout, /\nall green: \d+ ok\n$/);
    });

    test("names every flag that is missing where nobody can be asked", async () => {
      const { code, stderr } = await run("add");
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^Cannot go on: --tenant <guid or domain>, --name <name>, --client-id <guid>, --certificate-file <file>, --private-key-file <file> are missing; add them, or run the command at a terminal/,
      );
      assert.deepEqual(files(), []);
    });

    test("--offline believes the GUID and the cloud, and asks nobody", async () => {
      const { code } = await run("add", ...flags({ tenant: TENANT_ID, cloud: "dod" }), "--offline");
      assert.equal(code, 0);
      assert.equal(receiversOf("contoso.yaml")["o365/contoso"]?.["cloud"], "dod");
      assert.deepEqual(requests(), []);
    });

    test("--make-certificate makes a pair that is named after it", async () => {
      const pair = {
        "certificate-file": join(folder, "new.pem"),
        "private-key-file": join(folder, "new-key.pem"),
      };
      const { code, stdout } = await run("add", ...flags(pair), "--make-certificate");
      assert.equal(code, 0);
      assert.match(stdout, /Upload certificate/);
      assert.equal(receiversOf("contoso.yaml")["o365/contoso"]?.["certificate_file"], pair["certificate-file"]);
      assert.match(readFileSync(pair["private-key-file"], "utf8"), /BEGIN PRIVATE KEY/);
    });

    test("--make-certificate leaves no pair behind, and says nothing of one, when the integration is refused", async () => {
      config = configure(["o365/other*"]);
      const pair = { "certificate-file": join(folder, "new.pem"), "private-key-file": join(folder, "new-key.pem") };
      const { code, stdout } = await run("add", ...flags(pair), "--make-certificate");
      assert.deepEqual([code, stdout], [2, ""]);
      assert.deepEqual([existsSync(pair["certificate-file"]), existsSync(pair["private-key-file"])], [false, false]);
    });

    const refused: readonly {
      readonly name: string;
      readonly changes: Readonly<Record<string, string | undefined>>;
      readonly more?: readonly string[];
      readonly stderr: RegExp;
    }[] = [
      {
        name: "an unknown tenant",
        changes: { tenant: "nobody.example" },
        stderr: /Entra ID knows no such tenant; check it/,
      },
      {
        name: "no tenant at all",
        changes: { tenant: "contoso" },
        stderr: /it is neither a GUID nor a domain; take either/,
      },
      {
        name: "another cloud",
        changes: { cloud: "dod" },
        stderr: /it lives in cloud gcc, not in dod; leave --cloud out/,
      },
      {
        name: "a cloud that there is not",
        changes: { cloud: "gcch", tenant: TENANT_ID },
        more: ["--offline"],
        stderr: /cloud: must be one of .*current value is "gcch"/,
      },
      {
        name: "a domain offline",
        changes: {},
        more: ["--offline"],
        stderr: /a domain is looked up, which --offline forbids/,
      },
      {
        name: "a name with a slash",
        changes: { name: "a/b" },
        stderr: /Cannot use --name "a\/b": use letters, digits/,
      },
      { name: "a path as name", changes: { name: "../x" }, stderr: /Cannot use --name "\.\.\/x": use letters/ },
      {
        name: "a client id that is none",
        changes: { "client-id": "x" },
        stderr: /Cannot use --client-id "x": it is not a GUID; take/,
      },
      {
        name: "a missing certificate",
        changes: { "certificate-file": "no.pem" },
        stderr: /Cannot use --certificate-file "no\.pem": there is no such file; check the path/,
      },
      {
        name: "swapped files",
        changes: { "certificate-file": undefined },
        stderr: /--certificate-file <file> is missing; add it/,
      },
    ];
    for (const { name, changes, more = [], stderr } of refused) {
      test(`refuses ${name} and writes nothing`, async () => {
        const outcome = await run("add", ...flags(changes), ...more);
        assert.equal(outcome.code, 2);
        assert.match(outcome.stderr, stderr);
        assert.deepEqual(files(), []);
      });
    }

    test("refuses a name that exists, whatever its case", async () => {
      await run("add", ...flags());
      const { code, stderr } = await run("add", ...flags({ name: "Contoso" }));
      assert.equal(code, 2);
      assert.match(stderr, /"o365\/contoso" exists already; choose another name/);
    });

    test("refuses the same tenant and application under another name", async () => {
      await run("add", ...flags());
      const { code, stderr } = await run("add", ...flags({ name: "again" }));
      assert.equal(code, 2);
      assert.match(stderr, /collects what "o365\/(?:again|contoso)" collects already/);
      assert.deepEqual(files(), ["contoso.yaml"]);
    });

    test("refuses an integration that no pipeline would take", async () => {
      config = configure(["o365/other*"]);
      const { code, stderr } = await run("add", ...flags());
      assert.equal(code, 2);
      assert.match(stderr, /receivers::o365\/contoso: is in no pipeline, so nothing would be collected from it/);
      assert.deepEqual(files(), []);
    });

    test("says what is the matter when nobody can be asked", async () => {
      await assert.rejects(
        run("add", ...flags({ "ca-file": undefined })),
        /not from a trusted authority.*tls::ca_file/,
      );
    });

    test("takes the folder among the --config paths, or --directory", async () => {
      const other = join(folder, "tenants");
      mkdirSync(other);
      assert.equal((await run("add", ...flags(), "--config", other)).code, 0);
      assert.deepEqual(readdirSync(other), ["contoso.yaml"]);
      const third = join(folder, "third");
      assert.equal((await run("add", ...flags(), "--directory", third)).code, 0);
      assert.deepEqual(readdirSync(third), ["contoso.yaml"]);
    });
  });

  suite("list and show", () => {
    test("tell name, cloud, tenant, health, days left and file", async () => {
      await run("add", ...flags());
      const table = await run("list");
      assert.match(
        table.stdout,
        /^integration +cloud +tenant +state +certificate +file\no365\/contoso +gcc +6b3c0a5e-\S+ +ready +89 days +\S+contoso\.yaml\n$/,
      );
      const shown = await run("show", "contoso");
      assert.match(shown.stdout, /^application +aaaaaaaa-/m);
      assert.match(shown.stdout, /^ +SHA-1 thumbprint [0-9A-F]{40}$/m);
      assert.match(shown.stdout, /^pipelines +logs$/m);
    });

    test("give JSON", async () => {
      await run("add", ...flags());
      const [one] = JSON.parse((await run("list", "--json")).stdout);
      const { id, cloud, state, gap, pipelines, findings } = one;
      assert.deepEqual(
        { id, cloud, state, gap, pipelines, findings },
        {
          id: "o365/contoso",
          cloud: "gcc",
          state: "ready",
          gap: false,
          pipelines: ["logs"],
          findings: [],
        },
      );
      assert.deepEqual(JSON.parse((await run("show", "o365/contoso", "--json")).stdout), one);
    });

    test("say that a certificate cannot be used, and why", async () => {
      await run("add", ...flags());
      const empty = join(folder, "empty.pem");
      writeFileSync(empty, "");
      const path = join(directory, "contoso.yaml");
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(String(tenant.receiver["certificate_file"]), empty));
      assert.match((await run("list")).stdout, / unusable /);
      assert.match((await run("show", "contoso")).stdout, /^error +certificate_file: ".*empty\.pem" is empty/m);
    });

    test("suggest a name for one that does not exist", async () => {
      await run("add", ...flags());
      const { code, stderr } = await run("show", "contso");
      assert.equal(code, 2);
      assert.match(stderr, /Cannot find integration "contso": .*did you mean "contoso"\?/);
    });
  });

  suite("rename", () => {
    test("changes id and file, keeps comments, and what the ledger is kept by", async () => {
      await run("add", ...flags());
      const path = join(directory, "contoso.yaml");
      writeFileSync(path, `# mine\n${readFileSync(path, "utf8")}`);
      const { code, stdout } = await run("rename", "contoso", "fabrikam");
      assert.equal(code, 0);
      assert.match(stdout, /Renamed "o365\/contoso" to "o365\/fabrikam".*Nothing is collected twice/);
      assert.deepEqual(files(), ["fabrikam.yaml"]);
      assert.match(readFileSync(join(directory, "fabrikam.yaml"), "utf8"), /^# mine\n/);
      const { tenant_id: tenantId, client_id: clientId } = receiversOf("fabrikam.yaml")["o365/fabrikam"] ?? {};
      assert.deepEqual([tenantId, clientId], [TENANT_ID, CLIENT_ID]);
    });

    test("leaves everything as it is when a pipeline names the old id", async () => {
      await run("add", ...flags());
      configure(["o365/contoso"]);
      const { code, stderr } = await run("rename", "contoso", "fabrikam");
      assert.equal(code, 2);
      assert.match(stderr, /"o365\/contoso" is not defined under receivers/);
      assert.match(stderr, /name it by a pattern such as "o365\/\*" in the pipelines/);
      assert.deepEqual(files(), ["contoso.yaml"]);
    });

    test("renames in place what stands among others", async () => {
      await run("add", ...flags());
      const own = readFileSync(join(directory, "contoso.yaml"), "utf8");
      writeFileSync(join(directory, "contoso.yaml"), `${own}processors: { batch: {} }\n`);
      assert.equal((await run("rename", "contoso", "fabrikam")).code, 0);
      assert.deepEqual(files(), ["contoso.yaml"]);
      assert.ok("o365/fabrikam" in receiversOf("contoso.yaml"));
    });

    test("refuses what stands in another file of the configuration", async () => {
      writeFileSync(join(folder, "more.yaml"), stringify({ receivers: { "o365/main": tenant.receiver } }));
      const { code, stderr } = await run("rename", "main", "other", "--config", join(folder, "more.yaml"));
      assert.equal(code, 2);
      assert.match(stderr, /no file of ".*integrations\.d" defines it; rename it where it stands/);
    });
  });

  suite("remove", () => {
    const seed = (): void => {
      const storage = openStorage(join(folder, "state"));
      storage.ledger(OWNER).openBranches(["logs>debug"], Date.now() - 3_600_000);
      storage.close();
    };
    const isKnown = async (): Promise<boolean> => {
      const { stdout } = await cli(["status", "--storage", join(folder, "state"), "--json"]);
      return JSON.parse(stdout).integrations.length > 0;
    };

    test("keeps the ledger and the subscriptions when told to", async () => {
      await run("add", ...flags());
      seed();
      const { code, stdout, stderr } = await run(
        "remove",
        "contoso",
        "--ledger",
        "keep",
        "--subscriptions",
        "keep",
        "--yes",
      );
      assert.equal(code, 0);
      assert.deepEqual(files(), []);
      assert.match(stdout, /Its ledger was kept, its subscriptions were left on/);
      assert.match(
        stderr,
        /Without "o365\/contoso" the collector will not start, until this is mended:\n.*matches no receiver/,
      );
      assert.equal(await isKnown(), true);
      assert.ok(!requests().some(({ operation }) => operation === "stop"));
    });

    test("deletes its part of the ledger and stops the subscriptions when told to", async () => {
      await run("add", ...flags());
      await cli(["check", "--config", config, "--config", directory, "--start-subscriptions"]);
      seed();
      const { code, stdout } = await run("remove", "contoso", "--ledger", "delete", "--subscriptions", "stop", "--yes");
      assert.equal(code, 0);
      assert.match(stdout, /^ok {4}o365\/contoso {2}subscription Audit\.Exchange: stopped$/m);
      assert.match(stdout, /Its ledger was deleted, its subscriptions were stopped/);
      assert.equal(await isKnown(), false);
      assert.equal(requests().filter(({ operation, status }) => operation === "stop" && status === 200).length, 4);
    });

    test("demands to be told what happens to ledger and subscriptions", async () => {
      await run("add", ...flags());
      const { code, stderr } = await run("remove", "contoso");
      assert.equal(code, 2);
      assert.match(stderr, /--ledger keep\|delete, --subscriptions keep\|stop are missing/);
      assert.deepEqual(files(), ["contoso.yaml"]);
    });

    test("deletes nothing of a ledger that a collector works on, and names it", async () => {
      await run("add", ...flags());
      const storage = openStorage(join(folder, "state"));
      try {
        await assert.rejects(
          run("remove", "contoso", "--ledger", "delete", "--subscriptions", "stop", "--yes"),
          new RegExp(
            `the collector \\(process ${process.pid} on host ".*"\\) works on .*; stop it first, or keep the ledger`,
          ),
        );
      } finally {
        storage.close();
      }
      assert.deepEqual(files(), ["contoso.yaml"]);
      assert.ok(!requests().some(({ operation }) => operation === "stop"));
    });

    test("changes nothing when the subscriptions cannot be stopped", async () => {
      await run("add", ...flags());
      seed();
      tenant.emulator.faults.add({ match: { operation: "stop" }, action: { kind: "respond", status: 404 } });
      await assert.rejects(
        run("remove", "contoso", "--ledger", "delete", "--subscriptions", "stop", "--yes"),
        /its subscriptions could not be stopped, see above; nothing else was changed/,
      );
      assert.deepEqual(files(), ["contoso.yaml"]);
      assert.equal(await isKnown(), true);
    });
  });

  test("asks for a configuration", async () => {
    const { code, stderr } = await cli(["integrations", "list"]);
    assert.equal(code, 2);
    assert.match(stderr, /cannot list integrations: no configuration file is named; add --config FILE/);
  });
});

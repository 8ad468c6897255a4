import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { parse, stringify } from "yaml";
import { CLIENT_ID, startCloudTenant, TENANT_ID, type CloudTenant } from "../../support/cloud-tenant.ts";
import { noTerminal, Terminal } from "../../support/terminal.ts";

const OTEL_O365 = `${process.execPath} --disable-warning=ExperimentalWarning ${resolve("collector/cli/main.ts")}`;

suite("otel-o365 integrations at a terminal", { skip: noTerminal ?? false }, () => {
  let tenant: CloudTenant;
  const file = (): string => join(tenant.folder, "integrations.d", "contoso.yaml");

  before(async () => {
    tenant = await startCloudTenant({ cloud: "gcc" });
    writeFileSync(
      join(tenant.folder, "collector.yaml"),
      stringify({
        exporters: { debug: {} },
        service: { pipelines: { logs: { receivers: ["o365/*"], exporters: ["debug"] } } },
      }),
    );
  });
  after(() => tenant.close());

  function run(args: string): Terminal {
    return new Terminal(`${OTEL_O365} ${args} --config collector.yaml`, {
      cwd: tenant.folder,
      env: { HTTPS_PROXY: tenant.emulator.cloudProxy ?? "", NODE_EXTRA_CA_CERTS: join(tenant.folder, "ca.pem") },
    });
  }

  test("add asks for what it needs, proposes a name, and says at once what cannot be", async () => {
    const terminal = run("integrations add");
    await terminal.answer(/Tenant: a domain of it, or its GUID/, "contoso.example\r");
    await terminal.answer(/Name of the integration/, "con toso\r");
    await terminal.answer(/use letters, digits, dots/, "\u0015\r");
    await terminal.answer(/Application \(client\) ID/, "contoso\r");
    await terminal.answer(/it is not a GUID; take "Application/, `\u0015${CLIENT_ID}\r`);
    await terminal.answer(/Make a new certificate for it\?/, "n");
    await terminal.answer(/PEM file of the certificate/, "certificat.pem\r");
    await terminal.answer(/there is no such file; check the path/, "\u0015certificate.pem\r");
    await terminal.answer(/PEM file of its private key/, "key.pem\r");
    await terminal.see(/Added "o365\/contoso" in integrations\.d\/contoso\.yaml/);
    assert.equal(await terminal.ended(), 0);
    const { receivers } = parse(readFileSync(file(), "utf8"));
    assert.deepEqual(receivers["o365/contoso"], {
      cloud: "gcc",
      tenant_id: TENANT_ID,
      client_id: CLIENT_ID,
      certificate_file: join(tenant.folder, "certificate.pem"),
      private_key_file: join(tenant.folder, "key.pem"),
    });
  });

  test("remove says what is lost, and changes nothing when the person thinks better of it", async () => {
    const terminal = run("integrations remove contoso");
    await terminal.see(/What was collected is in the ledger/);
    await terminal.answer(/Keep it/, "\r");
    await terminal.see(/Subscriptions of this app to the tenant/);
    await terminal.answer(/Leave them on/, "\u001b[B");
    await terminal.answer(/what appears until the next start is lost for good/, "\r");
    await terminal.answer(/Remove "o365\/contoso"\?/, "n");
    await terminal.see(/Nothing was changed/);
    assert.equal(await terminal.ended(), 0);
    assert.ok(existsSync(file()));
  });

  test("Ctrl-C changes nothing and ends with 1", async () => {
    const terminal = run("integrations remove contoso");
    await terminal.answer(/What was collected is in the ledger/, "\u0003");
    await terminal.see(/Cancelled; nothing was changed/);
    assert.equal(await terminal.ended(), 1);
    assert.ok(existsSync(file()));
  });

  test("--no-input never asks", async () => {
    const terminal = run("integrations remove contoso --no-input");
    await terminal.see(/--ledger keep\|delete, --subscriptions keep\|stop are missing/);
    assert.equal(await terminal.ended(), 2);
  });
});

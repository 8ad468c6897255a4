import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { chromium, type Browser } from "playwright-core";
import { stringify } from "yaml";
import { makeCertificatePair } from "../../../../emulator/index.ts";
import { CLIENT_ID, startCloudTenant, TENANT_ID, type CloudTenant } from "../../../support/cloud-tenant.ts";
import { eventually } from "../../../support/eventually.ts";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const MAIN = resolve("collector/cli/main.ts");
const skip = existsSync(EXECUTABLE)
  ? false
  : `no browser: "${EXECUTABLE}" does not exist; install chromium, or name one in CHROMIUM`;

suite("otel-o365 authorize in a browser", { skip }, () => {
  let tenant: CloudTenant;
  let browser: Browser;
  let folder: string;
  const children: ChildProcess[] = [];

  before(async () => {
    const pair = await makeCertificatePair();
    // The port of a loopback address does not count, so that any free one will do.
    const registration = {
      clientId: CLIENT_ID,
      redirectUris: ["http://localhost/"],
      certificates: [pair.certificatePem],
    };
    tenant = await startCloudTenant({ cloud: "commercial", withoutApp: true, pair, registrations: [registration] });
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ["--no-sandbox", `--proxy-server=${tenant.emulator.cloudProxy}`],
    });
  });
  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await browser.close();
    await tenant.close();
  });

  /** Starts the command; what it opens is written down instead, for the browser of the test to open. */
  async function start(
    port: number,
  ): Promise<{ readonly child: ChildProcess; readonly url: string; readonly out: Promise<string> }> {
    folder = mkdtempSync(join(tenant.folder, "run-"));
    const opened = join(folder, "opened");
    const stub = join(folder, "browser.sh");
    writeFileSync(stub, `#!/bin/sh\nprintf '%s' "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`, {
      mode: 0o755,
    });
    const pipelines = { logs: { receivers: ["o365/*"], exporters: ["debug"] } };
    writeFileSync(join(folder, "collector.yaml"), stringify({ exporters: { debug: {} }, service: { pipelines } }));
    const flags = {
      config: "collector.yaml",
      name: "contoso",
      "client-id": CLIENT_ID,
      "redirect-uri": `http://localhost:${port}/`,
      "certificate-file": join(tenant.folder, "certificate.pem"),
      "private-key-file": join(tenant.folder, "key.pem"),
    };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "authorize", ...args], {
      cwd: folder,
      env: {
        ...process.env,
        DISPLAY: "",
        BROWSER: stub,
        HTTPS_PROXY: tenant.emulator.cloudProxy,
        NODE_EXTRA_CA_CERTS: join(tenant.folder, "ca.pem"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const out = Promise.all([text(child.stdout), text(child.stderr)]).then((parts) => parts.join(""));
    await eventually(
      () => existsSync(opened) || child.exitCode !== null,
      () => "no page was opened",
      240_000,
    );
    return { child, url: existsSync(opened) ? readFileSync(opened, "utf8") : assert.fail(await out), out };
  }

  async function ended(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null) await once(child, "exit");
    return child.exitCode;
  }

  test("opens the page, and adds the tenant when the administrator accepts", async () => {
    const { child, url, out } = await start(18_411);
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    assert.equal(new URL(page.url()).host, "login.microsoftonline.com");
    await page.getByText("Read activity data for your organization").waitFor();
    await page.getByLabel("Signed in as").selectOption({ label: "admin@contoso.example" });
    const shot = process.env["SCREENSHOTS"];
    if (shot !== undefined) await page.screenshot({ path: join(shot, "consent.png") });
    await page.getByRole("button", { name: "Accept" }).click();
    await page.getByText("The consent has arrived. Go back to the terminal").waitFor();
    if (shot !== undefined) await page.screenshot({ path: join(shot, "arrived.png") });
    await context.close();
    assert.equal(await ended(child), 0, await out);
    assert.match(await out, /Added "o365\/contoso" in integrations\.d\/contoso\.yaml/);
    assert.match(
      readFileSync(join(folder, "integrations.d", "contoso.yaml"), "utf8"),
      new RegExp(`tenant_id: ${TENANT_ID}`),
    );
  });

  test("says why and what to do, on the page and in the terminal, when the administrator declines", async () => {
    const { child, url, out } = await start(18_412);
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("The consent was not given. The terminal says why").waitFor();
    await context.close();
    assert.equal(await ended(child), 1);
    assert.match(
      await out,
      /Cannot authorize: Entra ID answered AADSTS65004 .*; start the consent again and accept it/,
    );
    assert.equal(existsSync(join(folder, "integrations.d")), false);
  });
});

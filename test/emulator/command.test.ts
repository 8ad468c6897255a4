import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { Agent, ProxyAgent, request } from "undici";
import { parse } from "yaml";
import { emulateCommand } from "../../emulator/command.ts";

/** A process to run the command in: collects its output and sends signals. */
class TestProcess extends EventEmitter {
  text = "";
  readonly stdout = {
    write: (text: string): boolean => {
      this.text += text;
      this.emit("output");
      return true;
    },
  };
}

suite("emulateCommand()", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "emulate-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(args: readonly string[], use: (output: string) => Promise<void> | void): Promise<void> {
    const io = new TestProcess();
    const output = new Promise<void>((resolve) => {
      io.once("output", resolve);
    });
    const running = emulateCommand(io).parseAsync(args, { from: "user" });
    await Promise.race([output, running]);
    try {
      await use(io.text);
    } finally {
      io.emit("SIGTERM");
      await running;
    }
    assert.equal(io.listenerCount("SIGINT") + io.listenerCount("SIGTERM"), 0);
  }

  test("prints a configuration that knows the cloud and the proxy alone when it poses as the real ones", async () => {
    await run(["--cloud", "dod", "--cloud-proxy-port", "0"], (output) => {
      const [, proxy] = /^proxy {6}(http:\/\/127\.0\.0\.1:\d+) leads/m.exec(output) ?? [];
      const yaml = output.slice(output.indexOf("receivers:"), output.indexOf("\nStop with"));
      const { receivers } = parse(yaml) as { receivers: Record<string, Record<string, unknown>> };
      const { cloud, proxy: told, endpoints } = receivers["o365/emulator"] ?? {};
      assert.deepEqual([cloud, told, endpoints], ["dod", proxy, undefined]);
    });
  });

  test("writes certificate, key and authority, and prints a configuration for them", async () => {
    const ca = join(folder, "ca.pem");
    await run(["--write-certificate", folder, "--write-ca", ca, "--rate", "1", "--past", "10m"], async (output) => {
      const certificate = new X509Certificate(readFileSync(join(folder, "certificate.pem")));
      const key = join(folder, "key.pem");
      assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(key))));
      assert.equal(statSync(key).mode & 0o077, 0);
      assert.match(output, /^records {4}600 available now$/m);
      const yaml = output.slice(output.indexOf("receivers:"), output.indexOf("\nStop with"));
      const receiver = (parse(yaml) as { receivers: Record<string, Record<string, Record<string, string>>> }).receivers[
        "o365/emulator"
      ];
      assert.equal(receiver?.["tls"]?.["ca_file"], ca);
      const dispatcher = new Agent({ connect: { ca: readFileSync(ca) } });
      const reply = await request(`${receiver["endpoints"]?.["api"] ?? ""}/`, { dispatcher });
      await reply.body.dump();
      assert.equal(reply.statusCode, 404);
      await dispatcher.destroy();
    });
  });

  test("makes the app a registration that nobody has consented to, and prints how to ask for it", async () => {
    const ca = join(folder, "ca.pem");
    const args = ["--redirect-uri", "http://localhost:8400", "--role", "ActivityFeed.Read", "--write-ca", ca];
    await run(["--write-certificate", folder, "--cloud-proxy-port", "0", ...args], async (output) => {
      const [, proxy = ""] = /^proxy {6}(http:\/\/127\.0\.0\.1:\d+) leads/m.exec(output) ?? [];
      const [command = ""] = /^otel-o365 authorize (?:.*\\\n)+.*/m.exec(output) ?? [];
      assert.ok(command.includes(`--redirect-uri http://localhost:8400 --proxy ${proxy} --ca-file ${ca}`), output);
      assert.ok(command.includes(`--certificate-file ${join(folder, "certificate.pem")}`), output);
      const clientId = /--client-id (\S+)/.exec(command)?.[1];
      assert.doesNotMatch(output, /receivers:/);
      const dispatcher = new ProxyAgent({ uri: proxy, requestTls: { ca: readFileSync(ca, "utf8") } });
      const query = `client_id=${clientId}&scope=https://manage.office.com/.default&redirect_uri=http://localhost:8400`;
      const url = `https://login.microsoftonline.com/organizations/v2.0/adminconsent?${query}`;
      const reply = await request(url, { dispatcher });
      const page = await reply.body.text();
      assert.match(page, /Read activity data for your organization/);
      assert.doesNotMatch(page, /DLP/);
      await dispatcher.destroy();
    });
  });

  test("says what authorize needs beside the registration", async () => {
    await run(["--redirect-uri", "http://localhost:8400"], (output) => {
      assert.match(output, /Nobody has consented to the app yet\. .* add --cloud-proxy-port\.\n/);
    });
  });

  test("says that nobody can sign in when no certificate is registered", async () => {
    await run([], (output) => assert.match(output, /nobody can sign in: add --certificate FILE/));
  });

  const refusals = [
    { name: "a port out of range", args: ["--port", "70000"] },
    { name: "a tenant id that is no GUID", args: ["--tenant-id", "contoso"] },
    { name: "a duration without unit", args: ["--past", "24"] },
    { name: "a rate that is no number", args: ["--rate", "fast"] },
    { name: "another status than 403 and 429", args: ["--quota-status", "500"] },
    { name: "a redirect address that is none", args: ["--redirect-uri", "localhost"] },
    { name: "an unknown flag", args: ["--nothing"] },
  ];
  for (const { name, args } of refusals) {
    test(`refuses ${name}`, async () => {
      const command = emulateCommand(new TestProcess())
        .exitOverride()
        .configureOutput({ writeErr: () => {} });
      await assert.rejects(command.parseAsync(args, { from: "user" }), /^CommanderError|error:/);
    });
  }

  test("names the file that --certificate cannot be read from", async () => {
    const file = join(folder, "none.pem");
    const running = emulateCommand(new TestProcess()).parseAsync(["--certificate", file], { from: "user" });
    await assert.rejects(running, /Cannot read --certificate ".*none\.pem"/);
  });
});

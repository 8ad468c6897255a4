import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Cloud } from "../../emulator/clouds.ts";
import { startEmulator, type Emulator } from "../../emulator/index.ts";
import { Administrator } from "../support/administrator.ts";
import { eventually } from "../support/eventually.ts";
import type { ReceivedRecord } from "../support/otlp-record.ts";
import { startOtlpSink, type OtlpSink } from "../support/otlp-sink.ts";
import { Terminal } from "../support/terminal.ts";
import type { Step } from "./setup-steps.ts";

const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const CONTOSO = "6b3c0a5e-0000-4000-8000-3f1d0c1e0001";
const FABRIKAM = "6b3c0a5e-0000-4000-8000-3f1d0c1e0002";

/** A page of docs/setup, and the tenant that it is followed with. */
export interface Page {
  readonly file: string;
  readonly cloud: Cloud;
  readonly domain: string;
  /** The application is multi-tenant: nobody knows it in the tenant before the consent. */
  readonly multiTenant: boolean;
}

/** A reader in an empty folder, with Microsoft played by the emulator under its real names, and a backend. */
export class Reader {
  readonly folder: string = mkdtempSync(join(tmpdir(), "otel-o365-setup-"));
  readonly emulator: Emulator;
  readonly sink: OtlpSink;
  readonly #page: Page;
  readonly #administrator: Administrator;
  readonly #port: number;
  readonly #children: ChildProcess[] = [];

  private constructor(page: Page, emulator: Emulator, sink: OtlpSink, port: number) {
    this.#page = page;
    this.emulator = emulator;
    this.sink = sink;
    this.#port = port;
    this.#administrator = new Administrator(emulator);
    const bin = join(this.folder, "bin");
    this.#write("ca.pem", emulator.caPem);
    this.#write(
      "otel-o365",
      `#!/bin/sh\nexec ${process.execPath} --disable-warning=ExperimentalWarning ${resolve("collector/cli/main.ts")} "$@"\n`,
    );
    this.#write("browser", `#!/bin/sh\nprintf '%s' "$1" > ${bin}/opened.part && mv ${bin}/opened.part ${bin}/opened\n`);
    for (const name of ["otel-o365", "browser"]) chmodSync(join(bin, name), 0o755);
  }

  static async start(page: Page): Promise<Reader> {
    const { cloud, domain, multiTenant } = page;
    const apps = multiTenant ? [] : [{ clientId: CLIENT, roles: ["ActivityFeed.Read"] }];
    const tenants = [
      { tenantId: CONTOSO, cloud, domains: [domain], apps },
      ...(multiTenant ? [{ tenantId: FABRIKAM, cloud, domains: ["fabrikam.onmicrosoft.com"] }] : []),
    ];
    const content = tenants.map(({ tenantId }) => ({
      kind: "bulk" as const,
      tenantId,
      records: 40,
      recordsPerBlob: 10,
      pastMs: 3_600_000,
    }));
    const registrations = multiTenant
      ? [{ clientId: CLIENT, redirectUris: ["http://localhost:8400"], permissions: ["ActivityFeed.Read"] }]
      : [];
    const emulator = await startEmulator({ tenants, content, registrations, cloudProxyPort: 0 });
    return new Reader(page, emulator, await startOtlpSink(), await freePort());
  }

  async follow(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === "save")
        writeFileSync(join(this.folder, step.name), step.content.replace("http://localhost:4318", this.sink.url));
      else if (step.kind === "upload") this.#upload(join(this.folder, step.file));
      else await this.#run(step.command, step.answers);
    }
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await this.#administrator.close();
    await this.sink.close();
    await this.emulator.close();
    rmSync(this.folder, { recursive: true });
  }

  /** What the portal does with a certificate. */
  #upload(path: string): void {
    const pem = readFileSync(path, "utf8");
    if (this.#page.multiTenant) this.emulator.registerOnRegistration(CLIENT, pem);
    else this.emulator.registerCertificate(CONTOSO, CLIENT, pem);
  }

  async #run(command: string, answers: readonly (readonly [string, string])[]): Promise<void> {
    if (answers.length > 0) await this.#answer(command, answers);
    else if (command.startsWith("otel-o365 authorize ")) await this.#authorize(command);
    else if (command.startsWith("otel-o365 --config")) await this.#collect(command);
    else {
      const { code, output } = await this.#execute(command);
      assert.equal(code, 0, `${command}\n${output}`);
      if (command.startsWith("otel-o365 check")) assert.match(output, /\nall green: \d+ ok\n$/);
    }
  }

  async #answer(command: string, answers: readonly (readonly [string, string])[]): Promise<void> {
    const terminal = new Terminal(command, { cwd: this.folder, env: this.#env() });
    try {
      for (const [question, answer] of answers) {
        const literal = question.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
        await terminal.answer(new RegExp(literal), answer === "y" || answer === "n" ? answer : `${answer}\r`);
      }
      assert.equal(await terminal.ended(), 0, terminal.screen);
    } finally {
      terminal.kill();
    }
  }

  /** The administrator, too, does what the page says, and consents for every customer that it names. */
  async #authorize(command: string): Promise<void> {
    const opened = join(this.folder, "bin", "opened");
    rmSync(opened, { force: true });
    const running = this.#execute(`${command} --redirect-uri http://localhost:${this.#port}`);
    await eventually(
      () => existsSync(opened),
      () => "no page was opened",
      240_000,
    );
    const url = readFileSync(opened, "utf8");
    const back = new URL(await this.#administrator.decide(url, "accept", CONTOSO));
    if (this.#page.file === "mssp.md")
      await this.#administrator.decide(url.replace(this.#page.domain, "fabrikam.onmicrosoft.com"), "accept", FABRIKAM);
    assert.equal((await fetch(back)).status, 200);
    const { code, output } = await running;
    assert.equal(code, 0, output);
  }

  /** Until records of every integration are in the backend. */
  async #collect(command: string): Promise<void> {
    const child = this.#spawn(command);
    const output = text(child.stderr ?? assert.fail());
    const tenants = readdirSync(join(this.folder, "integrations.d")).length;
    const seen = (): number => new Set(this.#records().map(({ resource }) => JSON.stringify(resource))).size;
    await eventually(
      () => seen() === tenants || child.exitCode !== null,
      () => `${seen()} of ${tenants} tenants`,
      240_000,
    );
    assert.equal(child.exitCode, null, child.exitCode === null ? "" : await output);
    child.kill("SIGTERM");
    await once(child, "exit");
    assert.equal(child.exitCode, 0, await output);
  }

  /** Audit records: the collector speaks of itself as well. */
  #records(): readonly ReceivedRecord[] {
    return this.sink.accepted().filter(({ attributes }) => attributes["o365.id"] !== undefined);
  }

  async #execute(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
    const child = this.#spawn(command);
    const output = Promise.all([child.stdout, child.stderr].map((stream) => text(stream ?? assert.fail())));
    if (child.exitCode === null) await once(child, "exit");
    return { code: child.exitCode, output: (await output).join("") };
  }

  #spawn(command: string): ChildProcess {
    const child = spawn("sh", ["-c", `exec ${command}`], {
      cwd: this.folder,
      env: this.#env(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    return child;
  }

  #env(): Record<string, string> {
    const bin = join(this.folder, "bin");
    return {
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: this.folder,
      DISPLAY: "",
      BROWSER: join(bin, "browser"),
      HTTPS_PROXY: this.emulator.cloudProxy ?? "",
      NODE_EXTRA_CA_CERTS: join(bin, "ca.pem"),
    };
  }

  #write(name: string, content: string): void {
    const bin = join(this.folder, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), content);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : assert.fail();
}

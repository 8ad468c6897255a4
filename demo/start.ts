// `npm start`: an emulated Office 365 tenant with real audit records, and the real collector in front of it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  makeCertificatePair,
  sampleRecordsFile,
  startEmulator,
  type ContentSource,
  type Emulator,
} from "../emulator/index.ts";
import { countDeadLetters } from "../collector/delivery/count-dead-letters.ts";
import { owedBlobs } from "../collector/storage/ledger-report.ts";
import { demoConfiguration } from "./configuration.ts";
import { OutputFollower } from "./output-follower.ts";
import { parseOptions, USAGE, type DemoOptions } from "./options.ts";
import { formatSummary, isComplete, summarize } from "./summary.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
/** A drain that makes no progress for this long has failed: the summary then says what is missing. */
const STALL_MS = 60_000;

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "number") return options;
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-"));
  const outputFile = resolve(options.output ?? join(folder, "exported.jsonl"));
  const pair = await makeCertificatePair({ subject: "CN=otel-o365 demo" });
  const emulator = await startTenant(options, pair.certificatePem);
  const collector = startCollector(options, folder, outputFile, emulator, pair);
  const exited = once(collector, "exit");
  const stopped = stopOnSignal(collector);
  try {
    console.log(`Tenant      ${emulator.apiRoot} (emulated, ${emulator.served().length} records)`);
    console.log(`Collector   otel-o365 --config ${join(folder, "collector.yaml")}`);
    console.log(`Output      ${outputFile}\n`);
    await (options.drain
      ? drained(emulator, outputFile, stateFolder(folder), collector, stopped)
      : interrupted(collector, stopped));
    await stop(collector, exited);
    const summary = await summarize(emulator.served(), outputFile);
    const state = stateFolder(folder);
    const owed = owedBlobs(state);
    const extra = { blobs: countBlobs(emulator), "blobs not acknowledged": owed, ...(await deadLetters(state)) };
    console.log(`\nSummary\n${formatSummary(summary, extra, !options.drain)}`);
    if (!options.drain) return summary.altered.length === 0 && summary.unknown === 0 ? 0 : 1;
    const complete = isComplete(summary) && owed === 0;
    console.log(complete ? "\nEvery record arrived exactly once." : "\nNOT COMPLETE: see above.");
    return complete ? 0 : 1;
  } finally {
    await stop(collector, exited);
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOptions(): DemoOptions | number {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === "help") {
      console.log(USAGE);
      return 0;
    }
    for (const file of options.records) {
      if (!existsSync(file)) throw new Error(`Cannot read --records ${file}: there is no such file`);
    }
    if (options.output !== undefined && existsSync(options.output)) {
      throw new Error(`Cannot write --output ${options.output}: it exists already; name a new file`);
    }
    return options;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

function startTenant(options: DemoOptions, certificate: string): Promise<Emulator> {
  const files = options.records.length > 0 ? options.records : [sampleRecordsFile()];
  const content: ContentSource[] = [{ kind: "records", files }];
  if (options.rate > 0) content.push({ kind: "traffic", rate: options.rate, blobEveryMs: 2000 });
  return startEmulator({
    tenants: [
      {
        tenantId: DEFAULT_TENANT_ID,
        domains: ["contoso.onmicrosoft.com"],
        apps: [{ clientId: DEFAULT_CLIENT_ID, certificates: [certificate] }],
      },
    ],
    content,
  });
}

function startCollector(
  options: DemoOptions,
  folder: string,
  outputFile: string,
  emulator: Emulator,
  pair: { readonly certificatePem: string; readonly privateKeyPem: string },
): ChildProcess {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const configuration = demoConfiguration({
    tenantId: DEFAULT_TENANT_ID,
    clientId: DEFAULT_CLIENT_ID,
    certificateFile: file("certificate.pem", pair.certificatePem),
    privateKeyFile: file("key.pem", pair.privateKeyPem),
    authority: emulator.authority,
    apiRoot: emulator.apiRoot,
    caFile: file("ca.pem", emulator.caPem),
    outputFile,
    storageDirectory: stateFolder(folder),
    endpoint: options.endpoint,
  });
  const main = join(ROOT, "collector", "cli", "main.ts");
  const args = ["--disable-warning=ExperimentalWarning", main, "--config", file("collector.yaml", configuration)];
  // A process group of its own: Ctrl-C reaches this script, which then stops the collector and still has the summary to print.
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
}

/**
 * Resolves when every record was exported, no exporter has anything outstanding, and the collector had time for repeats;
 * or when nothing moves any more.
 */
async function drained(
  emulator: Emulator,
  outputFile: string,
  state: string,
  collector: ChildProcess,
  stopped: AbortSignal,
): Promise<void> {
  const follower = new OutputFollower(outputFile);
  const wanted = emulator.served().length;
  let outstanding = Number.POSITIVE_INFINITY;
  let lastChange = Date.now();
  let polls = emulator.requests.length;
  while (collector.exitCode === null && !stopped.aborted && Date.now() - lastChange < STALL_MS) {
    const before = follower.records;
    await follower.read();
    const owed = owedBlobs(state);
    if (follower.records > before || owed < outstanding) lastChange = Date.now();
    outstanding = owed;
    if (follower.records < wanted || owed > 0) polls = emulator.requests.length;
    // Everything is there, and the collector has asked for every content type once more since.
    else if (emulator.requests.length - polls >= 10) return;
    await sleep(100);
  }
}

/** Resolves when the user stops the demo, or the collector ends by itself. */
async function interrupted(collector: ChildProcess, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return;
  await Promise.race([once(collector, "exit"), once(stopped, "abort")]);
}

/** Ctrl-C reaches this script from the terminal and from npm: signals this close together are one. */
const SAME_SIGNAL_MS = 1000;

/** The first signal aborts what is returned; a later one ends everything at once. */
function stopOnSignal(collector: ChildProcess): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        firstMs = Date.now();
        controller.abort();
      } else if (Date.now() - firstMs > SAME_SIGNAL_MS) {
        collector.kill("SIGKILL");
        process.exit(130);
      }
    });
  }
  return controller.signal;
}

async function stop(collector: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (collector.exitCode !== null || collector.signalCode !== null) return;
  collector.kill("SIGTERM");
  await exited;
}

/** What an endpoint of the user's refused: records one by one, and records of batches that it accepted in part. */
async function deadLetters(directory: string): Promise<Readonly<Record<string, number>>> {
  return {
    "dead letters": await countDeadLetters(directory, "refused"),
    "  in batches accepted in part": await countDeadLetters(directory, "partial"),
  };
}

function stateFolder(folder: string): string {
  return join(folder, "state");
}

/** Blobs that were fetched, each once. */
function countBlobs(emulator: Emulator): number {
  return new Set(
    emulator.requests
      .filter((request) => request.operation === "blob" && request.status === 200)
      .map((request) => request.path),
  ).size;
}

process.exitCode = await main();

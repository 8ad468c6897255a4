import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { eventually } from "../support/eventually.ts";

const SOURCES = join(import.meta.dirname, "otelcol");

/** Most time for each step of a build: a machine that cannot fetch modules must not hold up everything else. */
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** An OpenTelemetry Collector on this machine. */
export interface Otelcol {
  readonly binary: string;
  /** What it says of itself, such as `otelcol-peer version 0.165.0`. */
  readonly version: string;
}

/**
 * The Collector that `OTEL_O365_OTELCOL` names, else one built from its Go modules: minutes the first time, after which it is
 * kept in the user's cache folder. A text says why there is none.
 */
export async function findOtelcol(): Promise<Otelcol | string> {
  const own = process.env["OTEL_O365_OTELCOL"];
  if (own !== undefined && own !== "") {
    const described = describe(own);
    if (typeof described === "string") throw new Error(`Cannot use OTEL_O365_OTELCOL: ${described}`);
    return described;
  }
  const sources = globSync("**/*.{yaml,mod,go}", { cwd: SOURCES }).toSorted();
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(join(SOURCES, source)));
  const builderText = readFileSync(join(SOURCES, "builder.yaml"), "utf8");
  const config = parse(builderText) as { readonly dist: { readonly version: string; readonly name: string } };
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "otel-o365");
  const binary = join(cache, `otelcol-${config.dist.version}-${hash.digest("hex").slice(0, 12)}`);
  if (!existsSync(binary)) {
    const failure = await build(config, cache, binary);
    if (failure !== undefined) return failure;
  }
  return describe(binary);
}

function describe(binary: string): Otelcol | string {
  const { status, stdout, stderr, error } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  return status === 0 ? { binary, version: stdout.trim() } : `${binary} does not run: ${error?.message ?? stderr}`;
}

/** Runs the Collector's official builder. Returns why there is no binary. */
async function build(
  config: { readonly dist: { readonly version: string; readonly name: string } },
  cache: string,
  binary: string,
): Promise<string | undefined> {
  if (spawnSync("go", ["version"]).status !== 0) return "Go is not installed, which a Collector is built with";
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "build-"));
  const file = join(folder, "builder.yaml");
  writeFileSync(file, stringify({ ...config, dist: { ...config.dist, output_path: folder } }));
  const builder = `go.opentelemetry.io/collector/cmd/builder@v${config.dist.version}`;
  // The builder compiles with -trimpath, for which nothing that Go has compiled before is of use.
  const failure =
    (await go(SOURCES, ["run", builder, "--skip-compilation", "--config", file])) ??
    (await go(folder, ["build", "-buildvcs=false", "-ldflags=-s -w", "-o", config.dist.name, "."]));
  if (failure === undefined) renameSync(join(folder, config.dist.name), binary);
  rmSync(folder, { recursive: true });
  return failure;
}

/** Returns how it failed, if it did. */
async function go(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn("go", args, { cwd, stdio: ["ignore", "ignore", "pipe"], timeout: BUILD_TIMEOUT_MS });
  const said = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return undefined;
  const how = code === null ? `was ended after ${BUILD_TIMEOUT_MS / 60_000} minutes at most` : `ended with ${code}`;
  return `go ${args[0]} ${how}: ${said().trim().slice(-400)}`;
}

/** A Collector that runs. */
export interface RunningOtelcol {
  /** What it logged so far. */
  log(): string;
  /** Stops it as a supervisor does. Resolves to its exit code, once everything it holds is written. */
  stop(): Promise<number | null>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Starts it with a configuration and waits until it takes records. */
export async function startOtelcol(
  { binary }: Otelcol,
  folder: string,
  configuration: Readonly<Record<string, unknown>>,
): Promise<RunningOtelcol> {
  const file = join(folder, "otelcol.yaml");
  writeFileSync(file, stringify(configuration));
  const child = spawn(binary, ["--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  const log = collect(child);
  const ended = once(child, "close");
  await eventually(
    () => log().includes("Everything is ready") || child.exitCode !== null,
    () => log(),
  );
  if (child.exitCode !== null) throw new Error(`The Collector ended with ${child.exitCode}: ${log()}`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    log,
    async stop() {
      await end("SIGTERM");
      return child.exitCode;
    },
    kill: () => end("SIGKILL"),
  };
}

/** What the Collector has against a configuration; empty when it takes it. */
export function judge({ binary }: Otelcol, folder: string, configuration: Readonly<Record<string, unknown>>): string {
  const file = join(folder, "judged.yaml");
  writeFileSync(file, stringify(configuration));
  const { status, stderr, error } = spawnSync(binary, ["validate", "--config", file], { encoding: "utf8" });
  if (status === null) throw new Error(`Cannot ask ${binary}: ${stderr}`, { cause: error });
  return status === 0 ? "" : stderr.trim();
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LEDGER_FILE } from "../collector/storage/sqlite.ts";
import { owedBlobs } from "../collector/storage/ledger-report.ts";
import { type Part, startSink, startTenants, stopChild } from "./child.ts";
import { type MeasuredCollector, startCollector, storageOf } from "./collector.ts";
import { blobRequests, sinkCount, type SinkReady, type TenantReady } from "./messages.ts";
import { cpuSeconds, peakMiB, residentMiB } from "./process-usage.ts";

const SAMPLE_MS = 1000;
/** The collector holds what it may hold when it has asked for no blob for so many samples. */
const FULL_SAMPLES = 5;
/** So long it then stays before a backend that is down. */
const HOLD_SAMPLES = 10;
/** Without a further record for so long, something is stuck: longer than the longest back-off of delivery. */
const STUCK_SAMPLES = 120;

export interface MemoryOptions {
  /** Number of integrations, each of which has the content. Default 1. */
  readonly integrations?: number;
  readonly content: readonly { readonly records: number; readonly recordsPerBlob: number }[];
  /** `down`: until everything is listed and the collector takes no more in. */
  readonly backend: "up" | "down";
  /** Folder that holds `bin/` and `dist/`. Default: this checkout. */
  readonly root?: string;
  readonly nodeFlags?: readonly string[];
  /** Told about every sample at once. */
  readonly onSample?: (sample: Sample) => void;
}

/** The collector at one moment. */
export interface Sample {
  readonly phase: "filling" | "draining";
  /** Since the start of the process. */
  readonly seconds: number;
  readonly residentMiB: number;
  /** Records that the backend has accepted. */
  readonly records: number;
  readonly owedBlobs: number;
  /** Size of the ledger's write-ahead log. */
  readonly walMiB: number;
}

export interface MemoryRun {
  readonly samples: readonly Sample[];
  /** Of the collector's process, from its start to its end. */
  readonly peakMiB: number;
  /** Of the same. */
  readonly cpuSeconds: number;
}

/** Runs the collector on a backlog until the backend has all of it, and looks at its memory all the while. */
export async function measureMemory(options: MemoryOptions): Promise<MemoryRun> {
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-memory-"));
  const tenants = await startTenants({ tenants: options.integrations ?? 1, content: options.content });
  const sink = await startSink(options.backend);
  const { root, nodeFlags } = options;
  const collector = startCollector({
    folder,
    tenant: tenants.ready,
    endpoint: sink.ready.url,
    processors: ["xdr", "batch"],
    ...(root === undefined ? {} : { root }),
    ...(nodeFlags === undefined ? {} : { nodeFlags }),
  });
  try {
    return await new Watch(options, { folder, tenants, sink, collector }).run();
  } finally {
    await stopChild(collector.child);
    await Promise.all([sink.stop(), tenants.stop()]);
    rmSync(folder, { recursive: true });
  }
}

interface Scene {
  readonly folder: string;
  readonly tenants: Part<TenantReady>;
  readonly sink: Part<SinkReady>;
  readonly collector: MeasuredCollector;
}

class Watch {
  readonly #options: MemoryOptions;
  readonly #scene: Scene;
  readonly #samples: Sample[] = [];
  readonly #started = performance.now();

  constructor(options: MemoryOptions, scene: Scene) {
    this.#options = options;
    this.#scene = scene;
  }

  async run(): Promise<MemoryRun> {
    const { sink, collector } = this.#scene;
    if (this.#options.backend === "down") {
      await this.#fill();
      await sink.ask("up", sinkCount);
    }
    await this.#drain();
    return { samples: this.#samples, peakMiB: peakMiB(collector.pid), cpuSeconds: cpuSeconds(collector.pid) };
  }

  /** Until everything is listed and nothing more is taken in, and a while longer. */
  async #fill(): Promise<void> {
    const blobs = this.#total(({ records, recordsPerBlob }) => Math.ceil(records / recordsPerBlob));
    let before = 0;
    for (let same = 0; same < FULL_SAMPLES + HOLD_SAMPLES;) {
      const { owedBlobs: owed } = await this.#sample("filling");
      const { requests } = await this.#scene.tenants.ask("blobs", blobRequests);
      same = owed === blobs && requests === before ? same + 1 : 0;
      before = requests;
    }
  }

  async #drain(): Promise<void> {
    const wanted = this.#total(({ records }) => records);
    let before = 0;
    for (let same = 0; ;) {
      const { records, owedBlobs: owed } = await this.#sample("draining");
      if (records >= wanted && owed === 0) return;
      same = records === before ? same + 1 : 0;
      before = records;
      if (same > STUCK_SAMPLES) throw new Error(`Only ${records} of ${wanted} records arrived, and no more come`);
    }
  }

  #total(of: (content: MemoryOptions["content"][number]) => number): number {
    const { content, integrations = 1 } = this.#options;
    return integrations * content.reduce((sum, source) => sum + of(source), 0);
  }

  async #sample(phase: Sample["phase"]): Promise<Sample> {
    await sleep(SAMPLE_MS);
    const { folder, sink, collector } = this.#scene;
    const { exitCode, signalCode } = collector.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`The collector has ended with ${exitCode ?? signalCode}; look at its output`);
    const directory = storageOf(folder);
    const { records } = await sink.ask("count", sinkCount);
    const sample: Sample = {
      phase,
      seconds: (performance.now() - this.#started) / 1000,
      residentMiB: residentMiB(collector.pid),
      records,
      owedBlobs: owedBlobs(directory),
      walMiB: (statSync(join(directory, `${LEDGER_FILE}-wal`), { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20,
    };
    this.#samples.push(sample);
    this.#options.onSample?.(sample);
    return sample;
  }
}

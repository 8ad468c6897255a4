import { join } from "node:path";
import type { Emulator, FaultRequest, Operation } from "../emulator/index.ts";
import type { TestTenant } from "../test/support/tenant.ts";
import { ApiStorm } from "./api-storm.ts";
import type { Backend } from "./backend.ts";
import type { Program } from "./collector-process.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { LedgerPlace } from "./ledger-copy.ts";
import type { Moment } from "./life-plan.ts";
import { Lives } from "./lives.ts";
import { MadeRecords } from "./made-records.ts";
import { Tally } from "./tally.ts";
import { Traffic } from "./traffic.ts";
import { Upsets } from "./upsets.ts";
import {
  exporterId,
  HISTORY_MS,
  OWNER,
  startBackends,
  startChaosTenant,
  startTrap,
  stateDirectory,
  writeConfiguration,
  type Trap,
} from "./world.ts";

export interface SceneOptions {
  /** Everything that is decided follows from it. */
  readonly seed: number;
  /** How long the storm lasts. */
  readonly durationMs: number;
  readonly program: Program;
  /** Whether lives of more than a minute have room. */
  readonly isLongRun: boolean;
  /** Whether the collector compares what it has listed with what the service lists during the run. */
  readonly isVeryLongRun: boolean;
}

/** Everything that takes part in a run. */
export interface Scene {
  readonly startMs: number;
  readonly tally: Tally;
  readonly made: MadeRecords;
  readonly tenant: TestTenant;
  readonly trap: Trap;
  readonly backends: readonly Backend[];
  readonly letters: ReadonlyMap<Backend, DeadLetters>;
  readonly traffic: Traffic;
  readonly upsets: Upsets;
  readonly lives: Lives;
  readonly ledger: LedgerPlace;
  /** Listings that began at their first page, by content type. */
  readonly listings: ReadonlyMap<string, number>;
  /** Ends what can fail, except what fails for good. */
  calm(): void;
  close(): Promise<void>;
}

const MOMENTS: Readonly<Partial<Record<Operation, Moment>>> = { content: "listing", blob: "blob" };
/** Most blobs of live traffic, however long the run is: its memory is bounded by it. */
const MOST_BLOBS = 2000;
const LEAST_GAP_MS = 120;
/** A backend fails this share of its requests. */
const BACKEND_SHARE = 0.25;

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { seed, durationMs } = options;
  const startMs = Date.now();
  const tally = new Tally();
  const made = new MadeRecords();
  const [tenant, trap] = await Promise.all([startChaosTenant(seed), startTrap()]);
  const { emulator } = tenant;
  const traffic = new Traffic({
    seed,
    emulator,
    tenantId: OWNER.tenantId,
    made,
    tally,
    startMs,
    historyMs: HISTORY_MS,
    everyMs: Math.max(LEAST_GAP_MS, durationMs / MOST_BLOBS),
    isLateForGood: options.isVeryLongRun,
  });
  traffic.makeHistory();
  const onRequest = (): void => lives.request("export");
  const backends = await startBackends({ seed, tally, made, share: BACKEND_SHARE, onRequest });
  const ledger = { directory: stateDirectory(tenant), owner: OWNER, copyTo: join(tenant.folder, "copy") };
  const configFile = writeConfiguration(tenant, backends);
  const largestBlobBytes = (): number => traffic.largestBytes;
  const lives = new Lives({ ...options, configFile, backends, ledger, tally, largestBlobBytes });
  const api = new ApiStorm({ seed, tally, foreignOrigin: trap.origin, lossOf: (id) => traffic.lossOf(id) });
  const upsets = new Upsets({ seed, emulator, tally, startMs, durationMs });
  const letters = new Map(
    backends.map((each) => [each, new DeadLetters(ledger.directory, exporterId(each), made)] as const),
  );
  const parts = { startMs, tally, made, tenant, trap, backends, letters, traffic, upsets, lives, ledger };
  return { ...parts, listings: watchRequests(emulator, lives, api), ...endsOf(parts, api) };
}

/** Counts requests to the service, and lets the storm decide about them. Returns the listings so far. */
function watchRequests(emulator: Emulator, lives: Lives, api: ApiStorm): ReadonlyMap<string, number> {
  const listings = new Map<string, number>();
  emulator.faults.decideBy((request) => {
    lives.request(MOMENTS[request.operation] ?? "other");
    if (request.operation === "content") countFirstPage(listings, request);
    return api.decide(request);
  });
  return listings;
}

function endsOf(
  { lives, backends, trap, tenant }: Pick<Scene, "lives" | "backends" | "trap" | "tenant">,
  api: ApiStorm,
): Pick<Scene, "calm" | "close"> {
  return {
    calm() {
      api.calm();
      for (const backend of backends) backend.calm();
    },
    async close() {
      await lives.stop("SIGKILL");
      await Promise.all(backends.map((backend) => backend.close()));
      await trap.close();
      await tenant.close();
    },
  };
}

function countFirstPage(listings: Map<string, number>, { contentType = "", target }: FaultRequest): void {
  if (target.includes("nextpage=")) return;
  listings.set(contentType, (listings.get(contentType) ?? 0) + 1);
}

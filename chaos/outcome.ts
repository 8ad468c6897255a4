import type { Backend } from "./backend.ts";
import { lossesInDispute, missingAt, type Served, whatWasServed } from "./comparison.ts";
import { readLedgerCopy } from "./ledger-copy.ts";
import { EXCUSES, type Excuse } from "./receipts.ts";
import type { Scene } from "./scene.ts";
import type { Tally } from "./tally.ts";
import { branchOf } from "./world.ts";

/** What one backend has got. */
export interface BackendOutcome {
  readonly name: string;
  /** Records that it should have, and those of them that neither it nor its dead-letter file has. */
  readonly wanted: number;
  readonly missing: number;
  /** Records that are in its dead-letter file. */
  readonly deadLettered: number;
  /** Records that came again, by the reason why they may. */
  readonly repeats: Readonly<Record<Excuse, number>>;
  /** Records that came again without a reason. */
  readonly unexplained: number;
}

/** How a run ended. */
export interface Outcome {
  readonly records: number;
  readonly blobs: number;
  readonly lostBlobs: number;
  readonly backends: readonly BackendOutcome[];
  /** Most that one process had in flight for one backend when it was killed. */
  readonly mostInFlightBytes: number;
  readonly seconds: { readonly storm: number; readonly drain: number };
  /** What has happened, by heading. */
  readonly tally: Tally;
  /** Why the run failed; empty when it passed. */
  readonly failures: readonly string[];
}

/** Compares what was made with what arrived. To be called when no collector runs any more. */
export function judge(scene: Scene, seconds: Outcome["seconds"], failures: readonly string[]): Outcome {
  const { backends, lives, made, tenant, tally, trap } = scene;
  const served = whatWasServed(tenant.emulator, made);
  tally.add("listed", "records in several blobs", served.inSeveralBlobs);
  tally.add("listed", "uploads parted by a window border", served.parted);
  const found = [...failures, ...lives.failures];
  if (trap.visits() > 0) found.push(`The collector followed a link to another server ${trap.visits()} times`);
  const outcomes = backends.map((backend) => judgeBackend(scene, served, backend, found));
  return {
    records: made.size,
    blobs: scene.traffic.blobs,
    lostBlobs: served.lost.size,
    backends: outcomes,
    mostInFlightBytes: lives.mostInFlightBytes,
    seconds,
    tally,
    failures: found,
  };
}

function judgeBackend(scene: Scene, served: Served, backend: Backend, failures: string[]): BackendOutcome {
  const { name, receipts } = backend;
  const letters = scene.letters.get(backend);
  if (letters === undefined) throw new RangeError(`Cannot judge backend "${name}": it has no dead-letter file`);
  const missing = missingAt(served, backend, letters);
  const fail = (count: number, what: string, examples: readonly string[] = []): void => {
    if (count === 0) return;
    failures.push(`Backend ${name}: ${count} ${what}${examples.map((each) => `\n    ${each}`).join("")}`);
  };
  fail(missing.length, "records are missing", examplesOf(scene, new Set(missing)));
  fail(receipts.unexplained + receipts.strangers, "records came again without a reason, or altered", receipts.examples);
  fail(letters.strangers, "dead letters hold a body that no record was made with");
  const branch = branchOf(backend);
  const view = readLedgerCopy(scene.ledger, new Map([[branch, []]])).get(branch);
  const disputes = view === undefined ? ["the ledger does not know the branch"] : lossesInDispute(served, view);
  fail(disputes.length, "disputes about lost blobs", disputes.slice(0, 5));
  return {
    name,
    wanted: served.wanted.size,
    missing: missing.length,
    deadLettered: letters.read().size,
    repeats: receipts.repeats,
    unexplained: receipts.unexplained,
  };
}

/** A few of the missing records, with the blobs that hold them. */
function examplesOf({ tenant, made }: Scene, missing: ReadonlySet<number>): readonly string[] {
  const examples: string[] = [];
  if (missing.size === 0) return examples;
  for (const { text, id, contentType, contentIds } of tenant.emulator.serve()) {
    if (!missing.has(made.find(text) ?? -1)) continue;
    examples.push(`${id ?? "(no Id)"} of ${contentType}, in ${contentIds.join(", ")}`);
    if (examples.length === 5) break;
  }
  return examples;
}

/** All repeats of all backends. */
export function repeatsOf(outcome: Outcome): number {
  return outcome.backends.reduce(
    (sum, { repeats, unexplained }) => sum + unexplained + EXCUSES.reduce((count, each) => count + repeats[each], 0),
    0,
  );
}

import { join } from "node:path";
import { stringify } from "yaml";
import { Backend } from "../../../chaos/backend.ts";
import { recordText, type RecordForm } from "../../../chaos/blob-shapes.ts";
import { CollectorProcess, type Exit, type Program } from "../../../chaos/collector-process.ts";
import { missingAt, whatWasServed } from "../../../chaos/comparison.ts";
import { DeadLetters } from "../../../chaos/dead-letters.ts";
import { drained } from "../../../chaos/drain.ts";
import { readLedgerCopy } from "../../../chaos/ledger-copy.ts";
import { MadeRecords } from "../../../chaos/made-records.ts";
import type { Excuse, OpenReceipt } from "../../../chaos/receipts.ts";
import { Tally } from "../../../chaos/tally.ts";
import { branchOf, exporterId, OWNER, stateDirectory } from "../../../chaos/world.ts";
import { Random } from "../../../emulator/content/random.ts";
import type { ContentType, FaultAction, FaultRequest } from "../../../emulator/index.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

const HOUR_MS = 3_600_000;
const TYPES = ["Audit.General", "Audit.SharePoint"] as const;
/** More than one chunk, so that records are remembered before their blob is settled. */
const MANY_RECORDS = 1100;
const PATIENCE_MS = 60_000;

export interface SmallWorldOptions {
  /** Default true: subscriptions are on. */
  readonly isSubscribed?: boolean;
  /** Keys of the receiver. */
  readonly receiver?: Readonly<Record<string, unknown>>;
}

/** A small tenant with a clock of its own, one backend, and room for one collector after the other. */
export class SmallWorld {
  readonly made: MadeRecords;
  readonly tenant: TestTenant;
  readonly backend: Backend;
  /** Asked about every request to the service. */
  onRequest: (request: FaultRequest) => FaultAction | undefined = () => undefined;
  /** Called when the backend has accepted a request, before it answers. */
  onAccepted: () => void = () => {};
  readonly #clock: { aheadMs: number };
  readonly #letters: DeadLetters;
  readonly #configFile: string;
  readonly #listings = new Map<string, number>();
  #process: CollectorProcess | undefined;
  #records = 0;

  private constructor(
    made: MadeRecords,
    tenant: TestTenant,
    backend: Backend,
    clock: { aheadMs: number },
    receiver: Readonly<Record<string, unknown>>,
  ) {
    this.made = made;
    this.tenant = tenant;
    this.backend = backend;
    this.#clock = clock;
    this.#letters = new DeadLetters(stateDirectory(tenant), exporterId(backend), made);
    this.#configFile = tenant.file("collector.yaml", configuration(tenant, backend, receiver));
    tenant.emulator.faults.decideBy((request) => {
      const { operation, contentType = "", target } = request;
      const isFirst = operation === "content" && !target.includes("nextpage=");
      if (isFirst) this.#listings.set(contentType, (this.#listings.get(contentType) ?? 0) + 1);
      return this.onRequest(request);
    });
  }

  static async open({ isSubscribed = true, receiver = {} }: SmallWorldOptions): Promise<SmallWorld> {
    const clock = { aheadMs: 0 };
    const tenant = await startTenant({
      clock: { now: () => Date.now() + clock.aheadMs },
      assertionClock: { now: Date.now },
      subscriptions: isSubscribed ? TYPES : [],
      rules: { quotaPerMinute: Infinity, pageSize: 2 },
    });
    const made = new MadeRecords();
    let accepted = (): void => {};
    const onAccepted = (): void => accepted();
    const backend = await Backend.start({ name: "one", seed: 1, tally: new Tally(), made, share: 0, onAccepted });
    const world = new SmallWorld(made, tenant, backend, clock, receiver);
    accepted = () => world.onAccepted();
    return world;
  }

  /** Time of the service. */
  get nowMs(): number {
    return Date.now() + this.#clock.aheadMs;
  }

  get process(): CollectorProcess | undefined {
    return this.#process;
  }

  passTime(ms: number): void {
    this.#clock.aheadMs += ms;
  }

  /** Blobs of the last hours, and one of several chunks. */
  makeHistory(): void {
    for (const contentType of TYPES) {
      for (let hours = 1; hours <= 3; hours += 1) {
        for (let blob = 0; blob < 3; blob += 1) this.makeBlob(contentType, hours * HOUR_MS - blob * 1000);
      }
    }
    this.makeBlob("Audit.General", 90_000, "small", MANY_RECORDS);
  }

  /**
   * @param ageMs How long ago it was created; it can be seen from now on.
   * @returns Its content id.
   */
  makeBlob(
    contentType: ContentType = "Audit.General",
    ageMs: number = 0,
    form: RecordForm = "usual",
    size: number = 4,
  ): string {
    const createdMs = this.nowMs - ageMs;
    const creationTime = new Date(createdMs).toISOString().slice(0, 19);
    const records = Array.from({ length: size }, () => {
      this.#records += 1;
      return recordText(form, new Random("small world", this.#records), {
        contentType,
        tenantId: OWNER.tenantId,
        creationTime,
      });
    });
    const added = this.tenant.emulator.addContent({ contentType, records, createdMs, visibleFromMs: this.nowMs });
    for (const { text } of added.flatMap((blob) => blob.records)) this.made.add(text);
    return added[0]?.contentId ?? "";
  }

  start(program: Program): CollectorProcess {
    this.#process = new CollectorProcess(program, this.#configFile);
    return this.#process;
  }

  /** Waits until the process has ended, and enters what it has left in flight. */
  async ended(excuse: Exclude<Excuse, "answer lost">): Promise<Exit | undefined> {
    const exit = await this.#process?.exited;
    this.#process = undefined;
    await this.backend.idle();
    const branch = branchOf(this.backend);
    const uids = [...this.backend.receipts.open()].flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
    const copyTo = join(this.tenant.folder, "copy");
    const place = { directory: stateDirectory(this.tenant), owner: OWNER, copyTo };
    const view = readLedgerCopy(place, new Map([[branch, uids]])).get(branch);
    this.backend.receipts.endLife(excuse, ({ uid, contentId }: OpenReceipt) =>
      uid === undefined ? view?.settled.get(contentId) === "delivered" : view?.remembered.has(uid) === true,
    );
    return exit;
  }

  /**
   * Lets the process deliver everything that is there, and stops it. Resolves to why it could not.
   *
   * @param isStubborn Whether what is missing is waited for although everything was listed.
   */
  async drain(isStubborn: boolean = false): Promise<string | undefined> {
    const process = this.#process;
    if (process === undefined) throw new TypeError("Cannot drain: no collector runs");
    const givenUp = await drained({
      directory: stateDirectory(this.tenant),
      process,
      contentTypes: TYPES,
      now: () => this.nowMs,
      patienceMs: PATIENCE_MS,
      isHasty: true,
      isStubborn,
      listings: this.#listings,
      missing: () => this.missing(),
    });
    process.kill("SIGTERM");
    const exit = await this.ended("in flight at a stop");
    if (givenUp !== undefined) return `${givenUp}: ${process.lines.slice(-3).join("; ")}`;
    return exit?.code === 0 ? undefined : `exit code ${exit?.code}: ${process.lines.slice(-3).join("; ")}`;
  }

  get wanted(): number {
    return whatWasServed(this.tenant.emulator, this.made).wanted.size;
  }

  /** Records that the backend should have and has not. */
  missing(): number {
    return missingAt(whatWasServed(this.tenant.emulator, this.made), this.backend, this.#letters).length;
  }

  async close(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.exited;
    await this.backend.close();
    await this.tenant.close();
  }
}

function configuration(tenant: TestTenant, backend: Backend, overrides: Readonly<Record<string, unknown>>): string {
  const exporter = exporterId(backend);
  return stringify({
    receivers: {
      o365: tenant.receiver({ content_types: TYPES, initial_lookback: "5h", dlp_values: "keep", ...overrides }),
    },
    processors: { batch: { send_batch_size: 40, timeout: "10ms" } },
    exporters: { [exporter]: { endpoint: backend.url } },
    storage: { directory: stateDirectory(tenant) },
    service: {
      shutdown_timeout: "5s",
      telemetry: { logs: { level: "warn" } },
      pipelines: { logs: { receivers: ["o365"], processors: ["batch"], exporters: [exporter] } },
    },
  });
}

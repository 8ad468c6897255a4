import { join } from "node:path";
import type { Branch, Component, ReceiverSettings } from "../../component.ts";
import { fileName } from "../../delivery/dead-letter-files.ts";
import { drain } from "../../drain.ts";
import type { Replay, ReplayProgress } from "../../replayable.ts";
import { ExporterLetters, type ExporterLettersReport } from "./exporter-letters.ts";
import { claimedLetters, claimLetters, findLetters } from "./letter-files.ts";
import { Positions } from "./positions.ts";

export interface DeadLetterReplayOptions {
  /** Folder of this replay's own. */
  readonly directory: string;
  /** Storage directories whose dead letters are sent. */
  readonly sources: readonly string[];
  /** YAML ids of the exporters. */
  readonly exporters: readonly string[];
  /** Whether batches are sent again of which the backend has most. */
  readonly includePartial: boolean;
}

/** What became of the dead letters of an exporter. */
export type DeadLetterReport = ExporterLettersReport & { readonly exporter: string };

/** Where files that were taken over are until they are done. */
export function claimedFolder(directory: string): string {
  return join(directory, "claimed");
}

/**
 * Sends dead letters to the exporters that they belong to, without the processors, through which they went before. Exporters
 * do not wait for each other.
 */
export class DeadLetterReplay implements Replay, Component {
  readonly #settings: ReceiverSettings;
  readonly #branches: readonly Branch[];
  readonly #options: DeadLetterReplayOptions;
  readonly #intake = new AbortController();
  readonly #delivery = new AbortController();
  #work: readonly { readonly exporter: string; readonly letters: ExporterLetters }[] = [];
  #running: Promise<unknown> = Promise.resolve();

  /** @param branches One for each exporter, with its id behind the `>`. */
  constructor(settings: ReceiverSettings, branches: readonly Branch[], options: DeadLetterReplayOptions) {
    this.#settings = settings;
    this.#branches = branches;
    this.#options = options;
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the files cannot be taken over. */
  async start(): Promise<void> {
    const { directory, sources, exporters } = this.#options;
    const folder = claimedFolder(directory);
    const positions = await Positions.open(join(directory, "positions.json"));
    const wanted = new Set(exporters.map(fileName));
    const found = findLetters(sources).filter(({ exporter }) => wanted.has(exporter));
    await claimLetters(found, folder, this.#settings.clock.now());
    this.#work = exporters.flatMap((exporter) => {
      const branch = this.#branches.find(({ name }) => name.endsWith(`>${exporter}`));
      const files = claimedLetters(folder, fileName(exporter));
      if (branch === undefined || files.length === 0) return [];
      return [{ exporter, letters: this.#lettersOf(exporter, files, branch, positions) }];
    });
    this.#running = Promise.all(
      this.#work.map(({ letters }) => letters.run(this.#intake.signal, this.#delivery.signal)),
    );
    // Whoever asks for the outcome gets it from finished(); nobody has to.
    this.#running.catch(() => {});
  }

  async finished(): Promise<void> {
    await this.#running;
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    this.#intake.abort(new Error("The replay is stopping"));
    await drain([this.#running], signal);
    this.#delivery.abort(signal.reason ?? new Error("The replay has stopped"));
    await Promise.allSettled([this.#running]);
  }

  reports(): readonly DeadLetterReport[] {
    return this.#work.map(({ exporter, letters }) => ({ exporter, ...letters.report() }));
  }

  progress(): ReplayProgress {
    const reports = this.reports();
    const sum = (of: (report: DeadLetterReport) => number): number =>
      reports.reduce((total, report) => total + of(report), 0);
    const files = sum((report) => report.files);
    return {
      found: { done: files, total: files },
      settled: { done: sum(({ doneBytes }) => doneBytes), total: sum(({ bytes }) => bytes) },
      records: sum(({ records }) => records),
      malformed: 0,
      unreadable: sum(({ unreadableLines }) => unreadableLines),
      problems: reports.flatMap(unreadable),
      missing: [],
    };
  }

  #lettersOf(exporter: string, files: readonly string[], branch: Branch, positions: Positions): ExporterLetters {
    const { directory, includePartial } = this.#options;
    const unreadableFolder = join(directory, "unreadable");
    const { logger } = this.#settings;
    return new ExporterLetters({ exporter, files, branch, positions, includePartial, unreadableFolder, logger });
  }
}

function unreadable({ exporter, unreadableLines, unreadableFile }: DeadLetterReport): readonly string[] {
  if (unreadableLines === 0) return [];
  return [
    `Cannot send ${unreadableLines} dead letters of ${exporter}: they are no OTLP JSON that could be sent unchanged, see the log; correct them in "${unreadableFile}" and move it to the dead letters of the collector, or delete it`,
  ];
}

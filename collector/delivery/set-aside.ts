import type { Settings } from "../component.ts";
import { describeError, type PartialSuccessError } from "../errors.ts";
import { type DeadLetter, deadLetterLine, errorType } from "./dead-letter.ts";
import { DeadLetterFiles, type DeadLetterOptions } from "./dead-letter-files.ts";
import type { DeliveryMetrics } from "./delivery-metrics.ts";
import type { DeliveryStatus } from "./delivery-status.ts";
import type { RefusedRecord } from "./isolation.ts";
import { type DeliveryOptions, holdMs } from "./retry-policy.ts";
import { SummedLog } from "./summed-log.ts";

export type SetAsideOptions = DeliveryOptions & {
  readonly deadLetters: DeadLetterOptions;
  /** Called when records are in the dead-letter file. Throws nothing. */
  readonly onDeadLettered?: OnDeadLettered | undefined;
};

/** Told of records that were set aside. */
export type OnDeadLettered = (records: DeadLetter["records"], reason: DeadLetter["reason"]) => void;

/** Keeps what a backend refused in the dead-letter file. While that cannot be written, the batch waits, visibly. */
export class SetAside {
  readonly #settings: Settings;
  readonly #options: SetAsideOptions;
  readonly #status: DeliveryStatus;
  readonly #metrics: DeliveryMetrics;
  readonly #files: DeadLetterFiles;
  readonly #refusedLog: SummedLog;
  readonly #partialLog: SummedLog;

  constructor(settings: Settings, options: SetAsideOptions, status: DeliveryStatus, metrics: DeliveryMetrics) {
    const { logger, clock } = settings;
    this.#settings = settings;
    this.#options = options;
    this.#status = status;
    this.#metrics = metrics;
    this.#files = new DeadLetterFiles(options.deadLetters, settings.id, (path, bytes) => {
      logger.warn("Cut off an incomplete last line", { path, bytes });
    });
    const refused = "Backend refused records for good; they are set aside in the dead-letter file";
    const partial =
      "Backend accepted batches but refused some of their records; the batches are in the dead-letter file";
    this.#refusedLog = new SummedLog(logger, clock, refused);
    this.#partialLog = new SummedLog(logger, clock, partial);
  }

  /** Records that the backend refused one by one. `batch` is their identity in the status. Rejects only with the reason of `signal`. */
  async refused(batch: object, refused: readonly RefusedRecord[], signal: AbortSignal): Promise<void> {
    if (refused.length === 0) return;
    // Backends mostly give one reason for all; records of one reason share a line.
    const byMessage = Map.groupBy(refused, ({ error }) => describeError(error));
    const letters = [...byMessage.values()].flatMap((alike): DeadLetter[] => {
      const error = alike[0]?.error;
      return error === undefined ? [] : [{ reason: "refused", records: alike.map(({ record }) => record), error }];
    });
    await this.#write(batch, letters, signal);
    this.#metrics.refused(refused.length);
    this.#refusedLog.add(refused.length, [...byMessage.keys()][0] ?? "");
  }

  /** A batch of which the backend refused some records without naming them. Rejects only with the reason of `signal`. */
  async partial(
    batch: object,
    records: DeadLetter["records"],
    error: PartialSuccessError,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#write(batch, [{ reason: "partial", records, error }], signal);
    this.#metrics.refused(error.rejectedCount);
    this.#partialLog.add(error.rejectedCount, describeError(error));
  }

  /** Logs the sums that were held back. For shutdown. */
  flush(): void {
    this.#refusedLog.flush();
    this.#partialLog.flush();
  }

  async #write(batch: object, letters: readonly DeadLetter[], signal: AbortSignal): Promise<void> {
    const { clock, id, random } = this.#settings;
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.#files.append(letters.map((letter) => deadLetterLine(letter, id, clock.now())));
        break;
      } catch (error) {
        const message = describeError(error);
        // The message is the kind here: a full disk and a reached limit are to be told apart.
        this.#status.batchFailed(batch, { status: "permanent_error", code: message }, message);
      }
      await clock.sleep(holdMs(this.#options, random), signal);
    }
    for (const { records, reason, error } of letters) {
      this.#metrics.deadLettered(records.length, reason, errorType(error));
      this.#options.onDeadLettered?.(records, reason);
    }
  }
}

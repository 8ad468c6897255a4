import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { styleText } from "node:util";
import type { AnyFactory } from "../component.ts";
import type { CollectorConfig } from "../config/model.ts";
import { defaultThresholds } from "../health/thresholds.ts";
import { readLedger } from "../storage/ledger-report.ts";
import { roomFault } from "../storage/disk-room.ts";
import { readLock } from "../storage/lock-holder.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io, OutStream } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";
import { statusJson } from "./status-json.ts";
import { type ConfiguredIntegration, reportStatus } from "./status-report.ts";
import { statusText } from "./status-text.ts";

export interface StatusOptions {
  /** Configuration files; none: everything that the ledger holds is reported. */
  readonly files: readonly string[];
  /** In place of the configuration's `storage::directory`. Needed when there is no configuration. */
  readonly storage: string | undefined;
  readonly json: boolean;
  /** Print only what is not well. */
  readonly problems?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const DEFAULT_WIDTH = 100;
const LEAST_WIDTH = 79;

/**
 * Prints what the ledger of a running or stopped collector says. Changes nothing and connects to nothing.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be read.
 */
export function status(options: StatusOptions, factories: readonly AnyFactory[], io: Io): ExitCode {
  let directory = options.storage;
  let configured: readonly ConfiguredIntegration[] | undefined;
  let thresholds = defaultThresholds;
  if (options.files.length > 0) {
    const { config, problems } = loadFiles(options.files, factories, io.env, { offlineChecks: false });
    // Warnings are for those who run it.
    printProblems(
      problems.filter(({ severity }) => severity === "error"),
      io.stderr,
    );
    if (config === undefined) {
      io.stderr.write(
        "To read the ledger without the configuration, name its folder: otel-o365 status --storage DIR\n",
      );
      return ExitCode.usage;
    }
    directory ??= config.storage.directory;
    configured = configuredIntegrations(config);
    thresholds = config.health;
  }
  const path = resolve(directory ?? ".");
  // The lock first: a collector that starts in between must not look as if it had listed nothing for long.
  const lock = readLock(path);
  const ledger = readLedger(path);
  const full = existsSync(path) ? roomFault(path) : undefined;
  const report = reportStatus({
    nowMs: options.now(),
    directory: path,
    ledger,
    lock,
    roomFault: full?.level === "fail" ? full.message : undefined,
    configured,
    thresholds,
  });
  const style = { ...textOptions(io.stdout), problemsOnly: options.problems === true };
  const text = options.json ? statusJson(report) : statusText(report, style);
  io.stdout.write(`${text}\n`);
  return report.exitCode;
}

function configuredIntegrations(config: CollectorConfig): readonly ConfiguredIntegration[] {
  return [...config.receivers.values()].flatMap(({ id, factory, config: receiver }) => {
    const use = factory.ledgerUse?.(receiver);
    return use === undefined ? [] : [{ id, use }];
  });
}

function textOptions(stream: OutStream): Parameters<typeof statusText>[1] {
  return {
    width: Math.max(LEAST_WIDTH, stream.columns ?? DEFAULT_WIDTH),
    style: (colour, text) => (stream.isTTY === true ? styleText(colour, text, { stream }) : text),
  };
}

import { type Attributes, createNoopMeter, type Meter } from "@opentelemetry/api";
import { systemClock } from "../../collector/clock.ts";
import type { Settings } from "../../collector/component.ts";
import type { LogFields, Logger, StatusReport } from "../../collector/telemetry.ts";

/** One line that a component logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** Settings whose every effect can be looked at. */
export interface TestSettings extends Settings {
  readonly lines: LogLine[];
  readonly reports: StatusReport[];
  readonly metrics: RecordingMeter;
}

export function testSettings(overrides: Partial<Settings> = {}): TestSettings {
  const lines: LogLine[] = [];
  const reports: StatusReport[] = [];
  const metrics = new RecordingMeter();
  return {
    id: "test/one",
    logger: recordingLogger(lines),
    meter: metrics.meter,
    clock: systemClock,
    reportStatus: (report) => reports.push(report),
    random: () => 0.5,
    ...overrides,
    lines,
    reports,
    metrics,
  };
}

/** A logger that keeps its lines. */
export function recordingLogger(lines: LogLine[], own: LogFields = {}): Logger {
  const log =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields: { ...own, ...fields } });
    };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    with: (fields) => recordingLogger(lines, { ...own, ...fields }),
  };
}

/** A meter that adds up counters, and keeps the values of histograms. */
export class RecordingMeter {
  readonly #sums = new Map<string, number>();
  readonly #names = new Set<string>();
  readonly meter: Meter;

  constructor() {
    const noop = createNoopMeter();
    const instrument = (name: string): { add: Add; record: Add } => {
      this.#names.add(name);
      const add: Add = (value, attributes = {}) => {
        const key = `${name} ${JSON.stringify(attributes)}`;
        this.#sums.set(key, (this.#sums.get(key) ?? 0) + value);
        this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
      };
      return { add, record: add };
    };
    this.meter = Object.assign(Object.create(noop) as Meter, {
      createCounter: instrument,
      createUpDownCounter: instrument,
      createHistogram: instrument,
    });
  }

  /** Names of all instruments that were made. */
  get names(): string[] {
    return [...this.#names].toSorted();
  }

  /** The sum of what was added under a name, over all attributes or for some. */
  sum(name: string, attributes?: Attributes): number {
    return this.#sums.get(attributes === undefined ? name : `${name} ${JSON.stringify(attributes)}`) ?? 0;
  }
}

type Add = (value: number, attributes?: Attributes) => void;

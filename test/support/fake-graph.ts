import type { AnyFactory } from "../../collector/component.ts";
import type { ConfiguredComponent, PipelineConfig } from "../../collector/config/model.ts";
import type { GraphConfig } from "../../collector/graph.ts";
import type { Storage } from "../../collector/storage/storage.ts";
import type { LogFields, Logger } from "../../collector/telemetry.ts";
import type { FakeComponents } from "./fake-components.ts";

/** A configuration in which every id is a fake. A pipeline reads `logs: r1 r2 > p1 p2 > e1 e2`. */
export function fakeGraph(
  fakes: FakeComponents,
  pipelines: readonly string[],
  extensions: readonly string[] = [],
): GraphConfig {
  const parsed = pipelines.map(parsePipeline);
  const map = <F extends AnyFactory>(ids: readonly string[], factory: F): Map<string, ConfiguredComponent<F>> =>
    new Map(ids.map((id) => [id, { id, type: "fake", name: id, factory, config: {} }]));
  return {
    receivers: map(
      parsed.flatMap(({ receivers }) => receivers),
      fakes.receiver,
    ),
    processors: map(
      parsed.flatMap(({ processors }) => processors),
      fakes.processor,
    ),
    exporters: map(
      parsed.flatMap(({ exporters }) => exporters),
      fakes.exporter,
    ),
    extensions: map(extensions, fakes.extension),
    pipelines: parsed,
  };
}

function parsePipeline(text: string): PipelineConfig {
  const [id = "", flow = ""] = text.split(": ");
  const [receivers = [], processors = [], exporters = []] = flow
    .split(">")
    .map((part) => part.split(" ").filter((name) => name !== ""));
  return { id, receivers, processors, exporters };
}

/** A storage that keeps nothing and writes down when it is closed. */
export function fakeStorage(calls: string[] = []): Storage {
  return {
    spoolDirectory: "",
    ledgerWasLost: false,
    ledger: () => {
      throw new TypeError("a fake receiver keeps no ledger");
    },
    saveConditions: () => {},
    countDeadLetters: () => {},
    beat: () => {},
    close: (kind = "stopped") => {
      calls.push(kind === "stopped" ? "close storage" : `close storage, ${kind}`);
    },
  };
}

/** One line of a `LogRecorder`. */
export interface LoggedLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines. */
export class LogRecorder implements Logger {
  readonly lines: LoggedLine[];
  readonly #fields: LogFields;

  constructor(lines: LoggedLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#add("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#add("error", message, fields);
  }

  with(fields: LogFields): LogRecorder {
    return new LogRecorder(this.lines, { ...this.#fields, ...fields });
  }

  #add(level: LoggedLine["level"], message: string, fields: LogFields | undefined): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

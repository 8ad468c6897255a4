import { inspect, styleText } from "node:util";
import { diag, DiagLogLevel } from "@opentelemetry/api";
import { describeError } from "./errors.ts";
import { printable, printableJson } from "./printable.ts";
import { scrub } from "./scrub.ts";
import type { LogFields, Logger } from "./telemetry.ts";

/** Least severe first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `console`: lines for people. `json`: one object per line. `auto`: `console` on a terminal, else `json`. */
export const LOG_ENCODINGS = ["auto", "console", "json"] as const;
export type LogEncoding = (typeof LOG_ENCODINGS)[number];

/** Where the lines go: `process.stderr`, or any stream in a test. */
export interface LogStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly encoding: LogEncoding;
  readonly stream: LogStream;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes the collector's logger. Colours appear on a terminal only, and not when `NO_COLOR` is set. */
export function createLogger(options: LoggerOptions): Logger {
  const human = options.encoding === "console" || (options.encoding === "auto" && options.stream.isTTY === true);
  return new LineLogger(options, human ? consoleLine : jsonLine, {});
}

/** Sends what the OpenTelemetry libraries complain about to `logger`: for the whole process, until disposed. */
export function routeDiag(logger: Logger): Disposable {
  // The libraries call a refused export an error; for us the component's status says how bad that is.
  const warn = (message: string, ...args: unknown[]): void =>
    logger.warn("OpenTelemetry library", { detail: message, ...(args.length > 0 ? { args } : {}) });
  const silent = (): void => {};
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return { [Symbol.dispose]: () => diag.disable() };
}

type Format = (line: Line, stream: LogStream) => string;

interface Line {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

class LineLogger implements Logger {
  readonly #options: LoggerOptions;
  readonly #format: Format;
  readonly #fields: LogFields;
  readonly #threshold: number;

  constructor(options: LoggerOptions, format: Format, fields: LogFields) {
    this.#options = options;
    this.#format = format;
    this.#fields = fields;
    this.#threshold = LOG_LEVELS.indexOf(options.level);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write("error", message, fields);
  }

  with(fields: LogFields): Logger {
    return new LineLogger(this.#options, this.#format, { ...this.#fields, ...fields });
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (LOG_LEVELS.indexOf(level) < this.#threshold) return;
    const { now, stream } = this.#options;
    const time = new Date(now()).toISOString();
    const line = { time, level, message: scrub(message), fields: { ...this.#fields, ...fields } };
    stream.write(`${this.#format(line, stream)}\n`);
  }
}

const RESERVED: ReadonlySet<string> = new Set(["time", "level", "message"]);

function jsonLine(line: Line): string {
  const { fields, ...head } = line;
  const members = Object.entries(fields).flatMap(([key, value]) => {
    const text = toJson(value);
    return text === undefined ? [] : [`,${JSON.stringify(RESERVED.has(key) ? `${key}_` : key)}:${text}`];
  });
  return printableJson(`${JSON.stringify(head).slice(0, -1)}${members.join("")}}`);
}

const COLOURS = { debug: "gray", info: "green", warn: "yellow", error: "red" } as const;

function consoleLine(line: Line, stream: LogStream): string {
  const { component, ...rest } = line.fields;
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    stream.isTTY === true ? styleText(format, text, { stream }) : text;
  const fields = Object.entries(rest).flatMap(([key, value]) => {
    const text = toText(value);
    return text === undefined ? [] : [`${style("gray", `${key}=`)}${text}`];
  });
  const level = style(COLOURS[line.level], line.level.toUpperCase().padEnd(5));
  const who = component === undefined ? [] : [style("bold", toText(component) ?? "")];
  return [style("gray", line.time), level, ...who, printable(line.message), ...fields].join(" ");
}

/** A field's value as one word, quoted where it would be read as several. */
function toText(value: unknown): string | undefined {
  if (typeof value === "string" && /^[\w./:@>+-]+$/.test(value)) return scrub(value);
  const text = toJson(value);
  return text === undefined ? undefined : printable(text);
}

/** The text of anything thrown as one line of a terminal: a part of it may be what a remote side said. */
export function errorLine(error: unknown): string {
  return printable(scrub(describeError(error)));
}

/** JSON of any value, with credentials scrubbed, errors as text and bytes as their number; undefined for what JSON leaves out. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, replace);
  } catch {
    // A cycle, or a toJSON() that throws: the line matters more than the field's form.
    return JSON.stringify(scrub(inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY })));
  }
}

function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "string") {
    // Buffer's own toJSON() has run already and would print each byte.
    return scrub(value);
  }
  if (value instanceof Error) return scrub(describeError(value));
  if (typeof value === "bigint") return value.toString();
  const original = isObject(this) ? this[key] : undefined;
  if (original instanceof Uint8Array) return `<${original.byteLength} bytes>`;
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

import { confirm, isCancel, select, text } from "@clack/prompts";
import { CollectorError, ErrorCode } from "../errors.ts";
import type { InStream, Io, OutStream } from "./io.ts";

/** One of several answers. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/**
 * Asks the person at the terminal.
 *
 * @throws {CollectorError} `OTEL_O365_INTERNAL` from every question, when the person gives up.
 */
export interface Prompter {
  /** @param fault Why an answer cannot be taken; undefined when it can. */
  text(question: string, options?: TextQuestion): Promise<string>;
  choose<T extends string>(question: string, choices: readonly Choice<T>[], initial?: T): Promise<T>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}

export interface TextQuestion {
  /** What an empty answer means. */
  readonly initial?: string | undefined;
  readonly fault?: (answer: string) => string | undefined;
}

/** Somebody to ask; undefined where there is no terminal on both ends. */
export function createPrompter({ stdin, stdout }: Io): Prompter | undefined {
  if (stdin?.isTTY !== true || stdout.isTTY !== true) return undefined;
  return new TerminalPrompter(stdin, stdout);
}

class TerminalPrompter implements Prompter {
  readonly #streams: { readonly input: InStream; readonly output: OutStream };

  constructor(input: InStream, output: OutStream) {
    this.#streams = { input, output };
  }

  async text(message: string, { initial, fault }: TextQuestion = {}): Promise<string> {
    const answer = await text({
      ...this.#streams,
      message,
      ...(initial === undefined ? {} : { placeholder: initial, defaultValue: initial }),
      validate: (given) => {
        const value = (given ?? "").trim() || (initial ?? "");
        return value === "" ? "an answer is needed" : fault?.(value);
      },
    });
    if (isCancel(answer)) throw cancelled();
    return answer.trim();
  }

  async choose<T extends string>(message: string, choices: readonly Choice<T>[], initial?: T): Promise<T> {
    const options: Choice<string>[] = [...choices];
    const start = initial === undefined ? {} : { initialValue: initial };
    const answer = await select<string>({ ...this.#streams, message, options, ...start });
    const chosen = choices.find(({ value }) => value === answer);
    if (chosen === undefined) throw cancelled();
    return chosen.value;
  }

  async confirm(message: string, initial: boolean): Promise<boolean> {
    const answer = await confirm({ ...this.#streams, message, initialValue: initial });
    if (isCancel(answer)) throw cancelled();
    return answer;
  }
}

function cancelled(): CollectorError {
  return new CollectorError(ErrorCode.internal, "Cancelled; nothing was changed");
}

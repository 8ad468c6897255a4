import { CollectorError, ErrorCode } from "../../errors.ts";
import type { Choice, Prompter, TextQuestion } from "../prompter.ts";

/**
 * Answers from flags, else from the person at the terminal. Without one, flags that are missing are gathered, so that all
 * of them are named at once.
 */
export class Answers {
  readonly #prompter: Prompter | undefined;
  readonly #missing: string[] = [];

  constructor(prompter: Prompter | undefined) {
    this.#prompter = prompter;
  }

  get canAsk(): boolean {
    return this.#prompter !== undefined;
  }

  /**
   * @param flag As it is named when it is missing.
   * @returns An empty text when it is missing: demand() throws then.
   * @throws {CollectorError} `OTEL_O365_CONFIG` for a flag whose value cannot be taken.
   */
  async text(flag: string, question: string, given: string | undefined, options: TextQuestion = {}): Promise<string> {
    if (given !== undefined) {
      const fault = options.fault?.(given);
      if (fault === undefined) return given.trim();
      throw new CollectorError(ErrorCode.config, `Cannot use ${flag.split(" ")[0]} "${given}": ${fault}`);
    }
    if (this.#prompter !== undefined) return this.#prompter.text(question, options);
    this.#missing.push(flag);
    return "";
  }

  async choose<T extends string>(
    flag: string,
    question: string,
    choices: readonly Choice<T>[],
    initial?: T,
  ): Promise<T | undefined> {
    if (this.#prompter !== undefined) return this.#prompter.choose(question, choices, initial);
    this.#missing.push(flag);
    return undefined;
  }

  /** For what has a flag that says yes or no: ask only where canAsk. */
  async confirm(question: string, initial: boolean): Promise<boolean> {
    return this.#prompter?.confirm(question, initial) ?? initial;
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when a flag is missing and nobody could be asked. */
  demand(): void {
    if (this.#missing.length === 0) return;
    throw new CollectorError(
      ErrorCode.config,
      `Cannot go on: ${this.#missing.join(", ")} ${this.#missing.length === 1 ? "is" : "are"} missing; add ${this.#missing.length === 1 ? "it" : "them"}, or run the command at a terminal, where it asks`,
    );
  }
}

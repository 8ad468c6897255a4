import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

/** Why no terminal can be had here; undefined when one can. `script` of util-linux makes them. */
export const noTerminal: string | undefined =
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0
    ? undefined
    : 'no command "script" (util-linux) that makes a terminal';

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command line in a terminal of its own, and somebody at the keyboard. */
export class Terminal {
  readonly #child: ChildProcess;
  #screen = "";
  /** What was matched already. */
  #read = 0;
  #changed = Promise.withResolvers<void>();

  /** @param command For the shell. */
  constructor(command: string, { cwd, env = {} }: TerminalOptions) {
    this.#child = spawn("script", ["-qefc", `stty cols 200 rows 50; ${command}`, "/dev/null"], {
      cwd,
      env: { ...process.env, ...env, TERM: "xterm", NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const heard = (chunk?: Buffer): void => {
      if (chunk !== undefined) this.#screen += stripVTControlCharacters(chunk.toString("utf8"));
      this.#changed.resolve();
      this.#changed = Promise.withResolvers<void>();
    };
    this.#child.stdout?.on("data", heard);
    this.#child.on("close", () => heard());
  }

  /** All that was printed so far, without control characters. */
  get screen(): string {
    return this.#screen;
  }

  /** Waits until something appears behind what was waited for before. */
  async see(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#screen.slice(this.#read));
      if (found !== null) {
        this.#read += found.index + found[0].length;
        return found;
      }
      if (this.#child.exitCode !== null)
        throw new Error(`The command ended before ${pattern} appeared:\n${this.#screen}`);
      await this.#changed.promise;
    }
  }

  /** Presses keys; `\r` is Enter. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits for a question and answers it. */
  async answer(question: RegExp, keys: string): Promise<void> {
    await this.see(question);
    this.type(keys);
  }

  /** Exit code of the command. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

import type { Attributes } from "@opentelemetry/api";
import type { Program } from "./program.ts";
import { compileProgramCode, type ProgramCode } from "./program-code.ts";
import { runProgram } from "./run-program.ts";
import type { Subject } from "./subject.ts";

/** How many more programs may get code of their own. */
export interface CodeBudget {
  left: number;
  /** Runs of a program before it gets code. */
  readonly after: number;
}

/** Does what a program says: row by row at first, by code of its own when its records keep coming. */
export class ProgramRunner {
  readonly #program: Program;
  readonly #budget: CodeBudget;
  #runs = 0;
  #code: ProgramCode | undefined;

  constructor(program: Program, budget: CodeBudget) {
    this.#program = program;
    this.#budget = budget;
  }

  /** The attributes of the record that the subject has read. */
  run(subject: Subject): Attributes {
    if (this.#code !== undefined) return this.#code(subject.reader.record, subject.came.record, subject);
    this.#runs += 1;
    runProgram(this.#program, subject);
    const { sheet } = subject;
    if (this.#runs === this.#budget.after && this.#budget.left > 0) {
      this.#budget.left -= 1;
      this.#code = compileProgramCode(this.#program);
    }
    return sheet.build(this.#program.names);
  }
}

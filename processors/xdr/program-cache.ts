import type { Plan } from "./compile.ts";
import { compileProgram } from "./program.ts";
import { type CodeBudget, ProgramRunner } from "./program-runner.ts";
import type { RecordGroup } from "./record-groups.ts";

/** A program takes about 22 KiB. The shipped records need fewer than a hundred. */
const LIMIT = 1024;
/** Code takes about 100 KiB, and as much again while V8 optimizes it. */
const CODE_LIMIT = 128;
/** Writing and compiling code takes as long as running a program some fifty times row by row. */
const RUNS_BEFORE_CODE = 64;

/**
 * Makes the programs of one mapper, and keeps them with the groups of records that they map. One is kept when it is asked for
 * a second time: records with ever new fields must neither take memory nor drive out the programs of those that come every
 * minute. Replace it together with the groups, when it is full.
 */
export class ProgramCache {
  readonly #budget: CodeBudget;
  #size = 0;

  /** @param runsBeforeCode How often a program runs row by row before it gets code of its own. */
  constructor(runsBeforeCode: number = RUNS_BEFORE_CODE) {
    this.#budget = { left: CODE_LIMIT, after: runsBeforeCode };
  }

  get full(): boolean {
    return this.#size >= LIMIT;
  }

  /**
   * What the plan comes to for the records of a group.
   *
   * @param uses How many records it is asked for.
   */
  get(plan: Plan, group: RecordGroup, uses = 1): ProgramRunner {
    return group.programs.get(plan) ?? this.#add(plan, group, uses);
  }

  #add(plan: Plan, { shape, came, programs }: RecordGroup, uses: number): ProgramRunner {
    const program = new ProgramRunner(compileProgram(plan, shape, came), this.#budget);
    const again = uses > 1 || programs.has(plan);
    programs.set(plan, again ? program : null);
    if (again) this.#size += 1;
    return program;
  }
}

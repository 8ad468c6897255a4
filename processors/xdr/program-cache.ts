import type { Plan } from "./compile.ts";
import { compileProgram } from "./program.ts";
import { type CodeBudget, ProgramRunner } from "./program-runner.ts";
import type { RecordShape } from "./record-reader.ts";

/** A program takes about 22 KiB. The shipped records need fewer than a hundred. */
const LIMIT = 1024;
/** Code takes about 100 KiB, and as much again while V8 optimizes it. */
const CODE_LIMIT = 128;
/** Writing and compiling code takes as long as running a program some fifty times row by row. */
const RUNS_BEFORE_CODE = 64;

type ByShape<T> = Map<RecordShape, T>;

/**
 * The programs of one mapper. One is kept when it is asked for a second time: records with ever new fields must neither take
 * memory nor drive out the programs of those that come every minute. Replace it together with what it is asked for, when it is full.
 */
export class ProgramCache {
  /** Null: asked for once. */
  readonly #programs = new Map<Plan, ByShape<ByShape<ProgramRunner | null>>>();
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
   * What the plan comes to for records of a shape that come with certain attributes.
   *
   * @param came The shape of the attributes.
   * @param uses How many records it is asked for.
   */
  get(plan: Plan, shape: RecordShape, came: RecordShape, uses = 1): ProgramRunner {
    const known = this.#programs.get(plan)?.get(shape)?.get(came);
    return known ?? this.#add(plan, shape, came, uses);
  }

  #add(plan: Plan, shape: RecordShape, came: RecordShape, uses: number): ProgramRunner {
    const byShape = this.#programs.get(plan) ?? new Map<RecordShape, ByShape<ProgramRunner | null>>();
    const byCame = byShape.get(shape) ?? new Map<RecordShape, ProgramRunner | null>();
    const program = new ProgramRunner(compileProgram(plan, shape, came), this.#budget);
    const again = uses > 1 || byCame.has(came);
    byCame.set(came, again ? program : null);
    byShape.set(shape, byCame);
    this.#programs.set(plan, byShape);
    if (again) this.#size += 1;
    return program;
  }
}

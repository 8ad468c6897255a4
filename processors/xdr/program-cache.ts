import type { Plan } from "./compile.ts";
import { compileProgram, type Program } from "./program.ts";
import type { RecordShape } from "./record-reader.ts";

/** A program takes about 10 kB. The shipped records need fewer than a hundred. */
const LIMIT = 2048;

type ByShape<T> = Map<RecordShape, T>;

/** The programs of one mapper. Replace it together with what it is asked for, when it is full. */
export class ProgramCache {
  readonly #programs = new Map<Plan, ByShape<ByShape<Program>>>();
  #size = 0;

  get full(): boolean {
    return this.#size >= LIMIT;
  }

  /**
   * What the plan comes to for records of a shape that come with certain attributes.
   *
   * @param came The shape of the attributes.
   */
  get(plan: Plan, shape: RecordShape, came: RecordShape): Program {
    const known = this.#programs.get(plan)?.get(shape)?.get(came);
    return known ?? this.#add(plan, shape, came);
  }

  #add(plan: Plan, shape: RecordShape, came: RecordShape): Program {
    const byShape = this.#programs.get(plan) ?? new Map<RecordShape, ByShape<Program>>();
    const byCame = byShape.get(shape) ?? new Map<RecordShape, Program>();
    const program = compileProgram(plan, shape, came);
    byCame.set(came, program);
    byShape.set(shape, byCame);
    this.#programs.set(plan, byShape);
    this.#size += 1;
    return program;
  }
}

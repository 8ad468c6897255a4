import type { Plan } from "./compile.ts";
import { compileProgram, type Program } from "./program.ts";
import type { RecordShape } from "./record-reader.ts";

/** A program takes about 22 KiB. The shipped records need fewer than a hundred. */
const LIMIT = 1024;

type ByShape<T> = Map<RecordShape, T>;

/**
 * The programs of one mapper. One is kept when it is asked for a second time: records with ever new fields must neither take
 * memory nor drive out the programs of those that come every minute. Replace it together with what it is asked for, when it is full.
 */
export class ProgramCache {
  /** Null: asked for once. */
  readonly #programs = new Map<Plan, ByShape<ByShape<Program | null>>>();
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
    const byShape = this.#programs.get(plan) ?? new Map<RecordShape, ByShape<Program | null>>();
    const byCame = byShape.get(shape) ?? new Map<RecordShape, Program | null>();
    const program = compileProgram(plan, shape, came);
    const again = byCame.has(came);
    byCame.set(came, again ? program : null);
    byShape.set(shape, byCame);
    this.#programs.set(plan, byShape);
    if (again) this.#size += 1;
    return program;
  }
}

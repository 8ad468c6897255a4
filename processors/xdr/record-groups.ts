import type { Plan } from "./compile.ts";
import type { ProgramRunner } from "./program-runner.ts";
import type { RecordShape } from "./record-reader.ts";

/** Groups of all records of a tenant together; the shipped records make fewer than two hundred. */
const LIMIT = 16_384;

/** Records that have the same fields and came with the same attributes. */
export class RecordGroup {
  /** Of the fields. */
  readonly shape: RecordShape;
  /** Of the attributes that they came with. */
  readonly came: RecordShape;
  /** What maps them, see `ProgramCache`. Null: asked for once. */
  readonly programs: Map<Plan, ProgramRunner | null> = new Map();
  #batch: object | undefined;
  #places: number[] = [];

  constructor(shape: RecordShape, came: RecordShape) {
    this.shape = shape;
    this.came = came;
  }

  /**
   * @param place Of a record in the batch that is being sorted.
   * @param batch Stands for the batch. Places of another one, which an error has left, are forgotten.
   * @returns True when it is the first one.
   */
  add(place: number, batch: object): boolean {
    if (this.#batch !== batch) this.#places = [];
    this.#batch = batch;
    return this.#places.push(place) === 1;
  }

  /** Places in the batch, which are forgotten. */
  takePlaces(): readonly number[] {
    const places = this.#places;
    this.#places = [];
    this.#batch = undefined;
    return places;
  }
}

/**
 * Sorts records by shape. Each shape has its own code, and a processor that goes from one to the next with each record has
 * none of it at hand.
 */
export class RecordGroups {
  readonly #groups = new Map<RecordShape, RecordGroup[]>();
  #size = 0;

  /** True when they are so many that they should be replaced, together with the shapes. */
  get full(): boolean {
    return this.#size >= LIMIT;
  }

  /** The group of the records with these shapes, always the same one. */
  of(shape: RecordShape, came: RecordShape): RecordGroup {
    const known = this.#groups.get(shape);
    if (known !== undefined) for (const group of known) if (group.came === came) return group;
    const group = new RecordGroup(shape, came);
    this.#size += 1;
    if (known === undefined) this.#groups.set(shape, [group]);
    else known.push(group);
    return group;
  }
}

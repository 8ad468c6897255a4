import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../collector/record.ts";
import { Random } from "../emulator/content/random.ts";
import type { ContentFacts } from "../receiver/records/record-factory.ts";
import { attributesOf, type Beside, besideOf } from "./beside.ts";
import { type Member, Mutator } from "./mutate.ts";

/** Records of which the structures come again: numbers from a multiple of it to the next. */
export const RUN_LENGTH = 256;
/** In a run there are 1, 2, 4 … 32 structures: each comes 8 to 256 times. */
const STRUCTURES = 6;
/** One in so many records ends too early. */
const CUT = 1 / 500;

/** A record to be tried. */
export interface MadeRecord {
  readonly text: string;
  /** Which of the variants of options maps it. All records of one structure have the same. */
  readonly variant: number;
  /** The blob that it is from. */
  readonly content: ContentFacts | undefined;
  /** What it comes with beside what the receiver reads from it. */
  readonly attributes: Attributes;
}

interface Structure {
  readonly variant: number;
  readonly beside: Beside;
  readonly members: readonly Member[];
  /** Each member as JSON text. */
  readonly texts: readonly string[];
}

/**
 * Changed records by number: the same number gives the same record, whatever was asked before.
 *
 * Names and their order are drawn a few times for each run of records, and the records of the run take turns with them at
 * random, each with other values. Whatever the mapping does only once a shape has come again, and again, is so reached, with
 * values of every type, and among records of other shapes.
 */
export class Records {
  readonly #mutator: Mutator;
  readonly #seed: number;
  readonly #variants: number;
  #run = -1;
  #structures: readonly Structure[] = [];

  /**
   * @param samples Real records to change.
   * @param variants How many variants of options there are.
   */
  constructor(samples: readonly JsonObject[], seed: number, variants: number) {
    this.#mutator = new Mutator(samples);
    this.#seed = seed;
    this.#variants = variants;
  }

  at(number: number): MadeRecord {
    const run = Math.floor(number / RUN_LENGTH);
    if (run !== this.#run) {
      this.#structures = this.#structuresOf(run);
      this.#run = run;
    }
    const random = new Random("xdr", this.#seed, number);
    const { members, texts, variant, beside } = random.pick(this.#structures);
    const own = [...texts];
    for (let changes = changesOf(members.length, random); changes > 0; changes -= 1) {
      const at = random.below(members.length);
      const member = members[at];
      if (member !== undefined) own[at] = textOf(member[0], this.#mutator.otherValue(member, random));
    }
    const text = `{${own.join(",")}}`;
    return {
      text: random.chance(CUT) ? text.slice(0, random.below(text.length)) : text,
      variant,
      content: beside.content,
      attributes: attributesOf(beside, random),
    };
  }

  #structuresOf(run: number): readonly Structure[] {
    const random = new Random("xdr run", this.#seed, run);
    return Array.from({ length: 1 << random.below(STRUCTURES) }, () => {
      const members = this.#mutator.structure(random);
      return {
        members,
        texts: members.map(([name, value]) => textOf(name, value)),
        variant: random.below(this.#variants),
        beside: besideOf(random),
      };
    });
  }
}

/** Mostly few, so that most of a structure's records have most of its attributes; now and then all of them. */
function changesOf(members: number, random: Random): number {
  const draw = random.below(10);
  return draw === 0 ? members : draw < 3 ? random.below(7) : random.below(3);
}

function textOf(name: string, value: Member[1]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

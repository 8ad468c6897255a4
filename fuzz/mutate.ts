import { isJsonObject, type JsonObject, type JsonValue } from "../collector/record.ts";
import { RECORD_TYPES } from "../collector/record-types.ts";
import type { Random } from "../emulator/content/random.ts";
import { deep, long, ODD_NAMES, value } from "./odd-values.ts";

/** One member of a record. Records are lists of them: they can hold names that an object literal cannot be given. */
export type Member = [name: string, value: JsonValue];

/** Once in so many structures: what is large takes long. */
const RARELY = 1 / 500;

/** Changes real audit records at random in ways that services might, and in some that nobody would. */
export class Mutator {
  readonly #records: readonly JsonObject[];
  readonly #names: readonly string[];
  readonly #valuesOf: ReadonlyMap<string, readonly JsonValue[]>;

  /** @param records Real ones. */
  constructor(records: readonly JsonObject[]) {
    this.#records = records;
    const values = Map.groupBy(
      records.flatMap((record) => Object.entries(record)),
      ([name]) => name,
    );
    this.#names = [...values.keys()];
    this.#valuesOf = new Map([...values].map(([name, members]) => [name, members.map(([, value]) => value ?? null)]));
  }

  /** Members of a record that nobody has seen, in their order: a real one with one to six changes. */
  structure(random: Random): readonly Member[] {
    const members: Member[] = Object.entries(random.pick(this.#records)).map(([name, value]) => [name, value ?? null]);
    for (let changes = 1 + random.below(6); changes > 0; changes -= 1) this.#change(members, random);
    if (random.chance(RARELY)) members.push(["PolicyDetails", deep(random)]);
    if (random.chance(RARELY)) members.push([this.#name(random), long(random)]);
    if (random.chance(RARELY)) for (let i = 0; i < 300; i += 1) members.push([random.hex(1 + random.below(12)), i]);
    return members;
  }

  /** Another value for a member that keeps its name and its place: one of any type, or one that a real record has there. */
  otherValue([name, before]: Member, random: Random): JsonValue {
    if (name === "RecordType" && random.chance(0.5)) return this.#recordType(random);
    switch (random.below(5)) {
      case 0:
        return value(random);
      case 1:
        return inOtherForm(before, random);
      case 2:
        return changedInside(before, random);
      default:
        return random.pick(this.#valuesOf.get(name) ?? [value(random)]);
    }
  }

  #change(members: Member[], random: Random): void {
    const at = random.below(members.length);
    const member = members[at];
    if (member === undefined) {
      members.push([this.#name(random), value(random)]);
      return;
    }
    switch (random.below(11)) {
      case 0:
        members.splice(at, 1);
        break;
      case 1:
        members.splice(at, 0, [this.#name(random), value(random)]);
        break;
      case 2:
        members.push(...members.splice(at, 1));
        break;
      case 3:
        member[0] = otherCase(member[0], random);
        break;
      case 4:
        member[1] = value(random);
        break;
      case 5:
        set(members, "RecordType", this.#recordType(random));
        break;
      case 6:
        set(members, "Operation", this.#ofOther("Operation", random));
        break;
      case 7:
        set(members, this.#name(random), this.#ofOther(this.#name(random), random));
        break;
      case 8:
        member[1] = inOtherForm(member[1], random);
        break;
      default:
        member[1] = changedInside(member[1], random);
        break;
    }
  }

  #name(random: Random): string {
    return random.chance(0.1) ? random.pick(ODD_NAMES) : random.pick(this.#names);
  }

  #recordType(random: Random): JsonValue {
    const [number, name] = random.pick(RECORD_TYPES);
    const other = random.below(8);
    return other === 0 ? String(number) : other === 1 ? name : other === 2 ? random.below(1000) : number;
  }

  /** What another record has under a name; an odd value when it has nothing. */
  #ofOther(name: string, random: Random): JsonValue {
    const other = random.pick(this.#records);
    return (Object.hasOwn(other, name) ? other[name] : undefined) ?? value(random);
  }
}

/** Adds a member, or gives it another value: of equal names in JSON text the last counts. */
function set(members: Member[], name: string, to: JsonValue): void {
  const member = members.find(([known]) => known === name);
  if (member === undefined) members.push([name, to]);
  else member[1] = to;
}

function otherCase(name: string, random: Random): string {
  const cased = [name.toLowerCase(), name.toUpperCase(), `${name} `, random.pick(ODD_NAMES)];
  return random.pick(cased);
}

/** One element without its list, a list of one, JSON text of it, or what JSON text says. */
function inOtherForm(of: JsonValue, random: Random): JsonValue {
  if (typeof of === "string" && random.chance(0.5)) return ` ${of} `;
  if (Array.isArray(of) && random.chance(0.5)) return of[0] ?? null;
  return random.chance(0.5) ? [of] : JSON.stringify(of);
}

/** Another value somewhere inside. */
function changedInside(of: JsonValue, random: Random): JsonValue {
  if (random.chance(0.2)) return value(random);
  if (Array.isArray(of) && of.length > 0) {
    const at = random.below(of.length);
    const rest = random.chance(0.2) ? [...of, ...of.slice(0, 2)] : [...of];
    return rest.with(at, changedInside(of[at] ?? null, random));
  }
  if (!isJsonObject(of)) return value(random);
  const names = Object.keys(of);
  if (names.length === 0) return { Name: "x", Value: value(random) };
  const name = random.pick(names);
  const { [name]: inner, ...rest } = of;
  return random.chance(0.2) ? rest : { ...rest, [name]: changedInside(inner ?? null, random) };
}

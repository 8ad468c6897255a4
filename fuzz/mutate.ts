import type { Random } from "../emulator/content/random.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../collector/record.ts";
import { RECORD_TYPES } from "../collector/record-types.ts";

/** A record as its members in order: a record can hold names that an object literal cannot be given. */
type Members = [name: string, value: JsonValue][];

const ODD_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "",
  "0",
  "4294967295",
  "DetectedValues",
];
const TEXTS = [
  "",
  " ",
  "<null>",
  "Not Available",
  "Unknown",
  "0",
  "-1",
  "True",
  "false",
  "::1",
  "1.2.3.4:5",
  "10.0.0.1",
  "[2001:db8::1]:443",
  "40.96.1.2",
  "i:0#.f|membership|ann%40contoso.com",
  "ann_example.com#EXT#@contoso.onmicrosoft.com",
  "S-1-5-18",
  "S-1-0-0",
  "{",
  "[1,2",
  "null",
  '{"User-Agent":"curl/8"}',
  '[{"Name":"UserAgent","Value":null}]',
  '[{"Name":"UserAgent","Value":"x"},{"Name":"useragent","Value":"y"}]',
  '{"DetectedValues":["4111"]}',
  "2023-06-01T13:12:18",
  "2023-06-01T13:12:18.1234567+02:00",
  "1970-01-01T00:00:00",
  "UserLoginFailed",
  "UserLoggedOff",
  "MailboxLogin",
  "DlpRuleMatch",
  "FileMalwareDetected",
  "AlertTriggered",
  "TIMailData",
  "User_11111111-2222-3333-4444-555555555555",
  "00000000-0000-0000-0000-000000000000",
  "https://contoso.example/a b",
  "\\\\server\\share\\file.docx",
  "-Identity 'x' -Force -Value $null",
  "\u0000",
  "\ud800",
  "a@b.c;d@e.f",
  "Succeeded",
  "Failed",
  "50074",
] as const;
const NUMBERS = [0, -0, 1, -1, 3, 15, 47, 0.5, 1e21, 2 ** 53, 2 ** 31, -1e-7, 50_126];
/** Once in so many records: what is large takes long. */
const RARELY = 1 / 500;

/** Real audit records, changed at random in ways that services might, and in some that nobody would. */
export class Mutator {
  readonly #records: readonly JsonObject[];
  readonly #names: readonly string[];

  constructor(records: readonly JsonObject[]) {
    this.#records = records;
    this.#names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  }

  /** JSON text of a record: a real one with one to six changes. */
  text(random: Random): string {
    const members: Members = Object.entries(random.pick(this.#records)).map(([name, value]) => [name, value ?? null]);
    for (let changes = 1 + random.below(6); changes > 0; changes -= 1) this.#change(members, random);
    if (random.chance(RARELY)) members.push(["PolicyDetails", deep(random)]);
    if (random.chance(RARELY)) members.push([this.#name(random), long(random)]);
    if (random.chance(RARELY)) for (let i = 0; i < 300; i += 1) members.push([random.hex(1 + random.below(12)), i]);
    return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  }

  #change(members: Members, random: Random): void {
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
function set(members: Members, name: string, to: JsonValue): void {
  const member = members.find(([known]) => known === name);
  if (member === undefined) members.push([name, to]);
  else member[1] = to;
}

function value(random: Random): JsonValue {
  switch (random.below(10)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(NUMBERS);
    case 3:
      return random.guid();
    case 4:
      return pairs(random);
    case 5:
      return [];
    case 6:
      return { [random.pick(ODD_NAMES.slice(1))]: random.pick(TEXTS), ID: random.pick(TEXTS), Type: random.below(7) };
    default:
      return random.pick(TEXTS);
  }
}

function pairs(random: Random): JsonValue {
  const key = random.pick(["Name", "Key", "name"]);
  const of = key === "name" ? "value" : "Value";
  return Array.from({ length: random.below(5) }, () => ({
    [key]: random.pick(TEXTS),
    [of]: random.pick<JsonValue>([...TEXTS, null, 1]),
  }));
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

function deep(random: Random): JsonValue {
  let made: JsonValue = random.pick(TEXTS);
  for (let depth = random.below(60); depth > 0; depth -= 1) made = depth % 2 === 0 ? [made] : { Rules: made, x: 1 };
  return made;
}

function long(random: Random): JsonValue {
  const length = random.below(3000);
  const kind = random.below(3);
  return Array.from({ length }, (_, index): JsonValue => {
    if (kind === 0) return index;
    return kind === 1 ? { Name: `n${index % 700}`, Value: "v" } : random.pick(TEXTS);
  });
}

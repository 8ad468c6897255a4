import type { JsonValue } from "../collector/record.ts";
import type { Random } from "../emulator/content/random.ts";

/** Names that trip code which keeps names in plain objects, and one that has to stay out of attributes. */
export const ODD_NAMES: readonly string[] = [
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

/** What services write where there is nothing, forms that rules take apart, and text that is cut off. */
export const ODD_TEXTS: readonly string[] = [
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
];
/** Stands in records only where a data loss prevention rule matched it. */
export const SECRET = "4111-1111-1111-1111";
const SECRETS: readonly JsonValue[] = [
  { DetectedValues: [SECRET] },
  { a: [{ b: { detectedvalues: [{ Name: SECRET, Value: SECRET }] }, c: 1 }] },
  `[{"Name":"DetectedValues","Value":"${SECRET}"},{"Name":"UserAgent","Value":"x"}]`,
  `{"DetectedValues":["${SECRET}"]}`,
  `{"detectedValues":["${SECRET}"],"User-Agent":"x"}`,
  String.raw`{"\u0044etectedValues":["${SECRET}"]}`,
  JSON.stringify({ UserAgent: String.raw`[{"SensitiveInformation\u0044etections":"${SECRET}"}]` }),
  JSON.stringify(`{"DetectedValues":["${SECRET}"]}`),
];
const NUMBERS = [0, -0, 1, -1, 3, 15, 47, 0.5, 1e21, 2 ** 53, 2 ** 31, -1e-7, 50_126];

/** Any value: each type of JSON, and text that rules take for something. */
export function value(random: Random): JsonValue {
  if (random.chance(1 / 30)) return random.pick(SECRETS);
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
      return {
        [random.pick(ODD_NAMES.slice(1))]: random.pick(ODD_TEXTS),
        ID: random.pick(ODD_TEXTS),
        Type: random.below(7),
      };
    default:
      return random.pick(ODD_TEXTS);
  }
}

/** A list of pairs, as services write them. */
function pairs(random: Random): JsonValue {
  const key = random.pick(["Name", "Key", "name"]);
  const of = key === "name" ? "value" : "Value";
  return Array.from({ length: random.below(5) }, () => ({
    [key]: random.pick(ODD_TEXTS),
    [of]: random.pick<JsonValue>([...ODD_TEXTS, null, 1]),
  }));
}

/** A value nested up to sixty levels. */
export function deep(random: Random): JsonValue {
  let made: JsonValue = random.pick(ODD_TEXTS);
  for (let depth = random.below(60); depth > 0; depth -= 1) made = depth % 2 === 0 ? [made] : { Rules: made, x: 1 };
  return made;
}

/** A list of up to three thousand elements. */
export function long(random: Random): JsonValue {
  const length = random.below(3000);
  const kind = random.below(3);
  return Array.from({ length }, (_, index): JsonValue => {
    if (kind === 0) return index;
    return kind === 1 ? { Name: `n${index % 700}`, Value: "v" } : random.pick(ODD_TEXTS);
  });
}

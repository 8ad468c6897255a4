import type { Random } from "./random.ts";

/** How a JSON text is written, apart from what it says. */
export interface Form {
  /** White space of one level; "" writes everything on one line. */
  readonly indent: string;
  readonly newline: "\n" | "\r\n";
  readonly colon: string;
  readonly comma: string;
  /** Write `/` as `\/`. */
  readonly slashes: boolean;
  /** Write what is not ASCII, and `<`, `>`, `&`, `'`, `+`, as `\u` escapes. */
  readonly unicode: boolean;
  /** Part of the lower-case letters (0 to 1) to write as `\u` escapes. */
  readonly letters: number;
  /** Part of the integers (0 to 1) to write with a fraction or an exponent. */
  readonly numbers: number;
}

/** A form picked at random: compact and plain most of the time, as the service writes. */
export function pickForm(random: Random): Form {
  const pretty = random.chance(0.25);
  const spaced = !pretty && random.chance(0.3);
  return {
    indent: pretty ? random.pick(["  ", "    ", "\t"]) : "",
    newline: random.chance(0.5) ? "\r\n" : "\n",
    colon: pretty ? random.pick([": ", " : "]) : spaced ? ": " : ":",
    comma: spaced ? ", " : ",",
    slashes: random.chance(0.5),
    unicode: random.chance(0.5),
    letters: random.chance(0.2) ? 0.02 : 0,
    numbers: random.chance(0.4) ? 0.3 : 0,
  };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{}:,]/gs;

/** Writes the tokens of a JSON text in another form. Values and the order of members stay; nothing is parsed, so that big integers survive. */
export function writeInForm(json: string, form: Form, random: Random): string {
  let out = "";
  let depth = 0;
  let previous = "";
  const line = (): string => (form.indent === "" ? "" : form.newline + form.indent.repeat(depth));
  for (const [token] of json.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    if (previous === "{" || previous === "[" ? !closes : closes) out += line();
    if (token === "{" || token === "[") depth += 1;
    if (token === ":") out += form.colon;
    else if (token === ",") out += form.indent === "" ? form.comma : `,${line()}`;
    else if (token.startsWith('"')) out += writeString(token, form, random);
    else out += /^-?\d+$/.test(token) ? writeInteger(token, form, random) : token;
    previous = token;
  }
  return out;
}

// A part that is an escape already (the first alternative) is left as it is.
const ESCAPABLE = /\\(?:u[0-9a-fA-F]{4}|.)|[/<>&'+a-z\u0080-\uffff]/gs;

function writeString(token: string, form: Form, random: Random): string {
  if (!form.slashes && !form.unicode && form.letters === 0) return token;
  return token.replace(ESCAPABLE, (part) => {
    if (part.startsWith("\\")) return part;
    if (part === "/") return form.slashes ? "\\/" : part;
    const escape = part >= "a" && part <= "z" ? form.letters > 0 && random.chance(form.letters) : form.unicode;
    return escape ? `\\u${part.charCodeAt(0).toString(16).padStart(4, "0")}` : part;
  });
}

function writeInteger(token: string, form: Form, random: Random): string {
  // Beyond 2^53 another spelling could read as another value.
  if (token.length > 15 || form.numbers === 0 || !random.chance(form.numbers)) return token;
  return token + random.pick([".0", "e0", ".00E+0"]);
}

/** Writes record texts as the array of a blob, in white space of its own. */
export function writeArray(texts: readonly string[], random: Random): string {
  const [open, between, close] = random.pick([
    ["[", ",", "]"],
    ["[", ", ", "]"],
    ["[\r\n  ", ",\r\n  ", "\r\n]\r\n"],
    ["[\n", "\n,\n", "\n]\n"],
    [" [ ", " ,", " ] "],
  ] as const);
  return texts.length === 0 ? open.trim() + close.trim() : open + texts.join(between) + close;
}

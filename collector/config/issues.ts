import type { z } from "zod";
import { type Scrub, showValue } from "./confidential.ts";
import { type ConfigNode, hasFailed, isEmpty, nodeAt } from "./node.ts";
import { nearest, suggest } from "./nearest.ts";
import { type ConfigPath, formatPath } from "./problem.ts";
import { descriptionOf, holdsSecret, knownKeys, schemasAt } from "./schema-walk.ts";

type Issue = z.core.$ZodIssue;
type IssueOf<C extends Issue["code"]> = Extract<Issue, { readonly code: C }>;

/** The message that zod is told to use where a schema brings none of its own, so that the two can be told apart. */
export const NO_MESSAGE = "\0";

/** One mistake as a person reads it. */
export interface Finding {
  readonly path: ConfigPath;
  readonly message: string;
  /** `key`: point at the key rather than at its value. */
  readonly at: "key" | "value";
  /** An unknown key: the key beside it that was meant. */
  readonly meant?: string;
  /** A required key that does not stand there. */
  readonly missing?: boolean;
}

/** What the issues are about. */
export interface Subject {
  readonly node: ConfigNode;
  readonly schema: z.core.$ZodType;
  readonly scrub: Scrub;
}

/** Says in words what zod found, without repeating what a failed substitution was reported for already. Paths are relative to the subject. */
export function explainIssues(issues: readonly Issue[], subject: Subject): readonly Finding[] {
  const findings = issues.flatMap((issue) => explain(issue, subject));
  // A required key that stands there misspelled is one mistake, not two.
  const meant = new Set(findings.flatMap(({ path, meant }) => (meant === undefined ? [] : [beside(path, meant)])));
  return findings.filter(({ path, missing }) => missing !== true || !meant.has(formatPath(path)));
}

function beside(path: ConfigPath, key: string): string {
  return formatPath([...path.slice(0, -1), key]);
}

function explain(issue: Issue, subject: Subject): readonly Finding[] {
  const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  const node = nodeAt(subject.node, path);
  if (node?.kind === "scalar" && node.failed) return [];
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, path, subject);
  if (issue.code === "invalid_key") {
    const expected = issue.issues.map((inner) => expectation(inner)).join(" and ");
    return [{ path, message: `the key ${expected}`, at: "key" }];
  }
  if (issue.code === "invalid_union" && issue.message === NO_MESSAGE) {
    if (hasFailed(node)) return [];
    const branch = nearestBranch(issue);
    if (branch !== undefined)
      return branch.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, subject));
  }
  const schemas = schemasAt(subject.schema, path);
  if (issue.code !== "custom" && (node === undefined || isEmpty(node))) {
    const action = node === undefined ? `is required; add "${path.at(-1)}"` : "is empty; give it a value";
    return [{ path, message: `${action}${hint(issue, schemas)}`, at: "key", missing: node === undefined }];
  }
  return [{ path, message: describe(issue, node, schemas, subject.scrub), at: "value" }];
}

function unknownKeys(issue: IssueOf<"unrecognized_keys">, path: ConfigPath, subject: Subject): readonly Finding[] {
  const known = knownKeys(schemasAt(subject.schema, path));
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const message = `unknown key; ${suggest(key, known, "known keys")}`;
    return { path: [...path, key], message, at: "key", ...(meant === undefined ? {} : { meant }) };
  });
}

function hint(issue: Issue, schemas: readonly z.core.$ZodType[]): string {
  const description = descriptionOf(schemas)?.replace(/\.$/, "");
  const options = issue.message === NO_MESSAGE ? optionsOf(issue) : undefined;
  const notes = [
    ...(description === undefined ? [] : [description]),
    ...(options === undefined ? [] : [oneOf(options)]),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function optionsOf(issue: Issue): readonly unknown[] | undefined {
  if (issue.code === "invalid_value") return issue.values;
  return "options" in issue && issue.options !== undefined && issue.options.length > 0 ? issue.options : undefined;
}

// A single value in the place of a mapping is often one of the mapping's own, and then perhaps a secret.
function isMappingWanted(issue: Issue): boolean {
  return issue.code === "invalid_type" && (issue.expected === "object" || issue.expected === "record");
}

/** The branch of a union that was most likely meant: the one that the value fits by its type, with the fewest faults. */
function nearestBranch(issue: IssueOf<"invalid_union">): readonly Issue[] | undefined {
  return issue.errors
    .filter((branch) => !branch.some((inner) => inner.path.length === 0 && isTypeMismatch(inner)))
    .toSorted((a, b) => a.length - b.length)[0];
}

function isTypeMismatch(issue: Issue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
}

function describe(
  issue: Issue,
  node: ConfigNode | undefined,
  schemas: readonly z.core.$ZodType[],
  scrub: Scrub,
): string {
  const authored = issue.message === NO_MESSAGE ? undefined : scrub(issue.message);
  const message = authored ?? expectation(issue);
  // A message about several keys or items, or one that shows the value itself.
  const complete = node?.kind !== "scalar" && !isTypeMismatch(issue);
  if (complete || message.includes("current value")) return message;
  const shown =
    isMappingWanted(issue) && node?.kind === "scalar" ? "current value is a single value" : showValue(node, schemas);
  // A schema's own message may bring its remedy: the value stands before it.
  const [wrong = "", ...remedies] = message.split("; ");
  const remedy = authored === undefined ? remedyFor(issue, node, schemas) : undefined;
  const observed = shown === undefined ? wrong : `${wrong}: ${shown}`;
  return [observed, ...remedies, ...(remedy === undefined ? [] : [remedy])].join("; ");
}

/** What was asked for, without the value: `must be at least 1`. */
function expectation(issue: Issue): string {
  if (issue.message !== NO_MESSAGE) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return unionExpectation(issue);
    case "too_small":
      return limit(
        issue.origin,
        Number(issue.minimum),
        issue.inclusive === false ? "more than" : "at least",
        issue.exact,
      );
    case "too_big":
      return limit(
        issue.origin,
        Number(issue.maximum),
        issue.inclusive === false ? "less than" : "at most",
        issue.exact,
      );
    case "invalid_format":
      return FORMATS[issue.format] ?? `must match ${issue.pattern ?? issue.format}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return "is not valid";
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys",
  record: "a mapping of keys",
  tuple: "a list",
  null: "empty",
};

const FORMATS: Readonly<Record<string, string>> = {
  url: 'must be a URL such as "https://example.com:4318"',
  uuid: 'must be a GUID such as "00000000-0000-0000-0000-000000000000"',
  guid: 'must be a GUID such as "00000000-0000-0000-0000-000000000000"',
  email: "must be an email address",
};

function oneOf(values: readonly unknown[]): string {
  const options = values.map((value) => JSON.stringify(value)).join(", ");
  return values.length === 1 ? `must be ${options}` : `must be one of ${options}`;
}

function limit(origin: string, bound: number, relation: string, exact: boolean | undefined): string {
  if (origin === "number" || origin === "int" || origin === "bigint") return `must be ${relation} ${bound}`;
  if (bound === 1 && relation === "at least") return "must not be empty";
  const unit = origin === "string" ? "character" : "item";
  return `must have ${exact === true ? "exactly" : relation} ${bound} ${unit}${bound === 1 ? "" : "s"}`;
}

function unionExpectation(issue: IssueOf<"invalid_union">): string {
  const options = optionsOf(issue);
  if (options !== undefined) return oneOf(options);
  const wanted = issue.errors.flatMap((branch) =>
    branch
      .filter((inner) => inner.path.length === 0)
      .slice(0, 1)
      .map((inner) => expectation(inner).replace(/^must be /, "")),
  );
  return wanted.length === 0 ? "is not valid" : `must be ${[...new Set(wanted)].join(" or ")}`;
}

function remedyFor(
  issue: Issue,
  node: ConfigNode | undefined,
  schemas: readonly z.core.$ZodType[],
): string | undefined {
  if (node?.kind !== "scalar") return undefined;
  const open = node.references.length === 0 && !holdsSecret(schemas);
  if (issue.code === "invalid_type" && issue.expected === "string") {
    return open ? `put it in quotes: "${node.text}"` : "put it in quotes";
  }
  if (issue.code === "invalid_type" && issue.expected === "array") {
    return open ? `write it as a list: [${node.text}]` : "write it as a list";
  }
  const options = optionsOf(issue);
  if (options === undefined || !open || typeof node.value !== "string") return undefined;
  const near = nearest(node.value, options.map(String));
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

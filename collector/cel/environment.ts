import { SeverityNumber } from "@opentelemetry/api";
import { Environment } from "@marcbachmann/cel-js";
import { compileLinearRegex, type LinearRegex } from "../linear-regex.ts";
import { VARIABLES } from "./record-view.ts";
import { Absent, ABSENT } from "./values.ts";

/** What `matches` is called inside: the package's own runs on the backtracking engine and cannot be replaced under its name. */
export const LINEAR_MATCHES = "matches_linear";
/** The keys that `in` looks at: the package's own `in` would find every key in a map that answers for absent ones too. */
export const MEMBERS = "members_of";

const SCALARS = ["int", "uint", "double", "string", "bool"] as const;
const ORDERS = ["<", "<=", ">", ">="] as const;

const regexes = new Map<string, LinearRegex>();

/** The compiled form of a literal pattern, once for all expressions; the fault when there is one. */
export function linearRegex(pattern: string): ReturnType<typeof compileLinearRegex> {
  const known = regexes.get(pattern);
  if (known !== undefined) return known;
  const compiled = compileLinearRegex(pattern);
  if (!("fault" in compiled)) regexes.set(pattern, compiled);
  return compiled;
}

/** CEL with the variables of a record, severities by name, linear-time `matches`, and rules for what is absent. */
export const environment: Environment = makeEnvironment();

function makeEnvironment(): Environment {
  const made = new Environment({ homogeneousAggregateLiterals: false });
  for (const [name, type] of Object.entries(VARIABLES)) made.registerVariable(name, type);
  for (const [name, value] of Object.entries(SeverityNumber)) {
    if (typeof value === "number") made.registerConstant(name, "int", BigInt(value));
  }
  made.registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => {
    const regex = linearRegex(pattern);
    return !("fault" in regex) && regex.test(text);
  });
  made.registerFunction(`${MEMBERS}(dyn): dyn`, (value: unknown) => (value instanceof Map ? [...value.keys()] : value));
  registerAbsent(made);
  return made;
}

/** What is absent equals null, and is neither less than, equal to, contained in nor matched by anything else. */
function registerAbsent(made: Environment): void {
  const no = (): boolean => false;
  const yes = (): boolean => true;
  const nothing = (): Absent => ABSENT;
  made.registerType("absent", { ctor: Absent });
  made.registerOperator("absent == null: bool", yes);
  made.registerOperator("absent == absent: bool", yes);
  made.registerOperator("!absent: bool", yes);
  for (const order of ORDERS) {
    made.registerOperator(`absent ${order} absent: bool`, no);
    for (const type of SCALARS) {
      made.registerOperator(`absent ${order} ${type}: bool`, no);
      made.registerOperator(`${type} ${order} absent: bool`, no);
    }
  }
  for (const type of SCALARS) made.registerOperator(`${type} in absent: bool`, no);
  for (const test of ["startsWith", "endsWith", "contains", LINEAR_MATCHES]) {
    made.registerFunction(`absent.${test}(string): bool`, no);
  }
  for (const change of ["lowerAscii", "upperAscii", "trim"])
    made.registerFunction(`absent.${change}(): absent`, nothing);
  made.registerFunction("size(absent): int", () => 0n);
  made.registerFunction("absent.size(): int", () => 0n);
}

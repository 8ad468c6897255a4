import { InvalidArgumentError, Option } from "commander";

/** Reads the value of an option as a whole number within inclusive bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** `--problems`: for reports that are long when there are many integrations. JSON is filtered by its reader. */
export function problemsOption(what: string): Option {
  return new Option("--problems", `print only ${what}`).conflicts("json");
}

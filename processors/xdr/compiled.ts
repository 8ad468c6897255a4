/**
 * Longest code that is made into a function. V8 tells longer texts apart by their length alone, and keeps them in its compilation
 * cache for as long as the process lives; so does `vm.compileFunction` with texts of any length (seen with Node.js 24).
 */
export const MOST_CODE = 16_000;

/**
 * A function from its code; undefined where the code is too long, or where the process forbids it
 * (`--disallow-code-generation-from-strings`). Whoever writes code sees to it that nothing of a record or a configuration stands in
 * it but string literals.
 */
export function compiled(parameter: string, code: string): Function | undefined {
  if (code.length > MOST_CODE) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- see above
    return new Function(parameter, `"use strict";\n${code}`);
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

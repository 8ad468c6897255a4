import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { describeError } from "../../collector/errors.ts";
import { fact, type Fact } from "../../collector/preflight/fact.ts";
import type { FileConfig } from "./config.ts";

/** Whether the file, or its folder while there is none, may be written to. Makes nothing. */
export async function* preflight({ path }: FileConfig): AsyncGenerator<Fact> {
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    yield fact("ok", "file", `"${path}" can be written`);
  } catch (error) {
    const remedy = "check that its folder exists and may be written";
    yield fact("fail", "file", `Cannot write "${path}": ${describeError(error)}; ${remedy}`);
  }
}

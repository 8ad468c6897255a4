import { textOf } from "./errors.ts";
import { ProxyUnreachableError } from "./proxy.ts";

/** What the error of a request says that got no answer, or not all of it. */
export interface NetworkFault {
  /** The codes of Node.js, OpenSSL and undici down the chain of causes: `UND_ERR_PRX_CONN`, `ECONNREFUSED`. */
  readonly codes: readonly string[];
  /** The innermost text, with its code: `connect ECONNREFUSED 10.0.0.1:443`. */
  readonly detail: string;
  /** Host and port of the proxy, when it is the proxy that could not be reached. */
  readonly proxy: string | undefined;
}

const MAX_DEPTH = 6;

/** Reads an error of undici or Node.js. */
export function networkFault(error: unknown): NetworkFault {
  const codes: string[] = [];
  let innermost = error;
  let proxy: string | undefined;
  for (let current = error, depth = 0; current instanceof Error && depth < MAX_DEPTH; depth += 1) {
    if (current instanceof ProxyUnreachableError) proxy = current.proxy;
    if ("code" in current && typeof current.code === "string") codes.push(current.code);
    innermost = current;
    // Several addresses were tried: one error for each.
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  const code = codes.at(-1) ?? "";
  const text = textOf(innermost);
  return { codes, detail: text.includes(code) ? text : `${code}: ${text}`, proxy };
}

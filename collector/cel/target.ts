import { type ASTNode, ParseError } from "@marcbachmann/cel-js";
import { environment } from "./environment.ts";
import type { ExpressionFault } from "./expression.ts";

/** A part of a record that can be read and written, named as expressions name it. */
export type Target = { readonly text: string } & (
  | { readonly part: "attributes"; readonly name: string }
  | { readonly part: "resource"; readonly name: string }
  | {
      readonly part: "body";
      /** Keys from the top of the body; none for the body as a whole. */ readonly path: readonly string[];
    }
  | { readonly part: "event_name" }
  | { readonly part: "severity" }
);

const FORMS = 'attributes["name"], resource["name"], body, body.Field, event_name or severity';

/** Reads `attributes["user.name"]`, `body.Actor` and the like. */
export function parseTarget(text: string): Target | ExpressionFault {
  const steps = stepsOf(text);
  if (steps === undefined) return { fault: `names no part of a record; write ${FORMS}` };
  const [part, ...path] = steps;
  if (part === "body") return { text, part, path };
  if ((part === "event_name" || part === "severity") && path.length === 0) return { text, part };
  if (part !== "attributes" && part !== "resource") return { fault: `names no part of a record; write ${FORMS}` };
  const [name] = path;
  if (name === undefined) return { fault: `needs the name of one attribute; write ${part}["name"]` };
  if (part === "resource" && name === "attributes" && path.length === 2) {
    return { fault: `names an attribute of the resource the way OTTL does; write resource["${path[1]}"]` };
  }
  if (path.length === 1) return { text, part, name };
  return { fault: `a name with dots is one key, not a path; write ${part}["${path.join(".")}"]` };
}

/** The identifier and the keys of a chain of selections; undefined for any other expression. */
function stepsOf(text: string): readonly string[] | undefined {
  try {
    return chain(environment.parse(text).ast);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function chain(node: ASTNode): readonly string[] | undefined {
  if (node.op === "id") return [node.args];
  if (node.op === ".") {
    const left = chain(node.args[0]);
    return left === undefined ? undefined : [...left, node.args[1]];
  }
  if (node.op !== "[]") return undefined;
  const [container, key] = node.args;
  const left = chain(container);
  if (left === undefined || key.op !== "value" || typeof key.args !== "string") return undefined;
  return [...left, key.args];
}

import type { ASTNode, ParseResult } from "@marcbachmann/cel-js";
import { environment, LINEAR_MATCHES, linearRegex, MEMBERS } from "./environment.ts";

/** Something in an expression that cannot be used: what is wrong and, after a semicolon, what to do. */
export interface Finding {
  readonly message: string;
  /** Offset in the expression. */
  readonly at: number;
}

/**
 * Puts `matches` on the linear-time engine and `in` on the keys that exist, in place, and returns what would go wrong
 * without anybody noticing. To be called once, before the expression is checked or run.
 */
export function prepare({ ast }: ParseResult): readonly Finding[] {
  const findings: Finding[] = [];
  visit(ast, (node) => {
    const message = rewrite(node) ?? silentMiss(node);
    if (message !== undefined) findings.push({ message, at: node.range.start });
  });
  return findings;
}

function rewrite(node: ASTNode): string | undefined {
  if (node.op === "in") {
    const members = environment.parse(`${MEMBERS}(body)`).ast;
    const [, list] = node.args;
    if (list.op === "list" || members.op !== "call") return undefined;
    members.args[1][0] = list;
    node.args[1] = members;
  } else if (node.op === "rcall" && node.args[0] === "matches") {
    node.args[0] = LINEAR_MATCHES;
    return patternFault(node.args[2][0]);
  }
  return undefined;
}

function patternFault(pattern: ASTNode | undefined): string | undefined {
  if (pattern?.op !== "value" || typeof pattern.args !== "string") {
    return "matches() needs its pattern as a literal text, so that it is compiled once; write the pattern itself";
  }
  const regex = linearRegex(pattern.args);
  if (!("fault" in regex)) return undefined;
  return `the regular expression is not valid: ${regex.fault}; write it in RE2 syntax, which has no lookarounds and backreferences`;
}

/** Expressions that are valid and never true. */
function silentMiss(node: ASTNode): string | undefined {
  if (node.op === "call" && node.args[0] === "has") {
    const [argument] = node.args[1];
    const text = argument === undefined ? "x" : sourceOf(argument);
    return `has() is not available: what is absent is null; write ${text} != null`;
  }
  if (node.op !== "." && node.op !== "[]") return undefined;
  const [left] = node.args;
  if (left.op !== "." || left.args[0].op !== "id") return undefined;
  const [{ args: map }, first] = left.args;
  if (map === "resource" && first === "attributes") {
    return `resource holds the attributes themselves; write resource${sourceOf(node).slice(sourceOf(left).length)}`;
  }
  if ((map !== "attributes" && map !== "resource") || node.op === "[]") return undefined;
  return `a name with dots is one key, not a path; write ${map}["${first}.${node.args[1]}"]`;
}

function sourceOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end);
}

function visit(node: ASTNode, each: (node: ASTNode) => void): void {
  for (const child of children(node)) visit(child, each);
  each(node);
}

function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    case "!_":
    case "-_":
      return [node.args];
    default:
      return node.args;
  }
}

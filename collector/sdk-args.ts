import {
  findExport,
  importModule,
  type ExportReference,
  type ModuleExports,
  cannotUse,
  findCallable,
  makeInstance,
} from "./modules.ts";

/** What to load: a class and the arguments of its constructor, as they stand in a configuration. */
export interface InstanceReference extends ExportReference {
  readonly args: readonly unknown[];
  /** What stands for `{ $next: true }` in the arguments. */
  readonly next?: object;
}

/**
 * Imports the module and makes the object. `{ $export: NAME }` in the arguments stands for another export of the module.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`, saying which step failed: no waiting mends any of them.
 */
export async function loadInstance(reference: InstanceReference): Promise<unknown> {
  const exports = await importModule(reference.module, reference.directory);
  const callable = findCallable(exports, reference);
  const args = reference.args.map((arg) => resolveArgument(arg, exports, reference));
  return makeInstance(callable, args, reference);
}

/** Whether `{ $next: true }` stands anywhere in the arguments. */
export function mentionsNext(arg: unknown): boolean {
  if (typeof arg !== "object" || arg === null) return false;
  return isPlaceholder(arg, "$next") || Object.values(arg).some(mentionsNext);
}

function resolveArgument(arg: unknown, exports: ModuleExports, reference: InstanceReference): unknown {
  if (Array.isArray(arg)) return arg.map((item) => resolveArgument(item, exports, reference));
  if (typeof arg !== "object" || arg === null) return arg;
  if (isPlaceholder(arg, "$export")) return exportNamed(String(Reflect.get(arg, "$export")), exports, reference);
  if (isPlaceholder(arg, "$next")) {
    if (reference.next !== undefined) return reference.next;
    throw cannotUse(reference, "args hold $next, but nothing comes after it", "remove $next from args");
  }
  return Object.fromEntries(
    Object.entries(arg).map(([key, value]) => [key, resolveArgument(value, exports, reference)]),
  );
}

function exportNamed(name: string, exports: ModuleExports, reference: InstanceReference): unknown {
  const found = findExport(exports, name);
  if (found !== undefined) return found;
  const known = Object.keys(exports).slice(0, 10).join(", ");
  throw cannotUse(reference, `args name the export "${name}", but it exports ${known}`, "correct $export in args");
}

function isPlaceholder(arg: object, key: string): boolean {
  return Object.hasOwn(arg, key) && Object.keys(arg).length === 1;
}

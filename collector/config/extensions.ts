import type { ConfiguredComponent } from "./model.ts";
import { suggest } from "./nearest.ts";
import { childOf, type ConfigNode, locate, locateKey } from "./node.ts";
import type { FactoryOf } from "./registry.ts";
import type { Section, SectionContext } from "./sections.ts";

type Extensions = Section<FactoryOf<"extension">>;
type Running = ReadonlyMap<string, ConfiguredComponent<FactoryOf<"extension">>>;

/** Checks `service::extensions` against the extensions, and what exporters sign in with against both. */
export function readExtensions(
  extensions: Extensions,
  exporters: Section<FactoryOf<"exporter">>,
  context: SectionContext,
): Running {
  const named = readNames(extensions, context);
  for (const id of extensions.recognized) {
    if (named.has(id)) continue;
    const path = ["extensions", id];
    const message = "is not in service::extensions, so it does not run; add it there, or remove it";
    context.problems.warning(locateKey(context.root, path), path, message);
  }
  for (const { id, factory, config } of exporters.components.values()) {
    const wanted = factory.authenticator?.(config);
    if (wanted !== undefined) checkAuthenticator(id, wanted, extensions, named, context);
  }
  const running = [...named].flatMap((id) => {
    const component = extensions.components.get(id);
    return component === undefined ? [] : ([[id, component]] as const);
  });
  return new Map(running);
}

/** The ids that `service::extensions` names and that are defined. Whether it is a list of texts is checked with the rest of the service. */
function readNames(extensions: Extensions, { root, problems }: SectionContext): ReadonlySet<string> {
  const path = ["service", "extensions"];
  const names = new Set<string>();
  for (const [index, item] of itemsOf(childOf(childOf(root, "service"), "extensions")).entries()) {
    if (item.kind !== "scalar" || item.failed || typeof item.value !== "string") continue;
    const at = [...path, index];
    if (names.has(item.text)) problems.error(locate(root, at), at, "is listed twice; remove one");
    else if (extensions.defined.has(item.text)) names.add(item.text);
    else if (!extensions.malformed)
      problems.error(locate(root, at), at, undefinedName(item.text, item.references.length === 0, extensions));
  }
  return names;
}

function itemsOf(node: ConfigNode | undefined): readonly ConfigNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** @param printable The text stands in the file as it is; one that was substituted must not be given away. */
function undefinedName(text: string, printable: boolean, { defined, byCanonical, canonical }: Extensions): string {
  const other = byCanonical.get(canonical(text));
  const shown = printable ? `"${text}"` : "the substituted id";
  if (other !== undefined) return `${shown} is defined as "${other}"; write it the same way in both places`;
  if (defined.size === 0) return `${shown} is not defined under extensions; define it there`;
  const all = "defined extensions";
  const remedy = printable ? suggest(text, [...defined], all) : `${all} are ${[...defined].join(", ")}`;
  return `${shown} is not defined under extensions; ${remedy}`;
}

function checkAuthenticator(
  exporter: string,
  wanted: string,
  { defined, recognized, components }: Extensions,
  named: ReadonlySet<string>,
  { root, problems }: SectionContext,
): void {
  const path = ["exporters", exporter, "auth", "authenticator"];
  const fail = (message: string): void => problems.error(locate(root, path), path, message);
  if (!defined.has(wanted)) {
    fail(`names no extension that is defined under extensions; ${suggest(wanted, [...defined], "defined extensions")}`);
  } else if (components.has(wanted) && components.get(wanted)?.factory.authenticates !== true) {
    fail("names an extension that signs nobody in; name one that does, such as oauth2client");
  } else if (recognized.has(wanted) && !named.has(wanted)) {
    fail("names an extension that does not run; add it to service::extensions");
  }
}

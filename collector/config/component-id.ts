// The Collector's own rules, except that a name has no "*": pipelines use it as a pattern.
// https://github.com/open-telemetry/opentelemetry-collector/blob/main/component/identifiable.go (read 2026-11-22)
const TYPE = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
const NAME = /^[^\p{Z}\p{C}\p{S}*]{1,1024}$/u;

/** The two parts of `type/name`. */
export interface ComponentId {
  readonly type: string;
  readonly name: string | undefined;
}

/** Whether a text can be the part of a component id before the slash. */
export function isComponentType(text: string): boolean {
  return TYPE.test(text);
}

/** Reads `type` or `type/name`; a text when the id cannot be used, saying why and what to do. */
export function parseComponentId(id: string): ComponentId | string {
  if (id.includes("${")) return "substitutions work in values only; write the id itself";
  const slash = id.indexOf("/");
  const type = slash === -1 ? id : id.slice(0, slash);
  const name = slash === -1 ? undefined : id.slice(slash + 1);
  if (!TYPE.test(type)) {
    return 'this is no component id; write "type" or "type/name", the type in letters, digits and underscores';
  }
  if (name === undefined || NAME.test(name)) return { type, name };
  if (name === "") return `the name after the slash is missing; write "${type}" or "${type}/name"`;
  return "the name after the slash holds a character that is not allowed; leave out spaces, symbols and *";
}

/** What an integration can be called: it becomes a part of its id, and the name of a file. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The receiver type that integrations are. */
export const TYPE = "o365";

/** The id of an integration: `o365/contoso` for `contoso`; an id stays as it is. */
export function idOf(name: string): string {
  return name.startsWith(`${TYPE}/`) || name === TYPE ? name : `${TYPE}/${name}`;
}

/** Why a new integration cannot be called so; undefined when it can. Names that differ in case alone are one file on some disks. */
export function nameFault(name: string, taken: Iterable<string>): string | undefined {
  if (!NAME.test(name)) return "use letters, digits, dots, dashes and underscores, and begin with a letter or digit";
  const id = idOf(name).toLowerCase();
  for (const other of taken) if (other.toLowerCase() === id) return `"${other}" exists already; choose another name`;
  return undefined;
}

/** A name to propose for a tenant: the first label of its domain. */
export function proposeName(tenant: string): string | undefined {
  const [label = ""] = tenant.split(".");
  return tenant.includes(".") && NAME.test(label) ? label.toLowerCase() : undefined;
}

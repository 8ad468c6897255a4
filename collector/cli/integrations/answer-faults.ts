import { existsSync } from "node:fs";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Why a text is no application id; undefined when it can be one. */
export function clientIdFault(text: string): string | undefined {
  if (isGuid(text.trim())) return undefined;
  return 'it is not a GUID; take "Application (client) ID" from the overview page of the app registration';
}

/** Why a text names no file to be read; undefined when it does. What the file holds is looked at with the whole configuration. */
export function fileFault(path: string): string | undefined {
  if (existsSync(path.trim())) return undefined;
  return `there is no such file; check the path, which is relative to the working directory "${process.cwd()}"`;
}

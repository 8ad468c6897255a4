import type { JsonValue } from "../../../collector/record.ts";
import { decoded, plainText } from "./text.ts";

/** Rule: an absolute web address. Blanks, which SharePoint leaves in, are encoded. */
export function url(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined || found.includes(";http")) return undefined;
  if (!found.startsWith("https://") && !found.startsWith("http://")) return undefined;
  return found.includes(" ") ? found.replaceAll(" ", "%20") : found;
}

/** Rule: a path of a file system: `C:\...`, `\\server\share\...` or `/...`. Web addresses and bare names are none. */
export function filePath(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  const drive = found.length > 3 && found.charCodeAt(1) === 0x3a && found.charCodeAt(2) === 0x5c;
  return drive || found.startsWith("\\\\") || found.startsWith("/") ? found : undefined;
}

/** Rule: the last part of a path or web address, when it has an extension; of an address as people read it, without its query. */
export function fileNameOfPath(value: JsonValue): string | undefined {
  const found = plainText(value);
  if (found === undefined) return undefined;
  const isAddress = url(found) !== undefined;
  const query = isAddress ? found.indexOf("?") : -1;
  const path = query < 0 ? found : found.slice(0, query);
  const last = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  // Some services encode addresses, others do not.
  const name = isAddress ? decoded(last) : last;
  return extensionStart(name) > 0 ? name : undefined;
}

/** Rule: the extension of a file name or path, without the dot, in lower case. */
export function fileExtensionOfPath(value: JsonValue): string | undefined {
  const name = fileNameOfPath(value);
  return name?.slice(extensionStart(name)).toLowerCase();
}

/** Index after the last dot when a short extension follows; 0 otherwise. */
function extensionStart(name: string): number {
  const dot = name.lastIndexOf(".");
  const length = name.length - dot - 1;
  return dot > 0 && length > 0 && length <= 10 && !name.includes(" ", dot) ? dot + 1 : 0;
}

/** Rule: a file extension as a field gives it, without a dot, in lower case. */
export function fileExtension(value: JsonValue): string | undefined {
  const found = plainText(value);
  return (found?.startsWith(".") === true ? found.slice(1) : found)?.toLowerCase() || undefined;
}

const ENCODED = /^%3c/i;

/** Rule: the id of a message (`<1@contoso.com>`); where it is percent-encoded, as the Defender portal writes it, without that. */
export function messageId(value: JsonValue): string | undefined {
  const found = plainText(value);
  return found !== undefined && ENCODED.test(found) ? decoded(found) : found;
}

const GROUP = /<Group>([^<]+)<\/Group>/;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Rule: the group that somebody joined or left, as SharePoint writes it: the element `Group` of XML that need not have one root. */
export function joinedGroup(value: JsonValue): string | undefined {
  const name = plainText(GROUP.exec(plainText(value) ?? "")?.[1]);
  return name?.replace(/&(\w+);/g, (escape, letters: string) => ESCAPED.get(letters) ?? escape);
}

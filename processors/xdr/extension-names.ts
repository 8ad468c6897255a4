import { TextCache } from "./text-cache.ts";

/** Prefix of everything that keeps a Microsoft name. */
const PREFIX = "o365.";

/** Fields that records spell in more than one way, and fields whose attribute has another name by agreement. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["ErrorNumber", "o365.error_code"],
  ["IntraSystemId", "o365.intra_systems_id"],
  ["WorkSpaceName", "o365.workspace_name"],
]);

/** Fields that have a place of their own in the log record: timestamp, event name. */
const ELSEWHERE: ReadonlySet<string> = new Set(["CreationTime", "Operation", "Version"]);

const LONGEST_NAME = 128;

const names = new TextCache((field) => (ELSEWHERE.has(field) ? undefined : (ALIASES.get(field) ?? nameOf(field))));

/** `o365.<snake_case>` for a top-level field of an audit record; undefined for fields that get no attribute. */
export function extensionName(field: string): string | undefined {
  return names.get(field);
}

function nameOf(field: string): string | undefined {
  if (field.length > LONGEST_NAME) return undefined;
  const snake = snakeCase(field);
  return snake === "" ? undefined : PREFIX + snake;
}

/** `MailboxOwnerUPN` is `mailbox_owner_upn`, `ClientIPAddress` is `client_ip_address`, `MessageURLs` is `message_urls`, `P1Sender` is `p1_sender`, `Data State` is `data_state`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(?!\p{Lu}s(?!\p{Ll}))(\p{Lu}\p{Ll})/gu, "$1_$2")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
}

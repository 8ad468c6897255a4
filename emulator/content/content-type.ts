import { CONTENT_TYPES, type ContentType } from "../options.ts";

const BY_RECORD_TYPE: Readonly<Record<ContentType, readonly (number | string)[]>> = {
  "Audit.Exchange": [1, 2, 3, 19, 50, "ExchangeAdmin", "ExchangeItem", "ExchangeItemGroup"].concat([
    "ExchangeAggregatedOperation",
    "ExchangeItemAggregated",
  ]),
  "Audit.SharePoint": [4, 6, 7, 14, 36, 37, 54, 55, 56, "SharePoint", "SharePointFileOperation", "OneDrive"].concat([
    "SharePointSharingOperation",
    "SharePointListOperation",
    "SharePointCommentOperation",
    "SharePointListItemOperation",
    "SharePointContentTypeOperation",
    "SharePointFieldOperation",
  ]),
  "Audit.AzureActiveDirectory": [8, 9, 15, "AzureActiveDirectory", "AzureActiveDirectoryAccountLogon"].concat([
    "AzureActiveDirectoryStsLogon",
  ]),
  "DLP.All": [11, 13, 33, 63, 99, 100, 107, "ComplianceDLPSharePoint", "ComplianceDLPExchange", "DLPEndpoint"].concat([
    "ComplianceDLPSharePointClassification",
    "OnPremisesFileShareScannerDlp",
    "OnPremisesSharePointScannerDlp",
    "ComplianceDLPExchangeClassification",
  ]),
  "Audit.General": [],
};

const TYPE_OF = new Map<string, ContentType>(
  CONTENT_TYPES.flatMap((type) => BY_RECORD_TYPE[type].map((value) => [String(value).toLowerCase(), type] as const)),
);

/** The content type that carries records of a `RecordType`, given as number, numeric text or name. What is in no list goes to `Audit.General`. */
export function contentTypeOf(recordType: unknown): ContentType {
  if (typeof recordType !== "number" && typeof recordType !== "string") return "Audit.General";
  return TYPE_OF.get(String(recordType).toLowerCase()) ?? "Audit.General";
}

/** The content type of a name in any casing, as the service takes it. */
export function findContentType(name: string): ContentType | undefined {
  return CONTENT_TYPES.find((type) => type.toLowerCase() === name.toLowerCase());
}

/** What the emulator has to know of a record. Undefined where the text has none of it. */
export interface RecordIdentity {
  readonly id: string | undefined;
  readonly operation: string | undefined;
  readonly recordType: unknown;
}

/** Reads a record's identity; a text that is no JSON object has none. */
export function identityOf(text: string): RecordIdentity {
  const value = parse(text);
  if (typeof value !== "object" || value === null)
    return { id: undefined, operation: undefined, recordType: undefined };
  const members = new Map<string, unknown>(Object.entries(value));
  const id = members.get("Id");
  const operation = members.get("Operation");
  return {
    id: typeof id === "string" ? id : undefined,
    operation: typeof operation === "string" ? operation : undefined,
    recordType: members.get("RecordType"),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

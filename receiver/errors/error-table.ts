import { API_ERRORS } from "./api-errors.ts";
import { ENTRA_ERRORS } from "./entra-errors.ts";
import type { Row } from "./row.ts";

/** What is known about an error code of Entra ID or of the Management Activity API. */
export interface KnownError {
  /** For example `AADSTS700016` or `AF20023`. */
  readonly code: string;
  /** What is the matter; reads after "the service answered <code>: ". */
  readonly cause: string;
  /** What to do; an imperative without a period. */
  readonly remedy: string;
  /** Waiting may mend it by itself. */
  readonly passing: boolean;
  /** What a tenant gives that is asked for in a cloud that it does not live in. */
  readonly wrongCloud: boolean;
}

/** Codes that a wrong `cloud` shows as, among other causes. */
const WRONG_CLOUD = new Set([
  "AADSTS90002",
  "AADSTS90038",
  "AADSTS900382",
  "AADSTS700016",
  "AADSTS500011",
  "AF10001",
  "AF20011",
  "AF20052",
]);

function index(rows: readonly Row[], prefix: string): ReadonlyMap<string, KnownError> {
  return new Map(
    rows.flatMap(([codes, cause, remedy, passing]) =>
      codes.split(" ").map((number): [string, KnownError] => {
        const code = `${prefix}${number}`;
        return [code, { code, cause, remedy, passing: passing !== undefined, wrongCloud: WRONG_CLOUD.has(code) }];
      }),
    ),
  );
}

/** Cause and remedy of every error code that is known, by code: those of Entra ID (`AADSTS…`), then those of the API (`AF…`). */
export const errorTable: ReadonlyMap<string, KnownError> = new Map([
  ...index(ENTRA_ERRORS, "AADSTS"),
  ...index(API_ERRORS, ""),
]);

/** The page that explains an AADSTS code in Microsoft's current words. */
export function entraErrorUrl(code: string): string {
  return `https://login.microsoftonline.com/error?code=${code.replace(/^AADSTS/, "")}`;
}

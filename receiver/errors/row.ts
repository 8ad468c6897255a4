/** Codes (separated by spaces) that mean the same, what is the matter, what to do, and whether waiting may mend it. */
export type Row = readonly [codes: string, cause: string, remedy: string, passing?: "passing"];

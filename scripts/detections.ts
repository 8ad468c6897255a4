// Detections that people run on the audit trail, each with a record and what a rule reads of it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { JsonObject } from "../collector/record.ts";

const FOLDER = "test/processors/xdr/detections";

/** A detection, one record that it has to find, and what its rule reads there. */
export interface Detection {
  readonly detection: string;
  /** Technique of MITRE ATT&CK. */
  readonly technique: string;
  readonly rule: string;
  /** Fields beside those that every record has. */
  readonly record: { readonly Operation: string } & JsonObject;
  /** Attributes by name; of an object only the members that are named. `severity` is that of the log record. */
  readonly expect: JsonObject;
  readonly absent: readonly string[];
  /** Why we do otherwise than was expected at first. */
  readonly decided?: string | undefined;
}

const json = z.record(z.string(), z.json());
const detections: z.ZodType<readonly Detection[]> = z.array(
  z.strictObject({
    detection: z.string(),
    technique: z.string().regex(/^T\d{4}(\.\d{3})?$/),
    rule: z.string(),
    record: z.intersection(z.looseObject({ Operation: z.string() }), json),
    expect: json,
    absent: z.array(z.string()).default([]),
    decided: z.string().optional(),
  }),
);

/** All of them by the name of their file, without its extension. */
export function readDetections(): ReadonlyMap<string, readonly Detection[]> {
  return new Map(
    readdirSync(FOLDER)
      .toSorted()
      .map((file) => [file.replace(/\.yaml$/, ""), detections.parse(parse(readFileSync(join(FOLDER, file), "utf8")))]),
  );
}

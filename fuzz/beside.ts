import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { Random } from "../emulator/content/random.ts";
import { CONTENT_TYPES } from "../receiver/content-types.ts";
import type { ContentFacts } from "../receiver/records/record-factory.ts";

/** What components before the processor may have set: names that the tables fill, that rows of the user's own fill, and others. */
const NAMES = ["user.name", "client.address", "o365.severity", "o365.workload", "o365.one", "toString", "__proto__"];
const VALUES: readonly AttributeValue[] = ["ann", "High", "203.0.113.9", 7, true, ["a", "b"]];

/** What records of one structure come with, beside what the receiver reads from the record itself. */
export interface Beside {
  /** The blob that they are from; undefined for records that come otherwise. */
  readonly content: ContentFacts | undefined;
  /** Names of further attributes. */
  readonly names: readonly string[];
}

/** Half of all structures come in blobs, a third with attributes of their own. */
export function besideOf(random: Random): Beside {
  const contentType = random.pick(CONTENT_TYPES);
  const content = { contentType, contentId: "20231019161143$fuzz", createdIso: "2023-10-19T16:11:43.000Z" };
  return {
    content: random.chance(1 / 2) ? content : undefined,
    names: random.chance(1 / 3) ? NAMES.filter(() => random.chance(1 / 4)) : [],
  };
}

/** Further attributes of one record. */
export function attributesOf({ names }: Beside, random: Random): Attributes {
  return Object.fromEntries(names.map((name) => [name, random.pick(VALUES)]));
}

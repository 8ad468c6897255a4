import type { Random } from "../emulator/content/random.ts";
import { makeRecordOf } from "../emulator/content/traffic-record.ts";
import type { ContentType } from "../emulator/index.ts";

/** Forms that a record's text can have. */
export type RecordForm = "usual" | "without Id" | "malformed" | "unexpected types" | "small";

export interface RecordPlace {
  readonly contentType: ContentType;
  readonly tenantId: string;
  readonly creationTime: string;
}

/** A record as JSON text, or as what should be JSON text. Two random sources that differ make records that differ. */
export function recordText(form: RecordForm, random: Random, place: RecordPlace): string {
  const id = random.guid();
  const { creationTime } = place;
  switch (form) {
    case "small":
      return JSON.stringify({ CreationTime: creationTime, Id: id, Operation: "FileAccessed", RecordType: 6 });
    case "malformed":
      return `{"CreationTime":"${creationTime}","Id":"${id}" "Operation":FileAccessed,"Note":"\\u00e4 [{ \\" }]"}`;
    case "unexpected types":
      return `{"CreationTime":{"at":"${creationTime}"},"Id":"${id}","Operation":["a",1.0e3],"RecordType":"6","UserId":12345678901234567890}`;
    default: {
      const { text } = makeRecordOf(place.contentType, { random, id, domain: "contoso.example", ...place });
      return form === "usual" ? text : text.replace(`"Id":"${id}"`, `"Marker":"${id}"`);
    }
  }
}

/** What can be special about a blob. */
export const SHAPES = [
  "usual",
  "late",
  "listed before it can be seen",
  "across a window border",
  "equal times",
  "records in two blobs at once",
  "records again in a later blob",
  "records without Id",
  "malformed record",
  "unexpected field types",
  "record that backends refuse",
  "several chunks",
  "given up as expired",
  "given up as gone",
] as const;
export type Shape = (typeof SHAPES)[number];

/** The shapes in their shares. */
export const SHAPE_CARDS: readonly Shape[] = [
  ...SHAPES.filter((shape) => shape !== "several chunks"),
  ...Array.from({ length: 6 }, () => "usual" as const),
  "late",
  "across a window border",
  "records again in a later blob",
];

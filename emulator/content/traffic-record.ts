import type { ContentType } from "../options.ts";
import { directoryRecord, signInRecord } from "./traffic-entra.ts";
import { inboxRuleRecord, mailAccessRecord } from "./traffic-exchange.ts";
import { alertRecord, dlpRecord, teamsRecord, yammerRecord } from "./traffic-general.ts";
import { fileRecord, sharingRecord } from "./traffic-sharepoint.ts";
import type { Random } from "./random.ts";
import type { Members, RecordSeed } from "./traffic-common.ts";

type Make = (seed: RecordSeed) => Members;

const KINDS: readonly { readonly weight: number; readonly contentType: ContentType; readonly make: Make }[] = [
  { weight: 30, contentType: "Audit.AzureActiveDirectory", make: signInRecord },
  { weight: 8, contentType: "Audit.AzureActiveDirectory", make: directoryRecord },
  { weight: 18, contentType: "Audit.Exchange", make: mailAccessRecord },
  { weight: 2, contentType: "Audit.Exchange", make: inboxRuleRecord },
  { weight: 22, contentType: "Audit.SharePoint", make: fileRecord },
  { weight: 4, contentType: "Audit.SharePoint", make: sharingRecord },
  { weight: 9, contentType: "Audit.General", make: teamsRecord },
  { weight: 3, contentType: "Audit.General", make: yammerRecord },
  { weight: 1, contentType: "Audit.General", make: alertRecord },
  { weight: 3, contentType: "DLP.All", make: dlpRecord },
];

const TOTAL = KINDS.reduce((sum, kind) => sum + kind.weight, 0);

/** A made-up record of any content type, as JSON text. */
export function makeRecord(seed: RecordSeed): {
  readonly contentType: ContentType;
  readonly members: Members;
  readonly text: string;
} {
  let rest = seed.random.below(TOTAL);
  const kind = KINDS.find((candidate) => (rest -= candidate.weight) < 0) ?? KINDS[0];
  if (kind === undefined) throw new RangeError("Cannot make a record: no kind is known");
  return { contentType: kind.contentType, ...write(kind.make(seed), seed.random) };
}

/** A made-up record of one content type, as JSON text. */
export function makeRecordOf(
  contentType: ContentType,
  seed: RecordSeed,
): { readonly members: Members; readonly text: string } {
  const kind = seed.random.pick(KINDS.filter((candidate) => candidate.contentType === contentType));
  return write(kind.make(seed), seed.random);
}

/** Writes the members and now and then what no serializer would give back: an integer beyond 2^53, a repeated key. */
function write(members: Members, random: Random): { readonly members: Members; readonly text: string } {
  let text = JSON.stringify(members).slice(0, -1);
  if (random.chance(0.25)) text += `,"EventSequence":${bigInteger(random)}`;
  if (random.chance(0.1)) text += ',"Version":1';
  return { members, text: `${text}}` };
}

/** Digits of an integer between 2^53 and 2^63. */
function bigInteger(random: Random): string {
  let digits = "1";
  while (digits.length < 19) digits += String(random.below(10));
  return digits;
}
